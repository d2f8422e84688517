/** A virtual server: living weight, quorum, sorry server. */
import { describe, expect, it } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import { RealServer, VirtualServer } from '../../../../src/core/health/server-tree.ts';
import { realServer, rs, SORRY, virtualServer } from './support.ts';

function withServers(weights: readonly number[]): VirtualServer {
  const configs = weights.map((weight, index) => realServer(index + 1, [], { weight }));
  const vs = new VirtualServer(
    virtualServer(configs, { quorum: 4, hysteresis: 1, sorryServer: SORRY }),
  );
  vs.servers = new Map(
    configs.map((config, index) => [
      rs(index + 1),
      new RealServer(rs(index + 1), vs, config, instant(0)),
    ]),
  );
  vs.recount();
  return vs;
}

describe('VirtualServer', () => {
  it('begins without its quorum, gains it and loses it with hysteresis', () => {
    const vs = withServers([2, 3]);
    expect([vs.quorumUp, vs.sorryServerActive, vs.aliveWeight]).toEqual([false, true, 5]);
    expect(vs.reviewQuorum()).toBe(true);
    expect(vs.sorryServerActive).toBe(false);
    for (const server of vs.servers.values()) server.alive = server.key === rs(2);
    vs.recount();
    expect(vs.reviewQuorum()).toBe(false);
    for (const server of vs.servers.values()) server.alive = server.key === rs(1);
    vs.recount();
    expect(vs.reviewQuorum()).toBe(true);
    expect(vs.quorumUp).toBe(false);
  });

  it('without a sorry server has none to stand in', () => {
    expect(new VirtualServer(virtualServer([])).sorryServerActive).toBe(false);
  });
});
