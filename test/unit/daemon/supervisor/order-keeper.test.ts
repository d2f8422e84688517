/** The keeper of operators' orders: on disk before the answer, to the health process, over reloads and restarts. */
import { expect, test } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import { NO_ORDERS, type OrderBook } from '../../../../src/core/health/server-orders.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import type { ToHealth } from '../../../../src/daemon/frame/messages.ts';
import { OrderKeeper } from '../../../../src/daemon/supervisor/order-keeper.ts';
import { realServer } from '../../../support/builders/service.ts';
import { config, virtualServer, virtualServerView } from '../../../support/state-fixture.ts';

const SERVERS = [realServer('10.0.1.1', 80), realServer('10.0.1.2', 80)];
const WEB = { ...virtualServer('192.0.2.80', SERVERS), drainTime: seconds(60) };
const SMALL = { ...WEB, realServers: SERVERS.slice(1) };

function setUp(hasHealth = true) {
  const events: string[] = [];
  const sent: ToHealth[] = [];
  const facts: Fact[] = [];
  const running = { config: config([], [WEB]) };
  const keeper = new OrderKeeper({
    running,
    knowledge: { virtualServers: new Map([[WEB.key, virtualServerView(WEB)]]) },
    record: () => ({
      touch: () => void events.push('touch'),
      write: () => void events.push('write'),
    }),
    hasHealth,
    send: (message) => {
      events.push('send');
      sent.push(message);
    },
    tell: (fact) => facts.push(fact),
    now: () => 5_000_000,
  });
  const order = (action: string, server = '10.0.1.1') =>
    keeper.byOperator({ command: 'server', action, server });
  const reload = (after: Config): void => {
    keeper.follow(running.config, after);
    running.config = after;
  };
  return { keeper, events, sent, facts, order, reload };
}

test('an order is on disk before anybody acts on it or is answered', async () => {
  const { keeper, events, sent, facts, order } = setUp();
  const reply = await order('maintenance');
  expect(reply).toMatchObject({ ok: true, value: { changed: 1 } });
  expect(events).toEqual(['write', 'send']);
  expect(sent).toEqual([{ type: 'orders', book: keeper.book }]);
  expect(facts).toMatchObject([
    { id: 'operator.server', target: 'maintenance of 10.0.1.1', origin: 'cli' },
  ]);
});

test('what is refused changes nothing, and is in the log', async () => {
  const { keeper, events, facts, order } = setUp();
  expect(await order('maintenance', '10.0.9.9')).toMatchObject({ ok: false });
  expect(events).toEqual([]);
  expect(keeper.book).toEqual(NO_ORDERS);
  expect(facts).toMatchObject([{ outcome: expect.stringContaining('there is no real server') }]);
});

test('without a health process nothing can be ordered', async () => {
  const { order } = setUp(false);
  expect(await order('drain')).toMatchObject({ ok: false, error: { code: 'refused' } });
});

test('H12: a reload that removes a living server has it leave slowly, says so, and takes it back', () => {
  const { keeper, facts, reload } = setUp();
  reload(config([], [SMALL]));
  expect(keeper.book.leaving).toMatchObject([{ virtualServer: WEB.key, until: 65_000_000 }]);
  expect(facts).toEqual([
    { id: 'server.leaving', virtualServer: WEB.key, realServer: '10.0.1.1:80', seconds: 60 },
  ]);
  reload(config([], [WEB]));
  expect(keeper.book).toEqual(NO_ORDERS);
  expect(facts).toHaveLength(1);
});

test('an order goes with its server, and a drain that has ended stays ended', async () => {
  const { keeper, order, reload } = setUp();
  await order('drain');
  keeper.hear({
    id: 'server.drained',
    virtualServer: WEB.key,
    realServer: '10.0.1.1:80',
    leaves: false,
    isInTime: true,
    left: { active: 0, inactive: 0, persistent: 0 },
    took: seconds(1),
  });
  expect(keeper.book.orders).toMatchObject([{ kind: 'drain', isDrained: true }]);
  reload(config([], [WEB]));
  expect(keeper.book.orders).toHaveLength(1);
  reload(config([], [{ ...SMALL, drainTime: seconds(0) }]));
  expect(keeper.book).toEqual(NO_ORDERS);
});

test('a successor takes over what its configuration still has, and says so', async () => {
  const { keeper, order } = setUp();
  await order('maintenance');
  const left: OrderBook = {
    ...keeper.book,
    orders: [
      ...keeper.book.orders,
      { server: 'gone 10.0.1.7:80', since: 1 as never, kind: 'maintenance' },
    ],
  };
  const next = setUp();
  next.keeper.inherit(left);
  expect(next.keeper.book).toEqual(keeper.book);
  expect(next.facts).toEqual([
    {
      id: 'server.orders-kept',
      orders: 1,
      servers: [`${WEB.key} 10.0.1.1:80 (maintenance)`],
    },
  ]);
});

test('H12: a virtual server that a reload takes away leaves with its servers, which is told', () => {
  const { keeper, facts, reload } = setUp();
  reload(config([], []));
  expect(keeper.book.services).toMatchObject([{ key: WEB.key }]);
  expect(facts).toMatchObject([
    { id: 'server.leaving', virtualServer: WEB.key, realServer: '10.0.1.1:80', seconds: 60 },
    { id: 'server.leaving', virtualServer: WEB.key, realServer: '10.0.1.2:80', seconds: 60 },
  ]);
});

test('H12: servers of a predecessor that the file does not have go into the book once, and are told', () => {
  const { keeper, events, facts } = setUp();
  const [server] = SERVERS;
  if (server === undefined) throw new Error('there is a server');
  const leaving = [{ virtualServer: WEB.key, server, since: at(1), until: at(9) }];
  keeper.adopt({ leaving, services: [] });
  keeper.adopt({ leaving, services: [] });
  expect(keeper.book.leaving).toEqual(leaving);
  expect(facts).toMatchObject([{ id: 'server.leaving', seconds: 8 }]);
  expect(events).toContain('touch');
});

function at(s: number) {
  return instant(s * 1_000_000);
}
