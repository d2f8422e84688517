/** What operators order for real servers, in a health core with a virtual clock and a table as the kernel would have it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, instant, seconds } from '../../../../src/core/base/time.ts';
import type { HealthAction } from '../../../../src/core/health/events-and-actions.ts';
import { afterReload } from '../../../../src/core/health/orders-after-reload.ts';
import { serverKey } from '../../../../src/core/health/server-key.ts';
import {
  leavingKey,
  NO_ORDERS,
  type OrderBook,
  type OrderedState,
  withDrained,
  withOrder,
  withoutOrders,
} from '../../../../src/core/health/server-orders.ts';
import { desiredTable, type KernelServer } from '../../../../src/core/lvs/desired.ts';
import type { IpvsObservedDestination, IpvsTable } from '../../../../src/core/lvs/ipvs-table.ts';
import type { VirtualServerConfig } from '../../../../src/core/model/config.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { realServer, rs, SORRY, VS, virtualServer, World } from './support.ts';

const DRAIN: OrderedState = { kind: 'drain', isDrained: false };
const MAINTENANCE: OrderedState = { kind: 'maintenance' };
const key = (n: number): string => serverKey(VS, rs(n));

/** A health core, the book that the main process would keep, and the connections that the kernel would have. */
class Director {
  readonly world = new World(() => ({ outcome: this.isDown ? 'refused' : 'ok' }));
  book: OrderBook = NO_ORDERS;
  config: VirtualServerConfig;
  isDown = false;
  readonly connections = new Map<
    string,
    { active: number; inactive: number; persistent: number }
  >();
  #table: IpvsTable = new Map();

  constructor(config: VirtualServerConfig) {
    this.config = config;
    this.world.configure(config);
    this.plan();
  }

  get now(): Instant {
    return instant(this.world.now * 1_000_000);
  }

  order(state: OrderedState | 'enable', ...servers: readonly number[]): readonly HealthAction[] {
    const keys = servers.map(key);
    this.book =
      state === 'enable'
        ? withoutOrders(this.book, keys)
        : withOrder(this.book, keys, state, this.now);
    return this.send();
  }

  send(): readonly HealthAction[] {
    return this.#heard(this.world.send({ type: 'orders', book: this.book }));
  }

  reload(config: VirtualServerConfig): readonly HealthAction[] {
    const views = this.world.machine.view().virtualServers[0]?.realServers ?? [];
    const inService = views.filter((one) => one.alive && one.effectiveWeight !== undefined);
    const served = new Set(inService.map((one) => serverKey(VS, one.key)));
    this.book = afterReload(this.book, {
      before: [this.config],
      after: [config],
      isInService: (server) => served.has(server),
      now: this.now,
    });
    this.config = config;
    return this.#heard(
      this.world.send({ type: 'configure', virtualServers: [config], book: this.book }),
    );
  }

  /** A new process in the place of the old one, which is told what is known. */
  restart(): void {
    const [view] = this.world.machine.view().virtualServers;
    const next = new Director(this.config);
    const alive = (view?.realServers ?? []).map((one) => ({ ...one, key: serverKey(VS, one.key) }));
    next.world.send({ type: 'orders', book: this.book });
    next.world.send({
      type: 'adoptDown',
      serverKeys: alive.filter((one) => !one.alive).map((one) => one.key),
      aliveServerKeys: alive.filter((one) => one.alive).map((one) => one.key),
    });
    Object.assign(this, { world: next.world });
  }

  plan(): void {
    this.#table = desiredTable([this.config], this.world.machine);
  }

  /** The kernel's table is read. */
  look(): readonly HealthAction[] {
    const table = new Map(
      [...this.#table].map(([service, entry]) => {
        const destinations = new Map<string, IpvsObservedDestination>();
        for (const [name, one] of entry.destinations) {
          const { active = 0, inactive = 0, persistent = 0 } = this.connections.get(name) ?? {};
          destinations.set(name, {
            ...one,
            activeConnections: active,
            inactiveConnections: inactive,
            persistentConnections: persistent,
            stats: { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 },
          });
        }
        return [service, { service: entry.service, destinations }];
      }),
    );
    return this.#heard(this.world.send({ type: 'table', table }));
  }

  run(until: number): void {
    const before = this.world.actions.length;
    this.world.run(until);
    this.#heard(this.world.actions.slice(before));
  }

  weights(...servers: readonly number[]): string {
    this.plan();
    return servers
      .map((n) => [...this.#table.values()][0]?.destinations.get(rs(n))?.weight ?? '-')
      .join(' ');
  }

  view(n: number) {
    const [view] = this.world.machine.view().virtualServers;
    return view?.realServers.find((one) => one.key === rs(n));
  }

  #heard(actions: readonly HealthAction[]): readonly HealthAction[] {
    for (const action of actions) {
      if (action.type !== 'serverDrained') continue;
      const drained = serverKey(action.virtualServer, action.realServer);
      this.book = withDrained(this.book, new Set([drained]));
    }
    return actions;
  }
}

function pool(...servers: readonly number[]): VirtualServerConfig {
  return virtualServer(
    servers.map((n) => realServer(n, [tcpCheck({ delayLoop: seconds(2) })], { weight: n })),
    { drainTime: seconds(60) },
  );
}

const types = (actions: readonly HealthAction[]): string[] => actions.map(({ type }) => type);

describe('drain', () => {
  test('has weight 0 while connections are left, and leaves the table then', () => {
    const it = new Director(pool(1, 2));
    it.connections.set(rs(1), { active: 3, inactive: 1, persistent: 1 });
    expect(types(it.order(DRAIN, 1))).toEqual(['serverOrdered', 'replan']);
    expect(it.weights(1, 2)).toBe('0 2');
    expect(types(it.look())).toEqual([]);
    expect(it.view(1)?.drain).toMatchObject({
      connections: { active: 3, inactive: 1, persistent: 1 },
    });
    it.run(10);
    for (const left of [
      { active: 0, inactive: 1, persistent: 0 },
      { active: 0, inactive: 0, persistent: 1 },
    ]) {
      it.connections.set(rs(1), left);
      expect(types(it.look())).toEqual([]);
    }
    it.connections.clear();
    expect(it.look()).toMatchObject([
      {
        type: 'serverDrained',
        realServer: rs(1),
        leaves: false,
        isInTime: true,
        took: seconds(10),
      },
      { type: 'replan' },
    ]);
    expect(it.weights(1, 2)).toBe('- 2');
    expect(it.view(1)).toMatchObject({ order: { kind: 'drain', isDrained: true } });
    expect(it.view(1)?.drain).toBeUndefined();
  });

  test('a table from before the kernel knew of it ends nothing', () => {
    const it = new Director(pool(1, 2));
    it.order(DRAIN, 1);
    expect(types(it.look())).toEqual([]);
    it.plan();
    expect(types(it.look())).toContain('serverDrained');
  });

  test('ends when its time is over, and says what is cut', () => {
    const it = new Director(pool(1, 2));
    it.connections.set(rs(1), { active: 3, inactive: 0, persistent: 0 });
    it.order({ ...DRAIN, until: (it.now + seconds(20)) as Instant }, 1);
    it.plan();
    it.look();
    it.run(19.9);
    expect(it.weights(1)).toBe('0');
    it.run(20.1);
    expect(it.weights(1)).toBe('-');
    expect(it.world.actions.find(({ type }) => type === 'serverDrained')).toMatchObject({
      isInTime: false,
      left: { active: 3 },
    });
  });

  test('its connections go on beside a sorry server', () => {
    const it = new Director({ ...pool(1), sorryServer: SORRY });
    it.connections.set(rs(1), { active: 1, inactive: 0, persistent: 0 });
    expect(types(it.order(DRAIN, 1))).toEqual(['serverOrdered', 'quorumChanged', 'replan']);
    expect(it.world.machine.sorryServerActive(VS)).toBe(true);
    expect(it.weights(1)).toBe('0');
  });

  test('says how long it may take, from the pace of the last minute', () => {
    const it = new Director(pool(1, 2));
    it.order(DRAIN, 1);
    it.plan();
    for (const [at, active] of [
      [10, 100],
      [20, 90],
      [30, 80],
    ] as const) {
      it.run(at);
      it.connections.set(rs(1), { active, inactive: 0, persistent: 0 });
      it.look();
    }
    expect(it.view(1)?.drain?.emptyAt).toBe(seconds(110));
  });

  test('a dead server that is drained is out, as it would be without', () => {
    const it = new Director(pool(1, 2));
    it.order(DRAIN, 1);
    it.isDown = true;
    it.run(20);
    expect(it.weights(1)).toBe('-');
  });
});

describe('maintenance, weight, enable', () => {
  test('maintenance takes a server out at once, and checks go on without effect', () => {
    const it = new Director(pool(1, 2));
    it.order(MAINTENANCE, 1);
    expect(it.weights(1, 2)).toBe('- 2');
    it.run(10);
    expect(it.view(1)?.checks[0]?.runs).toBeGreaterThan(2);
    expect(it.weights(1, 2)).toBe('- 2');
    it.order('enable', 1);
    expect(it.weights(1, 2)).toBe('1 2');
  });

  test('inhibit_on_failure keeps no server in the table that is in maintenance', () => {
    const it = new Director(virtualServer([realServer(1, [], { inhibitOnFailure: true })]));
    it.order(MAINTENANCE, 1);
    expect(it.weights(1)).toBe('-');
  });

  test('a weight counts in the place of the configured one, in the quorum too', () => {
    const it = new Director({ ...pool(1, 2), quorum: 3 });
    expect(it.world.machine.view().virtualServers[0]).toMatchObject({
      aliveWeight: 3,
      quorumUp: true,
    });
    it.order({ kind: 'weight', weight: 0 }, 1);
    expect(it.world.machine.view().virtualServers[0]).toMatchObject({
      aliveWeight: 2,
      quorumUp: false,
    });
    expect(it.weights(1, 2)).toBe('0 2');
    it.order({ kind: 'weight', weight: 50 }, 1);
    expect(it.weights(1, 2)).toBe('50 2');
    expect(it.world.machine.view().virtualServers[0]).toMatchObject({
      aliveWeight: 52,
      quorumUp: true,
    });
    it.order('enable', 1);
    expect(it.weights(1, 2)).toBe('1 2');
  });

  test('drain and maintenance count nothing for the quorum', () => {
    const it = new Director({ ...pool(1, 2), quorum: 3 });
    for (const state of [DRAIN, MAINTENANCE]) {
      it.order(state, 1);
      expect(it.world.machine.view().virtualServers[0]).toMatchObject({
        aliveWeight: 2,
        quorumUp: false,
      });
      it.order('enable', 1);
      expect(it.world.machine.view().virtualServers[0]).toMatchObject({ quorumUp: true });
    }
  });

  test('the same order again changes and reports nothing', () => {
    const it = new Director(pool(1, 2));
    for (const state of [DRAIN, MAINTENANCE, { kind: 'weight', weight: 7 } as const]) {
      it.order(state, 1);
      it.run(it.world.now + 1);
      const before = it.book;
      expect(it.order(state, 1)).toEqual([]);
      expect(it.book).toEqual(before);
    }
  });

  test('a book that was sent before a drain ended brings nothing back', () => {
    const it = new Director(pool(1, 2));
    it.order(DRAIN, 1);
    const old = it.book;
    it.plan();
    it.look();
    expect(it.weights(1)).toBe('-');
    it.world.send({ type: 'orders', book: old });
    expect(it.weights(1)).toBe('-');
  });

  test('what is ordered outlives a restart of the process', () => {
    const it = new Director(pool(1, 2, 3));
    it.order(DRAIN, 1);
    it.plan();
    it.look();
    it.order(MAINTENANCE, 2);
    it.order({ kind: 'weight', weight: 9 }, 3);
    it.restart();
    expect(it.weights(1, 2, 3)).toBe('- - 9');
  });
});

describe('H12: a reload that removes a server', () => {
  test('drains it, and takes it out when its connections are gone', () => {
    const it = new Director(pool(1, 2));
    it.connections.set(rs(1), { active: 8, inactive: 0, persistent: 0 });
    it.reload(pool(2));
    expect(it.weights(1, 2)).toBe('0 2');
    it.look();
    expect(it.world.machine.view().virtualServers[0]?.leaving).toMatchObject([
      { key: rs(1), connections: { active: 8 } },
    ]);
    it.connections.clear();
    expect(it.look()).toMatchObject([{ type: 'serverDrained', leaves: true, isInTime: true }, {}]);
    expect(it.weights(1, 2)).toBe('- 2');
    expect(it.book).toEqual(NO_ORDERS);
  });

  test('a reload that has it again takes it back', () => {
    const it = new Director(pool(1, 2));
    it.connections.set(rs(1), { active: 8, inactive: 0, persistent: 0 });
    it.reload(pool(2));
    it.reload(pool(1, 2));
    expect(it.weights(1, 2)).toBe('1 2');
    expect(it.book).toEqual(NO_ORDERS);
    it.connections.clear();
    expect(types(it.look())).toEqual([]);
  });

  test('it goes when its time is over, and at once where drain_time is 0', () => {
    const it = new Director(pool(1, 2, 3));
    it.connections.set(rs(1), { active: 8, inactive: 0, persistent: 0 });
    it.reload(pool(2, 3));
    it.run(59.9);
    expect(it.weights(1)).toBe('0');
    it.run(60.1);
    expect(it.weights(1)).toBe('-');
    it.reload({ ...pool(3), drainTime: seconds(0) });
    expect(it.weights(2, 3)).toBe('- 3');
  });

  test('one that is down or in maintenance leaves at once; one that is drained goes on', () => {
    const it = new Director(pool(1, 2, 3));
    it.order(MAINTENANCE, 1);
    it.order(DRAIN, 2);
    it.reload(pool(3));
    expect(it.weights(1, 2, 3)).toBe('- 0 3');
    it.isDown = true;
    it.run(20);
    it.reload(virtualServer([realServer(4, [])], { drainTime: seconds(60) }));
    expect(it.weights(3, 4)).toBe('- 4'.replace('4', '1'));
  });

  test('it outlives a restart of the process', () => {
    const it = new Director(pool(1, 2));
    it.reload(pool(2));
    it.restart();
    expect(it.weights(1, 2)).toBe('0 2');
  });

  test('a server that leaves with an order is not said to be given back', () => {
    const it = new Director(pool(1, 2, 3));
    it.order(DRAIN, 1);
    it.order(MAINTENANCE, 2);
    expect(types(it.reload(pool(3)))).not.toContain('serverOrdered');
    expect(it.weights(1, 2, 3)).toBe('0 - 3');
  });

  test('another virtual server that takes the service over has its servers that leave', () => {
    const before = pool(1, 2);
    const after: VirtualServerConfig = { ...pool(2), key: 'group web TCP' };
    const book = afterReload(NO_ORDERS, {
      before: [before],
      after: [after],
      isInService: () => true,
      now: instant(5),
    });
    expect(book.leaving.map(leavingKey)).toEqual([serverKey('group web TCP', rs(1))]);
  });
});

const word = fc.oneof(
  fc.constant('enable' as const),
  fc.constant(MAINTENANCE),
  fc.constant(DRAIN),
  fc.nat(5).map((weight): OrderedState => ({ kind: 'weight', weight })),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('order' as const), word, n: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('reload' as const),
    servers: fc.subarray([1, 2, 3], { minLength: 1 }),
  }),
  fc.record({
    do: fc.constant('time' as const),
    by: fc.integer({ min: 1, max: 40 }),
    isDown: fc.boolean(),
  }),
  fc.record({ do: fc.constant('look' as const), active: fc.nat(2) }),
  fc.record({ do: fc.constant('restart' as const) }),
);

test('whatever orders, reloads, results and restarts come: the last word counts, and a drain never raises a weight', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const it = new Director(pool(1, 2, 3));
      const said = new Map<number, OrderedState | 'enable'>();
      const drained = new Set<number>();
      for (const one of steps) {
        if (one.do === 'order') {
          const before = it.book.orders.find(({ server }) => server === key(one.n))?.kind;
          if (it.config.realServers.some(({ address }) => rs(one.n) === `${address}:80`)) {
            it.order(one.word, one.n);
            said.set(one.n, one.word);
            if (one.word === 'enable' || before !== 'drain' || one.word.kind !== 'drain') {
              drained.delete(one.n);
            }
          }
        } else if (one.do === 'reload') {
          it.reload(pool(...one.servers));
          for (const n of [1, 2, 3]) {
            if (one.servers.includes(n)) continue;
            said.delete(n);
            drained.delete(n);
          }
        } else if (one.do === 'time') {
          it.isDown = one.isDown;
          it.run(it.world.now + one.by);
        } else if (one.do === 'restart') it.restart();
        else {
          it.connections.clear();
          for (const n of [1, 2, 3]) {
            it.connections.set(rs(n), { active: one.active, inactive: 0, persistent: 0 });
          }
          it.plan();
          it.look();
        }
        for (const [n, last] of said) {
          const weight = it.world.machine.effectiveWeight(VS, rs(n));
          const isAlive = it.view(n)?.alive === true;
          const order = it.view(n)?.order;
          expect(order?.kind ?? 'enable').toBe(last === 'enable' ? 'enable' : last.kind);
          if (last === 'enable') expect(weight).toBe(isAlive ? n : undefined);
          else if (last.kind === 'maintenance') expect(weight).toBeUndefined();
          else if (last.kind === 'weight') expect(weight).toBe(isAlive ? last.weight : undefined);
          else {
            if (drained.has(n)) expect(weight).toBeUndefined();
            expect(weight ?? 0).toBe(0);
            if (order?.kind === 'drain' && order.isDrained) drained.add(n);
          }
        }
        expectSound(it);
      }
    }),
    { numRuns: 60 },
  );
});

/** The sum of the living weight is what the servers make it, and the table has what the core says. */
function expectSound(it: Director): void {
  const [view] = it.world.machine.view().virtualServers;
  const weights = (view?.realServers ?? []).map(({ alive, order, configuredWeight }) => {
    if (!alive || order?.kind === 'drain' || order?.kind === 'maintenance') return 0;
    return order?.kind === 'weight' ? order.weight : configuredWeight;
  });
  expect(view?.aliveWeight).toBe(weights.reduce((sum, one) => sum + one, 0));
  const leaving: readonly KernelServer[] = it.world.machine.leaving(VS);
  for (const { address } of leaving) expect(it.weights(Number(address.split('.')[3]))).toBe('0');
}
