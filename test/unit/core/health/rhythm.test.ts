/** When checks run: the period that is configured, whatever a probe takes, and starts that are even. */
import { describe, expect, test } from 'vitest';
import {
  type Duration,
  milliseconds,
  seconds,
  ZERO_DURATION,
} from '../../../../src/core/base/time.ts';
import { serverKey } from '../../../../src/core/health/server-key.ts';
import {
  endpointKey,
  type RealServerConfig,
  type VirtualServerConfig,
} from '../../../../src/core/model/config.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { type Answer, realServer, VS, virtualServer, World } from './support.ts';

const PERIOD = seconds(2);
const check = tcpCheck({ delayLoop: PERIOD, warmup: PERIOD, retry: 0 });

/** The nth of many servers: 250 for each port. */
function server(n: number): RealServerConfig {
  return realServer(1 + (n % 250), [check], { port: 80 + Math.floor(n / 250) });
}

function pool(size: number): VirtualServerConfig {
  return virtualServer(Array.from({ length: size }, (_, n) => server(n)));
}

/** Starts within each tenth of a second, from some time on: the most, beside the mean. */
function peakOverMean(times: readonly number[], from: number, until: number): number {
  const counts = new Map<number, number>();
  const seen = times.filter((at) => at >= from && at < until);
  for (const at of seen) {
    const tenth = Math.floor(at * 10 + 1e-6);
    counts.set(tenth, (counts.get(tenth) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / (seen.length / ((until - from) * 10));
}

describe('the period', () => {
  test.each([milliseconds(0), milliseconds(7), milliseconds(300), milliseconds(1_900)])(
    'is kept when a probe takes %i microseconds',
    (takes) => {
      const world = new World(() => ({ outcome: 'ok', takes: takes as Duration }));
      world.configure(virtualServer([realServer(1, [{ ...check, warmup: ZERO_DURATION }])]));
      world.run(101);
      expect(world.times()).toEqual(Array.from({ length: 51 }, (_, n) => 1 + 2 * n));
    },
  );

  test('is not made up for by a probe that takes longer: times that are over are left out', () => {
    const world = new World(() => ({ outcome: 'ok', takes: seconds(5) }));
    world.configure(virtualServer([realServer(1, [{ ...check, warmup: ZERO_DURATION }])]));
    world.run(20);
    expect(world.times()).toEqual([1, 7, 13, 19]);
    expect(world.runningMost).toBe(1);
  });

  test('a retry comes its pause behind the end of the failure', () => {
    const answer = (at: number): Answer =>
      at < 4 ? { outcome: 'timeout', takes: seconds(1) } : { outcome: 'ok' };
    const world = new World((_check, at) => answer(at));
    const retried = {
      ...check,
      warmup: ZERO_DURATION,
      retry: 3,
      delayBeforeRetry: milliseconds(500),
    };
    world.configure(virtualServer([realServer(1, [{ ...retried, alpha: false }])]));
    world.run(8);
    expect(world.times().slice(0, 2)).toEqual([1, 3]);
  });
});

describe('the spread', () => {
  test.each([100, 500, 2_000])('of %i checks with one period is even to a fifth', (size) => {
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(pool(size));
    world.run(13);
    expect(peakOverMean(world.times(), 5, 13)).toBeLessThanOrEqual(1.2);
  });

  test('comes back after all servers were asked at once, because they are held down', () => {
    const world = new World(() => ({ outcome: 'refused' }));
    const servers = pool(500).realServers.map((one) =>
      serverKey(VS, endpointKey(one.address, one.port)),
    );
    world.send({ type: 'adoptDown', serverKeys: servers });
    world.configure(pool(500));
    world.run(15);
    expect(peakOverMean(world.times(), 1, 2)).toBeGreaterThan(2);
    expect(peakOverMean(world.times(), 7, 15)).toBeLessThanOrEqual(1.2);
  });

  test('stays when all servers fail', () => {
    const world = new World((_check, at) => ({ outcome: at < 5 ? 'ok' : 'refused' }));
    world.configure(pool(500));
    world.run(20);
    expect(peakOverMean(world.times(), 12, 20)).toBeLessThanOrEqual(1.2);
  });
});
