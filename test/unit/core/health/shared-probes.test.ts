/** One probe for checks that ask the same, and limits for probes at once. */
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import type { CheckConfig, VirtualServerConfig } from '../../../../src/core/model/config.ts';
import { httpCheck, miscCheck, tcpCheck } from '../../../support/builders/check.ts';
import { realServer, rs, virtualServer, World } from './support.ts';

/** Virtual server N with real server 10.0.1.1 and the given check. */
function service(n: number, check: CheckConfig, change: Partial<VirtualServerConfig> = {}) {
  return virtualServer([realServer(1, [check])], { key: `tcp:10.0.0.${n}:80`, ...change });
}

function services(count: number, check: CheckConfig = tcpCheck()): VirtualServerConfig[] {
  return Array.from({ length: count }, (_, n) => service(n + 1, check));
}

const isAlive = (world: World): boolean[] =>
  world.machine.view().virtualServers.map(({ realServers }) => realServers[0]?.alive === true);

const runsOf = (world: World): number[] =>
  world.machine
    .view()
    .virtualServers.map(({ realServers }) => realServers[0]?.checks[0]?.runs ?? 0);

describe('checks that ask the same', () => {
  it('make one probe, whose result is that of each', () => {
    const world = new World((_, at) => ({ outcome: at > 10 && at < 30 ? 'refused' : 'ok' }));
    world.configure(...services(3));
    world.run(9);
    expect(world.times()).toEqual([1, 5, 9]);
    expect(runsOf(world)).toEqual([2, 2, 2]);
    world.run(17);
    expect(isAlive(world)).toEqual([false, false, false]);
    // The failure at 13 is forgiven twice, a second behind each.
    expect(world.times().slice(3).map(Math.floor)).toEqual([13, 14, 15]);
    world.run(40);
    expect(isAlive(world)).toEqual([true, true, true]);
    expect(world.runningMost).toBe(1);
  });

  it.each<[string, CheckConfig]>([
    ['another period', tcpCheck({ delayLoop: seconds(5) })],
    ['another number of retries', tcpCheck({ retry: 1 })],
    ['another source address', sourced({ sourceAddress: '10.0.9.9' })],
    ['another port', sourced({ port: 81 })],
    ['another device', sourced({ sourceInterface: 'eth1' })],
    ['another mark', sourced({ fwmark: 7 })],
    ['another limit', sourced({ connectTimeout: seconds(1) })],
    ['another checker', httpCheck(['/'])],
  ])('do not share with one that has %s', (_, other) => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(service(1, tcpCheck()), service(2, other));
    world.run(3);
    expect(world.attempts.map(({ checkId }) => checkId).sort()).toEqual([1, 2]);
  });

  it('run a program each: it may count its runs', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(...services(2, miscCheck()));
    world.run(3);
    expect(world.attempts.length).toBe(2);
  });

  it('judge it each for itself: alpha and what is logged stay its own', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(service(1, tcpCheck()), service(2, tcpCheck({ alpha: true })));
    expect(isAlive(world)).toEqual([true, false]);
    world.run(2);
    expect(isAlive(world)).toEqual([true, true]);
    expect(world.times()).toEqual([1]);
  });

  it('start evenly: each group has one place in the period', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    const check = tcpCheck({ warmup: seconds(4) });
    const servers = Array.from({ length: 200 }, (_, n) => realServer(n + 1, [check]));
    world.configure(virtualServer(servers), virtualServer(servers, { key: 'tcp:10.0.0.2:80' }));
    world.run(21);
    const starts = world.times().filter((at) => at >= 5 && at < 21);
    expect(starts.length).toBe(800);
    const tenths = new Map<number, number>();
    for (const at of starts) {
      const tenth = Math.floor(at * 10 + 1e-6);
      tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
    }
    expect(Math.max(...tenths.values())).toBeLessThanOrEqual(1.2 * (800 / 160) + 1e-6);
  });

  it('that come with a reload fall in with those that run', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(...services(1));
    world.run(10);
    world.configure(...services(2));
    world.run(12);
    const before = world.attempts.length;
    world.run(52);
    expect(world.attempts.length - before).toBe(10);
  });
});

describe('the check whose probe runs', () => {
  const SLOW = { outcome: 'ok', takes: milliseconds(500) } as const;

  it('leaves, and one that waited for its answer asks', () => {
    const world = new World(() => SLOW);
    world.configure(...services(3));
    world.run(1.2);
    const [first] = world.attempts;
    const left = services(3).filter((_, n) => n + 1 !== first?.checkId);
    world.configure(...left);
    world.run(2);
    expect(world.attempts.length).toBe(2);
    expect(runsOf(world)).toEqual([1, 1]);
    world.run(10);
    expect(runsOf(world)).toEqual([3, 3]);
    expect(world.attempts.length).toBe(4);
  });

  it('gets another rhythm, and the others ask without it', () => {
    const world = new World(() => SLOW);
    world.configure(...services(3));
    world.run(1.2);
    world.configure(service(1, tcpCheck({ delayLoop: seconds(8) })), ...services(3).slice(1));
    world.run(16);
    expect(world.attempts.filter(({ checkId }) => checkId === 1).length).toBe(2);
    expect(runsOf(world)).toEqual([2, 4, 4]);
    world.configure(...services(3));
    world.run(60);
    const late = world.attempts.filter(({ at }) => at > 40 && at <= 60);
    expect(late.length).toBe(5);
  });

  it('rests, and the others ask without it', () => {
    const world = new World(() => SLOW);
    const resting = service(1, tcpCheck(), { haSuspend: true });
    world.configure(resting, ...services(2).slice(1));
    world.send({
      type: 'heldAddresses',
      held: new Set(
        [resting.services[0]].flatMap((one) => (one?.kind === 'address' ? [one.address] : [])),
      ),
    });
    world.run(5.2);
    world.send({ type: 'heldAddresses', held: new Set() });
    const [rested] = runsOf(world);
    world.run(20);
    expect(runsOf(world)[0]).toBe(rested);
    expect(runsOf(world)[1]).toBeGreaterThanOrEqual(4);
  });
});

describe('limits of probes at once', () => {
  const SLOW = { outcome: 'timeout', takes: seconds(2) } as const;
  const CHECKS = Array.from({ length: 6 }, (_, n) => sourced({ port: 81 + n }));
  const ALL = [virtualServer([realServer(1, CHECKS), realServer(2, CHECKS)])];

  it('hold for one address, and an address that is full holds up nobody else', () => {
    const world = new World((check) =>
      'target' in check && check.target.address === '10.0.1.1' ? SLOW : { outcome: 'ok' },
    );
    world.send({ type: 'configure', virtualServers: ALL, limits: { perAddress: 2 } });
    world.run(2);
    expect(world.attempts.filter(({ checkId }) => checkId <= 6).length).toBe(2);
    expect(world.attempts.filter(({ checkId }) => checkId > 6).length).toBe(6);
    world.run(60);
    expect(world.runningMost).toBeLessThanOrEqual(4);
    const counts = CHECKS.map(
      (_, n) => world.attempts.filter(({ checkId }) => checkId === n + 1).length,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('hold in all, and a reload that lifts them starts what waits', () => {
    const world = new World(() => SLOW);
    world.send({ type: 'configure', virtualServers: ALL, limits: { all: 3 } });
    world.run(2);
    expect(world.running).toBe(3);
    world.send({ type: 'configure', virtualServers: ALL });
    expect(world.running).toBe(12);
  });

  it('for one address count what runs already when a reload brings them', () => {
    const world = new World(() => SLOW);
    world.send({ type: 'configure', virtualServers: ALL });
    world.run(2);
    expect(world.running).toBe(12);
    world.send({ type: 'configure', virtualServers: ALL, limits: { perAddress: 2 } });
    world.runningMost = 0;
    world.run(30);
    expect(world.running).toBeLessThanOrEqual(4);
    const asked = new Set(world.attempts.filter(({ at }) => at > 10).map(({ checkId }) => checkId));
    expect(asked.size).toBe(12);
  });

  it('let those go on that wait when others leave the queue', () => {
    const world = new World(() => SLOW);
    const limits = { all: 2, perAddress: 1 };
    world.send({ type: 'configure', virtualServers: ALL, limits });
    world.run(2);
    expect(world.running).toBe(2);
    const rest = [virtualServer([realServer(1, CHECKS.slice(3)), realServer(2, CHECKS.slice(5))])];
    world.send({ type: 'configure', virtualServers: rest, limits });
    world.run(30);
    const asked = new Set(world.attempts.filter(({ at }) => at > 2).map(({ checkId }) => checkId));
    expect([...asked].sort((a, b) => a - b)).toEqual([4, 5, 6, 12]);
    expect(world.machine.view().virtualServers[0]?.realServers.map(({ key }) => key)).toEqual([
      rs(1),
      rs(2),
    ]);
  });
});

function sourced(change: object): CheckConfig {
  const check = tcpCheck();
  return { ...check, target: { ...check.target, ...change } };
}
