/** What a restarted health process takes over: nothing may move until a check has really answered. */
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import { KnownState } from '../../../../src/core/health/known-state.ts';
import { serverKey } from '../../../../src/core/health/server-key.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { realServer, rs, SORRY, VS, virtualServer, World } from './support.ts';

const key = (n: number): string => serverKey(VS, rs(n));

describe('adoptDown before the first configuration', () => {
  it('starts the named servers down without reporting it, the others up', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.send({ type: 'adoptDown', serverKeys: [key(1)] });
    world.configure(virtualServer([realServer(1, [tcpCheck()]), realServer(2, [tcpCheck()])]));
    expect(world.pool(1, 2)).toBe('- 1');
    expect(world.log()).toEqual(['0.00 quorum UP 1']);
    expect(world.run(1.5).pool(1, 2)).toBe('1 1');
  });

  it('keeps a server that is still down out, with one report', () => {
    const world = new World(() => ({ outcome: 'refused' }));
    world.send({ type: 'adoptDown', serverKeys: [key(1)] });
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(20);
    expect(world.log()).toEqual([]);
    expect(world.actions.filter(({ type }) => type === 'checkChanged').length).toBe(1);
  });

  it('starts servers known as alive up in spite of alpha, with all their retries', () => {
    const world = new World((_check, at) => ({ outcome: at < 2 ? 'refused' : 'ok' }));
    world.send({ type: 'adoptDown', serverKeys: [], aliveServerKeys: [key(1)] });
    world.configure(virtualServer([realServer(1, [tcpCheck({ alpha: true })])]));
    expect(world.pool(1)).toBe('1');
    world.run(10);
    expect(world.log()).toEqual(['0.00 quorum UP 1']);
  });

  it('keeps a quorum inside the hysteresis, and reports nothing that did not change', () => {
    const world = new World((_check, _at, id) => ({ outcome: id < 3 ? 'refused' : 'ok' }));
    const servers = [1, 2, 3, 4].map((n) => realServer(n, [tcpCheck()]));
    world.send({
      type: 'adoptDown',
      serverKeys: [key(1), key(2)],
      aliveServerKeys: [key(3), key(4)],
      quorumUpKeys: [VS],
    });
    const config = virtualServer(servers, { quorum: 3, hysteresis: 1, sorryServer: SORRY });
    expect(world.configure(config)).toEqual([{ type: 'replan' }]);
    expect(world.pool(1, 2, 3, 4)).toBe('- - 1 1');
  });

  it('keeps the sorry server standing in without reporting it anew', () => {
    const world = new World(() => ({ outcome: 'refused' }));
    world.send({ type: 'adoptDown', serverKeys: [key(1)], quorumUpKeys: [] });
    const config = virtualServer([realServer(1, [tcpCheck()])], { sorryServer: SORRY });
    expect(world.configure(config)).toEqual([{ type: 'replan' }]);
    expect(world.pool(1)).toBe('- sorry');
  });

  it('is spent by the first configuration: a server added later starts as new', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.send({ type: 'adoptDown', serverKeys: [key(2)] });
    world.configure(virtualServer([realServer(1, [])]));
    world.configure(virtualServer([realServer(1, []), realServer(2, [tcpCheck()])]));
    expect(world.pool(1, 2)).toBe('1 1');
  });
});

describe('adoptDown after the configuration', () => {
  it('moves only what has not been checked yet', () => {
    const world = new World((_check, _at, id) => ({
      outcome: 'ok',
      takes: milliseconds(id === 1 ? 0 : 10_000),
    }));
    world.configure(virtualServer([realServer(1, [tcpCheck()]), realServer(2, [tcpCheck()])]));
    world.run(1.5);
    world.send({ type: 'adoptDown', serverKeys: [key(1), key(2)] });
    expect(world.pool(1, 2)).toBe('1 -');
    expect(world.run(12).pool(1, 2)).toBe('1 1');
  });
});

describe('KnownState', () => {
  it('says undefined for what it was not told', () => {
    const known = new KnownState();
    known.add({ type: 'adoptDown', serverKeys: ['a'] });
    known.add({ type: 'adoptDown', serverKeys: [], aliveServerKeys: ['a', 'b'] });
    expect(['a', 'b', 'c'].map((name) => known.wasAlive(name))).toEqual([false, true, undefined]);
    expect(known.hadQuorum('v')).toBeUndefined();
    known.add({ type: 'adoptDown', serverKeys: [], quorumUpKeys: ['v'] });
    expect([known.hadQuorum('v'), known.hadQuorum('w')]).toEqual([true, false]);
    known.clear();
    expect([known.wasAlive('a'), known.hadQuorum('v')]).toEqual([undefined, undefined]);
  });
});
