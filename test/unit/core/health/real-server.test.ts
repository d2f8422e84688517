/** A real server: alive by its checks, and its weight in IPVS. */
import { describe, expect, it } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import { Check, RealServer, VirtualServer } from '../../../../src/core/health/server-tree.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { realServer, rs, SORRY, virtualServer } from './support.ts';

function server(verdicts: readonly boolean[], inhibitOnFailure = false): RealServer {
  const config = realServer(1, [], { weight: 3, inhibitOnFailure });
  const vs = new VirtualServer(virtualServer([config], { sorryServer: SORRY }));
  vs.quorumUp = true;
  const one = new RealServer(rs(1), vs, config, instant(0));
  one.checks = verdicts.map(
    (up, id) => new Check(id, one, tcpCheck(), { up, firstFailureCounts: false }, instant(0)),
  );
  one.recount();
  return one;
}

describe('RealServer', () => {
  it.each([
    [[], true],
    [[true, true], true],
    [[true, false], false],
    [[false, false], false],
  ])('with verdicts %j should live: %s', (verdicts, shouldLive) => {
    expect(server(verdicts).shouldLive).toBe(shouldLive);
  });

  it('counts verdicts as they change', () => {
    const one = server([false, false]);
    one.noteVerdict(true);
    expect(one.shouldLive).toBe(false);
    one.noteVerdict(true);
    expect(one.shouldLive).toBe(true);
    one.noteVerdict(false);
    expect(one.shouldLive).toBe(false);
  });

  it.each([
    // alive, quorum, inhibit_on_failure, weight
    [true, true, false, 3],
    [true, false, false, undefined],
    [true, false, true, 0],
    [false, true, false, undefined],
    [false, true, true, 0],
  ])('alive %s, quorum %s, inhibit %s: weight %s', (alive, quorumUp, inhibit, weight) => {
    const one = server([], inhibit);
    one.alive = alive;
    one.virtualServer.quorumUp = quorumUp;
    expect(one.effectiveWeight).toBe(weight);
    expect(one.view().effectiveWeight).toBe(weight);
    expect(one.aliveWeight).toBe(alive ? 3 : 0);
  });
});
