/** From a verdict to server, quorum and plan. */
import { describe, expect, it } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import { reviewServer, setAlive } from '../../../../src/core/health/consequences.ts';
import type { HealthAction } from '../../../../src/core/health/events-and-actions.ts';
import { RealServer, VirtualServer } from '../../../../src/core/health/server-tree.ts';
import { realServer, rs, VS, virtualServer } from './support.ts';

function server(): RealServer {
  const config = realServer(1, [], { weight: 2 });
  const vs = new VirtualServer(virtualServer([config]));
  const one = new RealServer(rs(1), vs, config, instant(0));
  vs.servers = new Map([[rs(1), one]]);
  vs.recount();
  vs.reviewQuorum();
  return one;
}

describe('setAlive', () => {
  it('keeps the living weight and reports a change once', () => {
    const one = server();
    const actions: HealthAction[] = [];
    expect(setAlive(one, false, instant(5), 'why', actions)).toBe(true);
    expect(setAlive(one, false, instant(6), 'again', actions)).toBe(false);
    expect(one.virtualServer.aliveWeight).toBe(0);
    expect(one.since).toBe(5);
    expect(actions).toEqual([
      { type: 'serverChanged', virtualServer: VS, realServer: rs(1), up: false, reason: 'why' },
    ]);
  });
});

describe('reviewServer', () => {
  it('does nothing while the verdict changes nothing', () => {
    const actions: HealthAction[] = [];
    reviewServer(server(), instant(1), 'why', actions);
    expect(actions).toEqual([]);
  });

  it('reports server, quorum and plan in this order', () => {
    const one = server();
    one.noteVerdict(false);
    const actions: HealthAction[] = [];
    reviewServer(one, instant(1), 'why', actions);
    expect(actions.map(({ type }) => type)).toEqual(['serverChanged', 'quorumChanged', 'replan']);
    expect(actions[1]).toMatchObject({ up: false, aliveWeight: 0, quorum: 1 });
  });
});
