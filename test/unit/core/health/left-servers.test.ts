/** Virtual servers that leave with a reload, and what a start finds in the table that its file does not have. */
import { describe, expect, test } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { HealthAction } from '../../../../src/core/health/events-and-actions.ts';
import { afterReload } from '../../../../src/core/health/orders-after-reload.ts';
import { serverKey } from '../../../../src/core/health/server-key.ts';
import {
  NO_ORDERS,
  type OrderBook,
  withDrained,
  withLeft,
} from '../../../../src/core/health/server-orders.ts';
import { desiredTable } from '../../../../src/core/lvs/desired.ts';
import type { IpvsObservedDestination, IpvsTable } from '../../../../src/core/lvs/ipvs-table.ts';
import type { VirtualServerConfig } from '../../../../src/core/model/config.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { addressService } from '../../../support/builders/service.ts';
import { realServer, rs, VS, virtualServer, World } from './support.ts';

const WEB = virtualServer([realServer(1, [tcpCheck()]), realServer(2, [])], {
  drainTime: seconds(60),
  persistence: { timeoutSeconds: 50, granularityPrefix: 32 },
});
const MAIL = virtualServer([realServer(3, [])], {
  key: 'tcp:10.0.0.9:25',
  title: '10.0.0.9 25',
  services: [addressService('10.0.0.9', 25)],
  drainTime: seconds(30),
});

/** A health core, the book of the main process, and the kernel's table. */
class Director {
  readonly world = new World(() => ({ outcome: 'ok' }));
  book: OrderBook = NO_ORDERS;
  connections = 0;
  table: IpvsTable = new Map();

  configure(virtualServers: readonly VirtualServerConfig[], more = {}): readonly HealthAction[] {
    return this.world.send({ type: 'configure', virtualServers, book: this.book, ...more });
  }

  reload(before: readonly VirtualServerConfig[], after: readonly VirtualServerConfig[]) {
    this.book = afterReload(this.book, {
      before,
      after,
      isInService: () => true,
      now: instant(this.world.now * 1_000_000),
    });
    const said = this.configure(after);
    this.plan(after);
    return said;
  }

  plan(virtualServers: readonly VirtualServerConfig[]): void {
    this.table = desiredTable(virtualServers, this.world.machine);
  }

  look(): readonly HealthAction[] {
    const table = new Map(
      [...this.table].map(([key, { service, destinations }]) => {
        const seen = [...destinations].map(([name, one]): [string, IpvsObservedDestination] => [
          name,
          {
            ...one,
            activeConnections: this.connections,
            inactiveConnections: 0,
            persistentConnections: 0,
            stats: { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 },
          },
        ]);
        return [key, { service, destinations: new Map(seen) }];
      }),
    );
    const said = this.world.send({ type: 'table', table });
    for (const one of said) {
      if (one.type === 'serverDrained') {
        const key = serverKey(one.virtualServer, one.realServer);
        this.book = withDrained(this.book, new Set([key]));
      } else if (one.type === 'serversLeft') this.book = withLeft(this.book, one.left);
    }
    return said;
  }

  weights(service: string): Readonly<Record<string, number>> | undefined {
    const found = this.table.get(service)?.destinations;
    return found && Object.fromEntries([...found].map(([key, { weight }]) => [key, weight]));
  }
}

function types(actions: readonly HealthAction[]): string[] {
  return actions.map(({ type }) => type);
}

describe('H12: a reload that removes a virtual server', () => {
  test('keeps its service without new connections until the last one has ended', () => {
    const it = new Director();
    it.configure([WEB, MAIL]);
    it.connections = 3;
    const service = it.table.get(VS)?.service;
    const said = it.reload([WEB, MAIL], [MAIL]);
    // What is told of a virtual server that leaves is told as before, and nothing of what is left of it.
    expect(types(said).filter((one) => one === 'quorumChanged').length).toBeLessThan(2);
    expect(it.weights(VS)).toEqual({ [rs(1)]: 0, [rs(2)]: 0 });
    expect(it.table.get(VS)?.service).toMatchObject(service ?? { timeoutSeconds: 50 });
    it.look();
    expect(it.world.machine.viewOf([VS])).toMatchObject([
      { leaving: [{ key: rs(1), connections: { active: 3 } }, { key: rs(2) }], realServers: [] },
    ]);
    it.connections = 0;
    expect(types(it.look())).toEqual(expect.arrayContaining(['serverDrained', 'replan']));
    expect(it.book).toEqual(NO_ORDERS);
    it.plan([MAIL]);
    expect(it.weights(VS)).toBeUndefined();
  });

  test('its time is that of the virtual server, and 0 is at once', () => {
    const it = new Director();
    it.configure([WEB, MAIL]);
    it.connections = 3;
    it.reload([WEB, MAIL], [WEB]);
    it.world.run(29.9);
    it.plan([WEB]);
    expect(it.weights(MAIL.key)).toEqual({ '10.0.1.3:25': 0 });
    it.world.run(30.1);
    it.plan([WEB]);
    expect(it.weights(MAIL.key)).toBeUndefined();
    const atOnce = { ...MAIL, drainTime: seconds(0) };
    const book = afterReload(NO_ORDERS, {
      before: [WEB, atOnce],
      after: [WEB],
      isInService: () => true,
      now: instant(5),
    });
    expect(book).toEqual(NO_ORDERS);
  });

  test('it goes on over another reload and a restart, and one that has it again takes it back', () => {
    const it = new Director();
    it.configure([WEB, MAIL]);
    it.connections = 3;
    it.reload([WEB, MAIL], [MAIL]);
    const { leaving } = it.book;
    it.reload([MAIL], [MAIL]);
    expect(it.book.leaving).toEqual(leaving);
    expect(it.weights(VS)).toEqual({ [rs(1)]: 0, [rs(2)]: 0 });
    const next = new Director();
    next.book = afterReload(it.book, {
      before: [MAIL],
      after: [MAIL],
      isInService: () => false,
      now: instant(9),
    });
    next.configure([MAIL]);
    next.plan([MAIL]);
    expect(next.weights(VS)).toEqual({ [rs(1)]: 0, [rs(2)]: 0 });
    it.reload([MAIL], [WEB, MAIL]);
    expect(it.weights(VS)).toEqual({ [rs(1)]: 1, [rs(2)]: 1 });
    expect(it.book).toEqual(NO_ORDERS);
  });
});

describe('H12: a start with another file on the table of its predecessor', () => {
  /** A start with this configuration, on the table that `before` had. */
  function start(before: readonly VirtualServerConfig[], after: readonly VirtualServerConfig[]) {
    const old = new Director();
    old.configure(before);
    old.plan(before);
    const it = new Director();
    it.table = old.table;
    it.connections = 2;
    it.configure(after);
    return it;
  }

  test('drains servers that the file no longer has', () => {
    const after = [{ ...WEB, realServers: WEB.realServers.slice(1) }, MAIL];
    const it = start([WEB, MAIL], after);
    expect(it.look()[0]).toMatchObject({
      type: 'serversLeft',
      left: { leaving: [{ virtualServer: VS, server: { address: '10.0.1.1' } }], services: [] },
    });
    it.plan(after);
    expect(it.weights(VS)).toEqual({ [rs(1)]: 0, [rs(2)]: 1 });
    // Only the first look is that of a start.
    expect(types(it.look())).toEqual([]);
    it.connections = 0;
    it.look();
    it.plan(after);
    expect(it.weights(VS)).toEqual({ [rs(2)]: 1 });
  });

  test('drains virtual servers that the file no longer has', () => {
    const it = start([WEB, MAIL], [MAIL]);
    it.look();
    expect(it.book.services).toMatchObject([{ key: VS, scheduler: 'rr', onePacket: false }]);
    const before = it.table.get(VS)?.service;
    it.plan([MAIL]);
    expect(it.weights(VS)).toEqual({ [rs(1)]: 0, [rs(2)]: 0 });
    expect(it.table.get(VS)?.service).toEqual(before);
    it.connections = 0;
    it.look();
    it.plan([MAIL]);
    expect(it.weights(VS)).toBeUndefined();
  });

  test('leaves nothing where drain_time is 0, or lvs_flush empties the table', () => {
    const small = { ...WEB, realServers: WEB.realServers.slice(1) };
    const it = start([WEB], [{ ...small, drainTime: seconds(0) }]);
    expect(types(it.look())).toEqual([]);
    const flushed = start([WEB], []);
    flushed.world.machine.handle(instant(0), { type: 'configure', virtualServers: [small] });
    const next = new Director();
    next.table = flushed.table;
    next.configure([small], { emptiesTable: true });
    expect(types(next.look())).toEqual([]);
  });

  test.each([
    ['alone', WEB],
    ['of a group', { ...WEB, key: 'group web TCP' }],
  ])('goes on with what the book has, with its time: %s', (_name, gone) => {
    const it = new Director();
    it.configure([gone, MAIL]);
    it.connections = 3;
    it.reload([gone, MAIL], [MAIL]);
    const next = new Director();
    next.book = it.book;
    next.connections = 3;
    next.table = it.table;
    next.configure([MAIL]);
    expect(types(next.look())).not.toContain('serversLeft');
    expect(next.book).toEqual(it.book);
  });
});
