/** The health machine from outside: probes, results, reports and the facts for the planner. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/base/seeded-random.ts';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import { HealthMachine } from '../../../../src/core/health/machine.ts';
import { httpCheck, tcpCheck } from '../../../support/builders/check.ts';
import { realServer, result, rs, SORRY, VS, virtualServer, World } from './support.ts';

function fresh(): HealthMachine {
  return new HealthMachine({ random: seededRandom(1) });
}

describe('probes', () => {
  it('are ordered when due, not before, and one at a time for each check', () => {
    const machine = fresh();
    const config = virtualServer([realServer(1, [tcpCheck()])]);
    machine.handle(instant(0), { type: 'configure', virtualServers: [config] });
    expect(machine.deadline).toBe(1_000_000);
    expect(machine.handle(instant(999_999), { type: 'deadline' })).toEqual([]);
    const started = machine.handle(instant(1_000_000), { type: 'deadline' });
    expect(started).toEqual([
      { type: 'startProbe', checkId: 1, generation: 1, check: config.realServers[0]?.checks[0] },
    ]);
    expect(machine.deadline).toBeUndefined();
    expect(machine.handle(instant(99_000_000), { type: 'deadline' })).toEqual([]);
  });

  it('results of an old generation, twice, or of a check that is gone are ignored', () => {
    const machine = fresh();
    const config = virtualServer([realServer(1, [tcpCheck({ retry: 0 })])]);
    machine.handle(instant(0), { type: 'configure', virtualServers: [config] });
    machine.handle(instant(1_000_000), { type: 'deadline' });
    const ended = (checkId: number, generation: number, at: number): number =>
      machine.handle(instant(at), {
        type: 'probeEnded',
        checkId,
        generation,
        result: result('refused'),
      }).length;
    expect(ended(1, 2, 1_100_000)).toBe(0);
    expect(ended(9, 1, 1_100_000)).toBe(0);
    expect(ended(1, 1, 1_100_000)).toBeGreaterThan(0);
    expect(ended(1, 1, 1_200_000)).toBe(0);
    expect(machine.view().virtualServers[0]?.realServers[0]?.checks[0]?.runs).toBe(1);
  });

  it('are told of one url at a time', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(virtualServer([realServer(1, [httpCheck(['/a', '/b', '/c'])])]));
    world.run(14);
    expect(world.attempts.map(({ path }) => path)).toEqual(['/a', '/b', '/c', '/a']);
  });

  it('beyond the limit wait their turn, first come, first served, and nobody starves', () => {
    const world = new World(() => ({ outcome: 'timeout', takes: seconds(2) }), {
      runningProbesMax: 3,
    });
    const check = tcpCheck({ delayLoop: seconds(1) });
    world.configure(
      virtualServer(Array.from({ length: 12 }, (_, n) => realServer(n + 1, [check]))),
    );
    world.run(60);
    expect(world.runningMost).toBe(3);
    const runs = new Map<number, number>();
    for (const { checkId } of world.attempts) runs.set(checkId, (runs.get(checkId) ?? 0) + 1);
    expect(runs.size).toBe(12);
    expect(Math.max(...runs.values()) - Math.min(...runs.values())).toBeLessThanOrEqual(1);
  });

  it('continue after a clock that starts anywhere', () => {
    const world = new World(() => ({ outcome: 'ok' }), { startUs: 123_456_789_012 });
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(10);
    expect(world.attempts.length).toBe(3);
  });
});

describe('reports', () => {
  it('follow the order check, server, quorum, plan', () => {
    const world = new World(() => ({ outcome: 'refused' }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(1.5);
    expect(world.actions.map(({ type }) => type)).toEqual([
      'quorumChanged',
      'replan',
      'startProbe',
      'checkChanged',
      'serverChanged',
      'quorumChanged',
      'replan',
    ]);
    expect(world.actions.find(({ type }) => type === 'serverChanged')).toMatchObject({
      virtualServer: VS,
      realServer: rs(1),
      up: false,
      reason: 'TCP_CHECK#1: refused',
    });
  });

  it('a server with two checks is alive only while both are up', () => {
    const world = new World((check, at) => {
      const isHttp = check.type === 'HTTP_GET';
      const bad = isHttp ? at > 2 && at < 8 : at > 2 && at < 14;
      return { outcome: bad ? 'refused' : 'ok' };
    });
    const checks = [tcpCheck({ retry: 0 }), httpCheck(['/'], { retry: 0, delayLoop: seconds(1) })];
    world.configure(virtualServer([realServer(1, checks)]));
    world.run(20);
    const changes = world.actions.filter(({ type }) => type === 'serverChanged');
    expect(changes.map((action) => 'up' in action && action.up)).toEqual([false, true]);
    const verdicts = world.actions.filter(({ type }) => type === 'checkChanged');
    expect(verdicts.length).toBe(4);
  });

  it('each forgiven failure with the retries that are left, the verdict with the attempts made', () => {
    const world = new World((_check, at) => ({ outcome: at < 2 ? 'ok' : 'timeout' }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(8);
    const forgiven = world.actions.filter((action) => action.type === 'checkFailedOnce');
    expect(forgiven.map((action) => 'retriesLeft' in action && action.retriesLeft)).toEqual([2, 1]);
    const verdict = world.actions.find((action) => action.type === 'checkChanged');
    expect(verdict).toMatchObject({ up: false, attempts: 3, check: 'TCP_CHECK#1' });
  });

  it('failures while down only with log_all_failures', () => {
    const count = (logAllFailures: boolean): number => {
      const world = new World(() => ({ outcome: 'refused' }));
      world.configure(virtualServer([realServer(1, [tcpCheck({ logAllFailures })])]));
      world.run(14);
      return world.actions.filter(({ type }) => type === 'checkFailedOnce').length;
    };
    expect([count(false), count(true)]).toEqual([0, 3]);
  });

  it('a probe that this host cannot make changes no verdict and is told once (keepalived 8.12)', () => {
    const world = new World(() => ({ outcome: 'local-error' }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(14);
    expect(world.times()).toEqual([1, 5.02, 9.04, 13.06]);
    expect(world.actions.filter(({ type }) => type === 'probeImpossible').length).toBe(1);
    expect(world.pool(1)).toBe('1');
    const check = world.machine.view().virtualServers[0]?.realServers[0]?.checks[0];
    expect(check).toMatchObject({ up: true, hasRun: false, runs: 0, running: false });
    expect(check?.lastResult?.outcome).toBe('local-error');
  });
});

describe('the weight in IPVS', () => {
  it('is the configured one while alive, absent when failed, 0 with inhibit_on_failure', () => {
    const world = new World(() => ({ outcome: 'refused' }));
    world.configure(
      virtualServer([
        realServer(1, [tcpCheck()], { weight: 5 }),
        realServer(2, [tcpCheck()], { weight: 5, inhibitOnFailure: true }),
        realServer(3, [], { weight: 5 }),
      ]),
    );
    expect(world.pool(1, 2, 3)).toBe('5 5 5');
    expect(world.run(1.5).pool(1, 2, 3)).toBe('- 0 5');
  });

  it('does not change with the quorum when there is no sorry server', () => {
    const world = new World((_check, _at, id) => ({ outcome: id < 3 ? 'refused' : 'ok' }));
    const servers = [1, 2, 3].map((n) => realServer(n, [tcpCheck()]));
    world.configure(virtualServer(servers, { quorum: 2 }));
    world.run(1.5);
    expect(world.log().at(-1)).toContain('quorum DOWN 1');
    expect(world.pool(1, 2, 3)).toBe('- - 1');
  });

  it('weight 0 keeps a server alive without a share in the quorum', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(
      virtualServer([realServer(1, [tcpCheck()], { weight: 0 })], { sorryServer: SORRY }),
    );
    expect(world.machine.view().virtualServers[0]).toMatchObject({
      quorumUp: false,
      sorryServerActive: true,
      aliveWeight: 0,
    });
  });

  it('is undefined for what is not configured', () => {
    const machine = fresh();
    expect(machine.effectiveWeight(VS, rs(1))).toBeUndefined();
    expect(machine.sorryServerActive(VS)).toBe(false);
  });
});

describe('a server without checks', () => {
  it('is always alive, also with alpha', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(virtualServer([realServer(1, [])], { alpha: true }));
    expect(world.pool(1)).toBe('1');
    expect(world.machine.deadline).toBeUndefined();
  });
});

describe('the view', () => {
  it('shows checks, servers and quorum as plain data', () => {
    const world = new World((_check, at) => ({ outcome: at < 2 ? 'ok' : 'refused' }));
    world.configure(virtualServer([realServer(1, [tcpCheck({ retry: 0 })])]));
    world.run(6);
    const view = world.machine.view();
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(view.virtualServers).toEqual([
      {
        key: VS,
        title: '10.0.0.1 80',
        quorumUp: false,
        sorryServerActive: false,
        aliveWeight: 0,
        realServers: [
          {
            key: rs(1),
            alive: false,
            since: expect.closeTo(5_000_000, -5),
            configuredWeight: 1,
            checks: [
              {
                id: 1,
                label: 'TCP_CHECK#1',
                up: false,
                hasRun: true,
                running: false,
                failuresInRow: 1,
                runs: 2,
                failures: 1,
                lastResult: { outcome: 'refused', detail: 'refused', elapsed: 1_000 },
                lastEndedAt: expect.closeTo(5_000_000, -5),
                changedAt: expect.closeTo(5_000_000, -5),
              },
            ],
          },
        ],
      },
    ]);
  });
});

describe('scale', () => {
  it('takes 40,000 servers without looking at each for each other, and wakes once for each slot', () => {
    const machine = fresh();
    const check = tcpCheck({ warmup: seconds(5), delayLoop: seconds(60) });
    const servers = Array.from({ length: 40_000 }, (_, n) =>
      realServer(1, [{ ...check, target: { ...check.target, port: 1 + n } }], { port: 1 + n }),
    );
    const before = process.cpuUsage();
    machine.handle(instant(0), { type: 'configure', virtualServers: [virtualServer(servers)] });
    // Microseconds of computing; it is a tenth of it, and much more when every server is compared with every other.
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
    let wakes = 0;
    let probes = 0;
    for (let at = machine.deadline; at !== undefined; at = machine.deadline) {
      wakes += 1;
      for (const action of machine.handle(at, { type: 'deadline' })) {
        if (action.type !== 'startProbe') continue;
        probes += 1;
        const { checkId, generation } = action;
        machine.handle(at, { type: 'probeEnded', checkId, generation, result: result('ok') });
      }
      if (probes >= 40_000) break;
    }
    expect(probes).toBe(40_000);
    expect(wakes).toBeLessThanOrEqual(5_000 / 20 + 2);
  });
});

describe('views', () => {
  it('of some virtual servers are those of the whole, in the order asked for', () => {
    const machine = fresh();
    const config = virtualServer([realServer(1, [tcpCheck()])]);
    const other = { ...config, key: 'tcp:192.0.2.99:80' };
    machine.handle(instant(0), { type: 'configure', virtualServers: [config, other] });
    const [first, second] = machine.view().virtualServers;
    expect(machine.viewOf([other.key, 'gone', config.key])).toEqual([second, first]);
  });
});
