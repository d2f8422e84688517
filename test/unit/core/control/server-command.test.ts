/** What `tandem server` does to the book of orders, which servers it means, and what it answers. */
import { describe, expect, test } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import { orderServers, type ServerRequest } from '../../../../src/core/control/server-command.ts';
import { selectServers } from '../../../../src/core/control/server-selection.ts';
import type { VirtualServerView } from '../../../../src/core/health/events-and-actions.ts';
import { NO_ORDERS, type OrderBook } from '../../../../src/core/health/server-orders.ts';
import type { VirtualServerConfig } from '../../../../src/core/model/config.ts';
import {
  addressService,
  markService,
  realServer,
  virtualServer,
} from '../../../support/builders/service.ts';

const WEB = virtualServer({
  title: '192.0.2.1 80',
  services: [addressService('192.0.2.1', 80)],
  realServers: [realServer('10.0.1.1', 80), realServer('10.0.1.2', 80, { weight: 3 })],
});
const TLS = virtualServer({
  title: 'group secure',
  key: 'group secure TCP',
  services: [addressService('192.0.2.1', 443), addressService('2001:db8::1', 443)],
  realServers: [realServer('10.0.1.1', 443), realServer('2001:db8:1::1', 443)],
});
const MARK = virtualServer({
  title: 'fwmark 7',
  services: [markService(7)],
  realServers: [realServer('10.0.1.9', 0)],
});
const ALL = [WEB, TLS, MARK];

function selected(server?: string, service?: string): string[] | string {
  const found = selectServers(ALL, {
    ...(server !== undefined && { server }),
    ...(service !== undefined && { service }),
  });
  return found.ok
    ? found.value.map((one) => `${one.virtualServer.key} ${one.realServer}`)
    : `${found.error.code}: ${found.error.message}`;
}

describe('which servers are meant', () => {
  test.each([
    ['10.0.1.1', undefined, ['tcp:192.0.2.1:80 10.0.1.1:80', 'group secure TCP 10.0.1.1:443']],
    ['10.0.1.1:443', undefined, ['group secure TCP 10.0.1.1:443']],
    ['10.0.1.1', 'tcp:192.0.2.1:80', ['tcp:192.0.2.1:80 10.0.1.1:80']],
    ['10.0.1.1', '192.0.2.1 80', ['tcp:192.0.2.1:80 10.0.1.1:80']],
    ['10.0.1.1', '192.0.2.1:443', ['group secure TCP 10.0.1.1:443']],
    ['10.0.1.1', 'secure', ['group secure TCP 10.0.1.1:443']],
    ['10.0.1.1', 'tcp:[2001:db8::1]:443', ['group secure TCP 10.0.1.1:443']],
    ['2001:DB8:1:0::1', undefined, ['group secure TCP [2001:db8:1::1]:443']],
    ['[2001:db8:1:0::1]:443', undefined, ['group secure TCP [2001:db8:1::1]:443']],
    [undefined, 'fwmark 7', ['fwmark:7:ipv4 10.0.1.9:0']],
    [
      undefined,
      'TCP:192.0.2.1:80',
      ['tcp:192.0.2.1:80 10.0.1.1:80', 'tcp:192.0.2.1:80 10.0.1.2:80'],
    ],
  ])('%s in %s', (server, service, keys) => {
    expect(selected(server, service)).toEqual(keys);
  });

  test.each([
    [
      undefined,
      undefined,
      'bad-request: name a real server, a virtual server (--service), or both',
    ],
    [
      '10.0.1.3',
      undefined,
      'not-found: there is no real server "10.0.1.3"; did you mean "10.0.1.1"?',
    ],
    [
      '10.0.1.2:81',
      undefined,
      'not-found: there is no real server "10.0.1.2:81"; did you mean "10.0.1.2:80"?',
    ],
    [
      '10.0.1.2',
      'secure',
      'not-found: real server "10.0.1.2" is not in group secure TCP; it is in tcp:192.0.2.1:80',
    ],
    ['10.0.1.1', 'secur', 'not-found: there is no virtual server "secur"; did you mean "secure"?'],
    [
      'web.example',
      undefined,
      'not-found: there is no real server "web.example"; there is 10.0.1.1:80, 10.0.1.2:80, 10.0.1.1:443, [2001:db8:1::1]:443, 10.0.1.9:0',
    ],
    [
      'a\u001b[31mb',
      undefined,
      'not-found: there is no real server "a\\x1b[31mb"; there is 10.0.1.1:80, 10.0.1.2:80, 10.0.1.1:443, [2001:db8:1::1]:443, 10.0.1.9:0',
    ],
  ])('%s in %s is refused with what would be right', (server, service, message) => {
    expect(selected(server, service)).toBe(message);
  });
});

const NOW = instant(1_000_000);

function view(server: VirtualServerConfig, alive = true): VirtualServerView {
  return {
    key: server.key,
    title: server.title,
    quorumUp: true,
    sorryServerActive: false,
    aliveWeight: 0,
    realServers: server.realServers.map((one) => ({
      key: `${one.address}:${one.port}`,
      alive,
      since: NOW,
      configuredWeight: one.weight,
      effectiveWeight: one.weight,
      checks: [],
    })),
  };
}

function order(request: ServerRequest, book: OrderBook = NO_ORDERS, servers = ALL) {
  const outcome = orderServers(request, {
    virtualServers: servers,
    book,
    views: new Map(servers.map((one) => [one.key, view(one)])),
    now: NOW,
  });
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
  return outcome.value;
}

describe('what is ordered', () => {
  test('a server in all its virtual servers at once', () => {
    const { book, report } = order({ action: 'maintenance', server: '10.0.1.1' });
    expect(book.orders).toEqual([
      { server: 'tcp:192.0.2.1:80 10.0.1.1:80', since: NOW, kind: 'maintenance' },
      { server: 'group secure TCP 10.0.1.1:443', since: NOW, kind: 'maintenance' },
    ]);
    expect(report).toMatchObject({ changed: 2, unchanged: 0 });
    expect(report.message.split('\n')).toContain(
      '10.0.1.1:80 in tcp:192.0.2.1:80: out of the table for maintenance',
    );
  });

  test('a drain with its time limit, and another limit for it', () => {
    const first = order({ action: 'drain', server: '10.0.1.1:80', seconds: 90 });
    expect(first.book.orders).toMatchObject([{ kind: 'drain', until: NOW + seconds(90) }]);
    expect(first.report.message).toBe(
      '10.0.1.1:80 in tcp:192.0.2.1:80: gets no new connections, and leaves the table when none is left, or in 1 min 30 s with those that are left',
    );
    const second = order({ action: 'drain', server: '10.0.1.1:80' }, first.book);
    expect(second.book.orders).toEqual([
      { server: 'tcp:192.0.2.1:80 10.0.1.1:80', since: NOW, kind: 'drain', isDrained: false },
    ]);
  });

  test('the same again says so, and so does enable without an order', () => {
    const { book } = order({ action: 'weight', server: '10.0.1.2', weight: 0 });
    expect(order({ action: 'weight', server: '10.0.1.2', weight: 0 }, book).report).toEqual({
      message: '1 server: ordered so already',
      changed: 0,
      unchanged: 1,
    });
    expect(order({ action: 'enable', server: '10.0.1.1' }).report.message).toBe(
      '2 servers: nothing was ordered, nothing to take back',
    );
    const back = order({ action: 'enable', service: WEB.key }, book);
    expect(back.book).toEqual(NO_ORDERS);
    expect(back.report).toMatchObject({ changed: 1, unchanged: 1 });
  });

  test('a lost quorum is said before clients notice', () => {
    const { report } = order({ action: 'drain', service: WEB.key });
    expect(report.message.split('\n').at(-1)).toBe(
      'tcp:192.0.2.1:80 loses its quorum: no server is left for new connections',
    );
    const picky = { ...WEB, quorum: 4, hysteresis: 1 };
    const fine = order({ action: 'maintenance', server: '10.0.1.1' }, NO_ORDERS, [picky]);
    expect(fine.report.message).not.toContain('quorum');
    const bad = order({ action: 'maintenance', server: '10.0.1.2' }, NO_ORDERS, [picky]);
    expect(bad.report.message).toContain('loses its quorum: weight 1 is left of quorum 4');
  });

  test('many servers are named up to twenty', () => {
    const servers = Array.from({ length: 30 }, (_, n) => realServer(`10.0.2.${n + 1}`, 80));
    const { report } = order({ action: 'maintenance', service: WEB.key }, NO_ORDERS, [
      { ...WEB, realServers: servers },
    ]);
    expect(report.message).toContain('and 10 more in the same way');
    expect(report.changed).toBe(30);
  });

  test.each([
    [
      { action: 'drian', server: '10.0.1.1' },
      'bad-request: there is no action "drian"; did you mean "drain"?',
    ],
    [{ action: 'weight', server: '10.0.1.1' }, 'bad-request: weight needs the weight, a number'],
    [
      { action: 'weight', server: '10.0.1.1', weight: -1 },
      'bad-request: a weight is a whole number from 0 to 2147483647',
    ],
    [
      { action: 'weight', server: '10.0.1.1', weight: 1.5 },
      'bad-request: a weight is a whole number from 0 to 2147483647',
    ],
    [
      { action: 'drain', server: '10.0.1.1', seconds: 0 },
      'bad-request: the time limit of a drain is 1 to 604800 seconds',
    ],
    [
      { action: 'drain', server: '10.0.1.1', seconds: Number.NaN },
      'bad-request: the time limit of a drain is 1 to 604800 seconds',
    ],
    [
      { action: 'enable', server: '10.0.1.1', seconds: 5 },
      'bad-request: enable takes no time limit',
    ],
    [{ action: 'drain', server: '10.0.1.1', weight: 5 }, 'bad-request: drain takes no weight'],
    [
      { action: 'drain', server: '10.9.9.9', service: 'x' },
      'not-found: there is no virtual server "x"; there is tcp:192.0.2.1:80, group secure TCP, fwmark:7:ipv4',
    ],
  ])('%j is refused', (request, message) => {
    expect(() => order(request)).toThrow(message);
  });
});
