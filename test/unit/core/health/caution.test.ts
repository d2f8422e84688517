/** What Tandem does with more caution than one check after another: slow start, panic threshold, rise. */
import { describe, expect, test } from 'vitest';
import { seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import { serverKey } from '../../../../src/core/health/server-key.ts';
import type { CheckConfig, VirtualServerConfig } from '../../../../src/core/model/config.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { realServer, rs, SORRY, VS, virtualServer, World } from './support.ts';

const CHECK: CheckConfig = tcpCheck({ delayLoop: seconds(2), warmup: ZERO_DURATION, retry: 0 });

function pool(size: number, change: Partial<VirtualServerConfig>, check = CHECK) {
  const servers = Array.from({ length: size }, (_, n) =>
    realServer(n + 1, [check], { weight: 100 }),
  );
  return virtualServer(servers, change);
}

/** The number of the server that a check asks; the checks were made in the order of the servers. */
class Weather extends World {
  readonly down = new Set<number>();

  constructor() {
    super((_check, _at, checkId) => ({ outcome: this.down.has(checkId) ? 'refused' : 'ok' }));
  }
}

describe('slow_start', () => {
  test('a server that comes back gets its weight in steps, and the quorum has it at once', () => {
    const world = new Weather();
    world.configure(pool(2, { slowStart: seconds(20), quorum: 150 }));
    expect(world.pool(1, 2)).toBe('100 100');
    world.run(2);
    world.down.add(1);
    world.run(4);
    expect(world.pool(1, 2)).toBe('- 100');
    world.down.clear();
    world.run(5.1);
    expect(world.pool(1, 2)).toBe('5 100');
    expect(world.machine.view().virtualServers[0]).toMatchObject({
      aliveWeight: 200,
      quorumUp: true,
    });
    const seen = [];
    for (let at = 6; at <= 26; at += 1) {
      world.run(at);
      seen.push(world.machine.effectiveWeight(VS, rs(1)) ?? -1);
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen[9]).toBeGreaterThan(40);
    expect(seen[9]).toBeLessThan(60);
    expect(seen.at(-1)).toBe(100);
    expect(world.machine.view().virtualServers[0]?.realServers[0]?.startShare).toBeUndefined();
  });

  test('a server that fails meanwhile begins anew; a reload without slow_start ends it', () => {
    const world = new Weather();
    world.configure(pool(2, { slowStart: seconds(20) }));
    world.run(2);
    world.down.add(1);
    world.run(4);
    world.down.clear();
    world.run(14);
    world.down.add(1);
    world.run(16);
    expect(world.pool(1)).toBe('-');
    world.down.clear();
    world.run(17.1);
    expect(world.pool(1)).toBe('5');
    world.configure(pool(2, {}));
    world.run(19);
    expect(world.pool(1)).toBe('100');
  });

  test('what an operator gives back starts slowly, and a weight of an operator counts as it is', () => {
    const world = new Weather();
    const server = serverKey(VS, rs(1));
    const since = 0 as never;
    world.configure(pool(2, { slowStart: seconds(20) }));
    const say = (orders: readonly object[]) =>
      world.send({ type: 'orders', book: { orders: orders as never, leaving: [] } });
    say([{ server, since, kind: 'maintenance' }]);
    say([]);
    expect(world.pool(1, 2)).toBe('5 100');
    say([{ server, since, kind: 'weight', weight: 70 }]);
    expect(world.pool(1, 2)).toBe('70 100');
  });
});

describe('panic_threshold', () => {
  const panics = (world: World) => world.actions.filter(({ type }) => type === 'panicChanged');

  test('most servers fail at once: all stay in service, and it is said; then their checks count again', () => {
    const world = new Weather();
    world.configure(pool(4, { panicThreshold: 50, sorryServer: SORRY }));
    world.run(2);
    for (const n of [1, 2, 3, 4]) world.down.add(n);
    world.run(6);
    expect(world.pool(1, 2, 3, 4)).toBe('100 100 100 100');
    expect(panics(world)).toMatchObject([{ inPanic: true, passing: 1, servers: 4 }]);
    expect(world.machine.view().virtualServers[0]).toMatchObject({ inPanic: true, quorumUp: true });
    for (const n of [1, 2]) world.down.delete(n);
    world.run(10);
    expect(panics(world).at(-1)).toMatchObject({ inPanic: false, passing: 2, servers: 4 });
    expect(world.pool(1, 2, 3, 4)).toBe('100 100 - -');
  });

  test('servers that fail one after another over hours are believed', () => {
    const world = new Weather();
    world.configure(pool(4, { panicThreshold: 50 }));
    for (const n of [1, 2, 3, 4]) {
      world.run(n * 1_000);
      world.down.add(n);
    }
    world.run(6_000);
    expect(panics(world)).toEqual([]);
    expect(world.pool(1, 2, 3, 4)).toBe('- - - -');
  });

  test('servers that never were up, one server alone, and a service without the word: no panic', () => {
    for (const config of [
      pool(4, { panicThreshold: 50 }, { ...CHECK, alpha: true }),
      pool(1, { panicThreshold: 50 }),
      pool(4, {}),
    ]) {
      const world = new Weather();
      for (const n of [1, 2, 3, 4]) world.down.add(n);
      world.configure(config);
      world.run(10);
      expect(panics(world)).toEqual([]);
      expect(world.pool(1)).toBe('-');
    }
  });

  test('a reload without the word ends it', () => {
    const world = new Weather();
    world.configure(pool(4, { panicThreshold: 50 }));
    world.run(2);
    for (const n of [1, 2, 3, 4]) world.down.add(n);
    world.run(6);
    world.configure(pool(4, {}));
    expect(world.pool(1, 2, 3, 4)).toBe('- - - -');
  });
});

describe('flap_damping', () => {
  const flap = { flapLimit: 3, flapTime: seconds(60) };

  /** Fails and recovers at these times. */
  function run(world: Weather, times: readonly number[]): void {
    for (const [index, at] of times.entries()) {
      if (index % 2 === 0) world.down.add(1);
      else world.down.delete(1);
      world.run(at);
    }
  }

  test('a server that fails three times within a minute stays out until it has been calm for one', () => {
    const world = new Weather();
    world.configure(pool(2, flap));
    world.run(2);
    run(world, [4, 6, 8, 10]);
    expect(world.pool(1, 2)).toBe('100 100');
    run(world, [12, 14]);
    expect(world.pool(1, 2)).toBe('- 100');
    const held = world.actions.filter(({ type }) => type === 'flapDamped');
    expect(held).toMatchObject([{ realServer: rs(1), isHeld: true }]);
    const last = held[0]?.at ?? 0;
    world.run(last + 59.9);
    expect(world.pool(1, 2)).toBe('- 100');
    world.run(last + 60.1);
    expect(world.pool(1, 2)).toBe('100 100');
    expect(world.actions.at(-2)).toMatchObject({ type: 'serverChanged', up: true });
  });

  test('another failure meanwhile begins the time anew, and a reload without the word ends it', () => {
    const world = new Weather();
    world.configure(pool(2, flap));
    world.run(2);
    run(world, [4, 6, 8, 10, 12, 14]);
    world.run(60);
    run(world, [62, 64]);
    world.run(80);
    expect(world.pool(1)).toBe('-');
    world.configure(pool(2, {}));
    world.run(125);
    expect(world.pool(1)).toBe('100');
  });
});
