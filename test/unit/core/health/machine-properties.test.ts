/** Invariants of the health core under any sequence of reloads, answers and restarts of servers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import type { ProbeOutcome } from '../../../../src/core/checkers/outcome.ts';
import type { CheckConfig, VirtualServerConfig } from '../../../../src/core/model/config.ts';
import { httpCheck, tcpCheck } from '../../../support/builders/check.ts';
import { realServer, SORRY, virtualServer, World } from './support.ts';

const OUTCOMES: readonly ProbeOutcome[] = ['ok', 'ok', 'ok', 'refused', 'timeout', 'local-error'];

const check: fc.Arbitrary<CheckConfig> = fc
  .record({
    http: fc.boolean(),
    urls: fc.integer({ min: 1, max: 3 }),
    delayLoop: fc.constantFrom(seconds(1), seconds(3), milliseconds(5)),
    retry: fc.nat(3),
    delayBeforeRetry: fc.constantFrom(milliseconds(0), milliseconds(300), seconds(2)),
    warmup: fc.constantFrom(milliseconds(0), seconds(2)),
    alpha: fc.boolean(),
    fastRecovery: fc.boolean(),
  })
  .map(({ http, urls, fastRecovery, ...common }) =>
    http
      ? httpCheck(['/a', '/b', '/c'].slice(0, urls), { ...common, fastRecovery })
      : tcpCheck(common),
  );

const config: fc.Arbitrary<VirtualServerConfig> = fc
  .record({
    servers: fc.uniqueArray(
      fc.record({
        n: fc.integer({ min: 1, max: 5 }),
        weight: fc.nat(3),
        inhibitOnFailure: fc.boolean(),
        checks: fc.array(check, { maxLength: 3 }),
      }),
      { selector: ({ n }) => n, maxLength: 5 },
    ),
    quorum: fc.integer({ min: 1, max: 6 }),
    hysteresis: fc.nat(2),
    sorry: fc.boolean(),
  })
  .map(({ servers, quorum, hysteresis, sorry }) =>
    virtualServer(
      servers.map(({ n, checks, ...rest }) => realServer(n, checks, rest)),
      { quorum, hysteresis, ...(sorry ? { sorryServer: SORRY } : {}) },
    ),
  );

const step = fc.record({
  reload: fc.option(config, { nil: undefined }),
  outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 7 }),
  takes: fc.constantFrom(milliseconds(1), milliseconds(700)),
  forSeconds: fc.integer({ min: 1, max: 8 }),
});

function checkInvariants(world: World): void {
  for (const vs of world.machine.view().virtualServers) {
    const alive = vs.realServers.filter((server) => server.alive);
    const weight = alive.reduce((sum, server) => sum + server.configuredWeight, 0);
    expect(vs.aliveWeight).toBe(weight);
    if (vs.quorumUp) expect(weight).toBeGreaterThan(0);
    expect(world.machine.sorryServerActive(vs.key)).toBe(vs.sorryServerActive);
    for (const server of vs.realServers) {
      expect(server.alive).toBe(server.checks.every((one) => one.up));
      const effective = world.machine.effectiveWeight(vs.key, server.key);
      expect(effective).toBe(server.effectiveWeight);
      if (server.alive && !vs.sorryServerActive) expect(effective).toBe(server.configuredWeight);
      else expect([undefined, 0]).toContain(effective);
    }
  }
}

describe('the health core', () => {
  it('keeps its books: weights, quorum, reports and probes agree at every step', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(3), (steps, limit) => {
        const world = new World(() => ({ outcome: 'ok' }), { runningProbesMax: limit + 1 });
        let until = 0;
        for (const { reload, outcomes, takes, forSeconds } of steps) {
          let turn = 0;
          world.behaviour = () => {
            turn += 1;
            return { outcome: outcomes[turn % outcomes.length] ?? 'ok', takes };
          };
          if (reload !== undefined) world.configure(reload);
          checkInvariants(world);
          until += forSeconds;
          world.run(until);
          checkInvariants(world);
        }
        expect(world.runningMost).toBeLessThanOrEqual(limit + 1);
        checkReports(world);
      }),
      { numRuns: 60 },
    );
  });
});

/** Reports alternate for each server and quorum, and the last one tells how it is now. */
function checkReports(world: World): void {
  const last = new Map<string, boolean>();
  for (const action of world.actions) {
    if (action.type !== 'serverChanged' && action.type !== 'quorumChanged') continue;
    const name = action.type === 'serverChanged' ? action.realServer : 'quorum';
    const before = last.get(name);
    // A server that left the configuration and came back starts anew, without a report.
    if (before !== undefined && before === action.up) expect(action.up).toBe(false);
    last.set(name, action.up);
  }
  const vs = world.machine.view().virtualServers[0];
  if (vs !== undefined && last.has('quorum')) expect(last.get('quorum')).toBe(vs.quorumUp);
}
