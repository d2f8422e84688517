/** What a reload keeps, adds and removes (and where it does better than keepalived). */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { HealthAction } from '../../../../src/core/health/events-and-actions.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { httpCheck, tcpCheck } from '../../../support/builders/check.ts';
import { type Behaviour, realServer, rs, SORRY, VS, virtualServer, World } from './support.ts';

const ok: Behaviour = () => ({ outcome: 'ok' });
const refused: Behaviour = () => ({ outcome: 'refused' });

/** The same check with another target: a changed question. */
function movedCheck(change: Parameters<typeof tcpCheck>[0] = {}): ReturnType<typeof tcpCheck> {
  const target = { address: ip('10.0.1.1'), port: 81, connectTimeout: seconds(2) };
  return tcpCheck({ target, ...change });
}

function types(actions: readonly HealthAction[]): string[] {
  return actions.map(({ type }) => type);
}

describe('a reload without changes', () => {
  it('orders nothing but a plan, and leaves running probes and timers alone', () => {
    const world = new World(() => ({ outcome: 'ok', takes: seconds(1) }));
    const config = virtualServer([realServer(1, [tcpCheck()]), realServer(2, [tcpCheck()])]);
    world.configure(config);
    world.run(1.5);
    expect(types(world.configure(structuredClone(config)))).toEqual(['replan']);
    world.run(6.5);
    expect(world.times()).toEqual([1, 1, 5, 5]);
  });

  it('keeps a failed server failed, with its count and results', () => {
    const world = new World(refused);
    const config = virtualServer([realServer(1, [tcpCheck()])]);
    world.configure(config);
    world.run(2);
    const before = world.machine.view();
    world.configure(structuredClone(config));
    expect(world.machine.view()).toEqual(before);
  });
});

describe('a changed rhythm', () => {
  it('brings a run forward when the new period is shorter', () => {
    const world = new World(ok);
    world.configure(virtualServer([realServer(1, [tcpCheck({ delayLoop: seconds(3_600) })])]));
    world.run(2);
    world.configure(virtualServer([realServer(1, [tcpCheck({ delayLoop: seconds(2) })])]));
    world.run(5);
    expect(world.times()).toEqual([1, 4]);
  });

  it('keeps forgiven failures, limited to the new retry: one more failure is enough (2.4.x)', () => {
    const world = new World((_check, at) => ({ outcome: at < 2 ? 'ok' : 'refused' }));
    world.configure(virtualServer([realServer(1, [tcpCheck({ retry: 9 })])]));
    world.run(8.5);
    expect(world.log()).toEqual(['0.00 quorum UP 1']);
    world.configure(virtualServer([realServer(1, [tcpCheck({ retry: 2 })])]));
    world.run(9.5);
    expect(world.log()[1]).toContain('DOWN');
  });
});

describe('a changed check', () => {
  it('keeps a failed server out until it has answered (keepalived puts it back at once)', () => {
    const world = new World(refused);
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(2);
    world.configure(virtualServer([realServer(1, [movedCheck()])]));
    expect(world.pool(1)).toBe('-');
    world.behaviour = ok;
    world.run(3.1);
    expect(world.pool(1)).toBe('1');
    expect(world.log().filter((line) => line.includes(rs(1))).length).toBe(2);
  });

  it('of another type holds the verdict too', () => {
    const world = new World(refused);
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(2);
    world.configure(virtualServer([realServer(1, [httpCheck(['/'])])]));
    expect(world.pool(1)).toBe('-');
  });

  it('keeps a living server in, also with alpha, and gives it all its retries', () => {
    const world = new World(ok);
    world.configure(virtualServer([realServer(1, [tcpCheck({ alpha: true })])]));
    world.run(2);
    world.behaviour = refused;
    world.configure(virtualServer([realServer(1, [movedCheck({ alpha: true })])]));
    expect(world.pool(1)).toBe('1');
    world.run(4.9);
    expect(world.times().slice(1)).toEqual([3, 4.02]);
    expect(world.pool(1)).toBe('1');
    expect(world.run(5.2).pool(1)).toBe('-');
  });

  it('cancels the probe of the old one, whose result is ignored', () => {
    const world = new World(() => ({ outcome: 'refused', takes: seconds(2) }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(1.5);
    const actions = world.configure(virtualServer([realServer(1, [movedCheck()])]));
    expect(actions).toContainEqual({ type: 'cancelProbe', checkId: 1, generation: 1 });
    expect(world.running).toBe(0);
    expect(world.run(4).pool(1)).toBe('1');
  });

  it('taken out of a failed server brings it back at once', () => {
    const world = new World((check) => ({
      outcome: check.type === 'TCP_CHECK' ? 'refused' : 'ok',
    }));
    world.configure(virtualServer([realServer(1, [tcpCheck(), httpCheck(['/'])])]));
    world.run(2);
    expect(world.pool(1)).toBe('-');
    world.configure(virtualServer([realServer(1, [httpCheck(['/'])])]));
    expect(world.pool(1)).toBe('1');
  });

  it('added to a server that another check holds down does not free it', () => {
    const world = new World((check) => ({
      outcome: check.type === 'TCP_CHECK' ? 'refused' : 'ok',
    }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(2);
    world.configure(virtualServer([realServer(1, [tcpCheck(), httpCheck(['/'])])]));
    expect(world.run(20).pool(1)).toBe('-');
  });
});

describe('servers', () => {
  it('added without alpha serve at once and have all their retries (observed: +1.0 +1.5 +2.0)', () => {
    const world = new World(ok);
    const check = tcpCheck({ delayLoop: seconds(3), delayBeforeRetry: seconds(0.5) });
    world.configure(virtualServer([realServer(1, [check])]));
    world.run(2.5);
    world.behaviour = (_check, _at, id) => ({ outcome: id === 2 ? 'refused' : 'ok' });
    world.configure(virtualServer([realServer(1, [check]), realServer(2, [check])]));
    expect(world.pool(1, 2)).toBe('1 1');
    world.run(5);
    const attempts = world.attempts.filter(({ checkId }) => checkId === 2).map(({ at }) => at);
    expect(attempts).toEqual([3.5, 4.02, 4.54]);
    expect(world.pool(1, 2)).toBe('1 -');
  });

  it('added with alpha wait for their check', () => {
    const world = new World(ok);
    world.configure(virtualServer([realServer(1, [])]));
    world.configure(virtualServer([realServer(1, []), realServer(2, [tcpCheck({ alpha: true })])]));
    expect(world.pool(1, 2)).toBe('1 -');
    expect(world.run(1.2).pool(1, 2)).toBe('1 1');
  });

  it('removed while alive are reported down, once, and the quorum is looked at again', () => {
    const world = new World(ok);
    const servers = [realServer(1, [tcpCheck()]), realServer(2, [tcpCheck()])];
    world.configure(virtualServer(servers, { quorum: 2, sorryServer: SORRY }));
    const actions = world.configure(
      virtualServer(servers.slice(0, 1), { quorum: 2, sorryServer: SORRY }),
    );
    expect(types(actions)).toEqual(['serverChanged', 'quorumChanged', 'replan']);
    expect(actions[0], 'nothing has failed').toMatchObject({ removed: true });
    expect(actions[1], 'the loss of the quorum is real').not.toHaveProperty('removed');
    expect(world.pool(1, 2)).toBe('- - sorry');
  });

  it('keep their state when the weight changes, and the quorum follows the new weight', () => {
    const world = new World(ok);
    world.configure(virtualServer([realServer(1, [tcpCheck()], { weight: 1 })], { quorum: 1 }));
    world.configure(virtualServer([realServer(1, [tcpCheck()], { weight: 7 })], { quorum: 7 }));
    expect(world.pool(1)).toBe('7');
    expect(world.machine.view().virtualServers[0]).toMatchObject({
      aliveWeight: 7,
      quorumUp: true,
    });
  });

  it('written twice count once', () => {
    const world = new World(ok);
    world.configure(virtualServer([realServer(1, []), realServer(1, [], { weight: 9 })]));
    expect(world.pool(1)).toBe('1');
    expect(world.machine.view().virtualServers[0]?.aliveWeight).toBe(1);
  });
});

describe('virtual servers', () => {
  it('removed report their living servers and their quorum down, and cancel their probes', () => {
    const world = new World(() => ({ outcome: 'ok', takes: seconds(2) }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(1.5);
    expect(world.configure()).toMatchObject([
      { type: 'cancelProbe' },
      { type: 'serverChanged', up: false, removed: true },
      { type: 'quorumChanged', up: false, removed: true },
      { type: 'replan' },
    ]);
    expect(world.machine.view()).toEqual({ virtualServers: [] });
    expect(world.run(60).attempts.length).toBe(1);
    expect(world.machine.deadline).toBeUndefined();
  });

  it('with another quorum or hysteresis are judged again at once', () => {
    const world = new World(ok);
    const servers = [realServer(1, []), realServer(2, [])];
    world.configure(virtualServer(servers, { sorryServer: SORRY }));
    world.configure(virtualServer(servers, { sorryServer: SORRY, quorum: 3 }));
    expect(world.pool(1, 2)).toBe('- - sorry');
    world.configure(virtualServer(servers, { sorryServer: SORRY, quorum: 2 }));
    expect(world.pool(1, 2)).toBe('1 1');
    expect(world.log().map((line) => line.slice(5))).toEqual([
      'quorum UP 2',
      'quorum DOWN 2',
      'quorum UP 2',
    ]);
  });

  it('that lose their sorry server while it stands in get their living servers back', () => {
    const world = new World(ok);
    const servers = [realServer(1, [])];
    world.configure(virtualServer(servers, { sorryServer: SORRY, quorum: 2 }));
    expect(world.pool(1)).toBe('- sorry');
    world.configure(virtualServer(servers, { quorum: 2 }));
    expect(world.pool(1)).toBe('1');
  });

  it('start silently below their quorum, unless a sorry server has to stand in', () => {
    const alpha = [realServer(1, [tcpCheck({ alpha: true })])];
    const quiet = new World(ok);
    expect(types(quiet.configure(virtualServer(alpha)))).toEqual(['replan']);
    const loud = new World(ok);
    expect(types(loud.configure(virtualServer(alpha, { sorryServer: SORRY })))).toEqual([
      'quorumChanged',
      'replan',
    ]);
  });

  it('of one key count once, the first', () => {
    const world = new World(ok);
    world.configure(virtualServer([realServer(1, [])]), virtualServer([realServer(2, [])]));
    expect(world.machine.view().virtualServers.map(({ key }) => key)).toEqual([VS]);
    expect(world.pool(1, 2)).toBe('1 -');
  });
});
