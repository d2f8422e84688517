/**
 * The timings observed on a real keepalived (2.4.3, ± 0.05 s plus its start-up of about 0.27 s),
 * replayed in virtual time. Times here count from the configuration; a slot is 20 ms.
 */
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { httpCheck, tcpCheck } from '../../../support/builders/check.ts';
import { realServer, SORRY, virtualServer, World } from './support.ts';

/** Our times lie at or after the ideal ones, by a slot per pause at most. */
function expectTimes(actual: readonly number[], ideal: readonly number[]): void {
  expect(actual.length, `${actual}`).toBe(ideal.length);
  for (const [index, at] of actual.entries()) {
    const wanted = ideal[index] ?? Number.NaN;
    expect(at, `attempt ${index} of ${actual}`).toBeGreaterThanOrEqual(wanted - 0.001);
    expect(at, `attempt ${index} of ${actual}`).toBeLessThan(wanted + 0.02 * (index + 1) + 0.01);
  }
}

describe('observed timings of keepalived 2.4.3', () => {
  it('TCP refused: retry+1 attempts a pause apart, then one each delay_loop, up at the first success', () => {
    const world = new World((_check, at) => ({
      outcome: at < 6.8 || at > 27.8 ? 'ok' : 'refused',
    }));
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    expect(world.log()).toEqual(['0.00 quorum UP 1']);
    world.run(32);
    expectTimes(world.times(), [1, 5, 9, 10, 11, 15, 19, 23, 27, 31]);
    expect(world.log().slice(1)).toEqual([
      expect.stringMatching(/^11\.\d+ 10\.0\.1\.1:80 DOWN$/),
      expect.stringMatching(/^11\.\d+ quorum DOWN 0$/),
      expect.stringMatching(/^31\.\d+ 10\.0\.1\.1:80 UP$/),
      expect.stringMatching(/^31\.\d+ quorum UP 1$/),
    ]);
  });

  it('TCP silent: down delay_loop + 3 timeouts + 2 pauses after the last success', () => {
    const world = new World((_check, at) =>
      at < 2 ? { outcome: 'ok' } : { outcome: 'timeout', takes: seconds(2) },
    );
    world.configure(virtualServer([realServer(1, [tcpCheck()])]));
    world.run(14);
    const down = world.actions.find((action) => action.type === 'serverChanged');
    expect(down?.at).toBeGreaterThanOrEqual(13);
    expect(down?.at).toBeLessThan(13.15);
  });

  it('alpha, never up: the first failure is reported, then silence, never in the table', () => {
    const world = new World(() => ({ outcome: 'refused' }));
    world.configure(virtualServer([realServer(1, [tcpCheck({ alpha: true })])]));
    world.run(14);
    expectTimes(world.times(), [1, 5, 9, 13]);
    const reports = world.actions.filter((action) => action.type.startsWith('check'));
    expect(reports.map((action) => action.type)).toEqual(['checkChanged']);
    expect(world.log()).toEqual([]);
    expect(world.pool(1)).toBe('-');
  });

  it('HTTP, two urls, alpha: one url each delay_loop; the failed url first, then the whole list', () => {
    const world = new World((check, at) => {
      const isB = 'urls' in check && check.urls[0]?.path === '/b';
      return { outcome: isB && at > 6 && at < 18.6 ? 'bad-status' : 'ok' };
    });
    const check = httpCheck(['/a', '/b'], {
      alpha: true,
      delayLoop: seconds(2),
      retry: 1,
      delayBeforeRetry: milliseconds(500),
    });
    world.configure(virtualServer([realServer(1, [check])]));
    world.run(24.5);
    expect(world.attempts.map((attempt) => attempt.path).join('')).toBe(
      '/a/b/a/b/b/b/b/b/b/b/b/a/b',
    );
    const ideal = [1, 3, 5, 7, 7.5, 9.5, 11.5, 13.5, 15.5, 17.5, 19.5, 21.5, 23.5];
    expectTimes(world.times(), ideal);
    const changes = world.actions.filter((action) => action.type === 'serverChanged');
    expect(changes.map((action) => [action.up, Math.round(action.at * 10) / 10])).toEqual([
      [true, 3],
      [false, expect.closeTo(7.6, 0)],
      [true, expect.closeTo(23.7, 0)],
    ]);
  });

  it('HTTP with fast_recovery: no pause between urls until the server is up', () => {
    const world = new World((check, at) => {
      const isB = 'urls' in check && check.urls[0]?.path === '/b';
      return { outcome: isB && at > 4 && at < 13 ? 'bad-status' : 'ok', takes: milliseconds(3) };
    });
    const check = httpCheck(['/a', '/b', '/a'], {
      alpha: true,
      delayLoop: seconds(2),
      retry: 1,
      delayBeforeRetry: milliseconds(500),
      fastRecovery: true,
    });
    world.configure(virtualServer([realServer(1, [check])]));
    world.run(14);
    const text = world.attempts.map((attempt) => attempt.path).join('');
    expect(text).toBe(`/a/b/a${'/a/b/b'}${'/b/b/b'}${'/b/a/b/a'}`);
    expectTimes(
      world.times(),
      [1, 1.003, 1.006, 3.01, 5.01, 5.51, 7.51, 9.51, 11.51, 13.51, 13.513, 13.516, 13.519],
    );
    expect(
      world
        .log()
        .filter((line) => line.includes(':80'))
        .map((line) => line.slice(-4)),
    ).toEqual(['0 UP', 'DOWN', '0 UP']);
  });

  it('HTTP, another url fails during recovery: it is polled at the short pause until it works', () => {
    const world = new World((check, at) => {
      const path = 'urls' in check ? check.urls[0]?.path : '';
      if (path === '/b') return { outcome: at > 6 && at < 11 ? 'bad-status' : 'ok' };
      return { outcome: at > 12 && at < 17 ? 'bad-status' : 'ok' };
    });
    const check = httpCheck(['/a', '/b'], {
      delayLoop: seconds(2),
      retry: 1,
      delayBeforeRetry: milliseconds(700),
    });
    world.configure(virtualServer([realServer(1, [check])]));
    world.run(20);
    expectTimes(
      world.times(),
      [1, 3, 5, 7, 7.7, 9.7, 11.7, 13.7, 14.4, 15.1, 15.8, 16.5, 17.2, 19.2],
    );
    expect(world.log().at(-2)).toMatch(/^19\.\d+ 10\.0\.1\.1:80 UP$/);
  });

  it('HTTP, delay_before_retry above delay_loop: the failed url is polled at the longer of both', () => {
    const world = new World(() => ({ outcome: 'bad-status' }));
    const check = httpCheck(['/'], { delayLoop: seconds(1), delayBeforeRetry: seconds(3) });
    world.configure(virtualServer([realServer(1, [check])]));
    world.run(11);
    expectTimes(world.times(), [1, 4, 7, 10]);
  });

  it('warm-up spreads the first attempts over its whole span, not before 1 s', () => {
    const world = new World(() => ({ outcome: 'ok' }));
    const servers = Array.from({ length: 200 }, (_, n) =>
      realServer(n + 1, [tcpCheck({ warmup: seconds(5), delayLoop: seconds(60) })]),
    );
    world.configure(virtualServer(servers));
    world.run(7);
    const times = world.times();
    expect(times.length).toBe(200);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
    expect(Math.min(...times)).toBeLessThan(1.5);
    expect(Math.max(...times)).toBeGreaterThan(5.5);
    expect(Math.max(...times)).toBeLessThanOrEqual(6.02);
  });

  it('quorum 3, hysteresis 1, sorry server: living servers leave with the quorum', () => {
    const downFrom = [2.5, 4.5, 6.5, 100];
    const upFrom = [12.5, 10.5, 8.5, 0];
    const world = new World((_check, at, id) => {
      const down = at >= (downFrom[id - 1] ?? 0) && at < (upFrom[id - 1] ?? 0);
      return { outcome: down ? 'refused' : 'ok' };
    });
    const check = tcpCheck({ delayLoop: seconds(1), retry: 0 });
    const servers = [1, 2, 3, 4].map((n) => realServer(n, [check]));
    world.configure(virtualServer(servers, { quorum: 3, hysteresis: 1, sorryServer: SORRY }));
    const pools: string[] = [];
    for (let at = 0; at <= 15; at += 1) {
      const pool = world.run(at).pool(1, 2, 3, 4);
      if (pools.at(-1) !== pool) pools.push(pool);
    }
    expect(pools).toEqual(['1 1 1 1', '- 1 1 1', '- - 1 1', '- - - - sorry', '1 1 1 1']);
    expect(world.log().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'quorum UP 4',
      '10.0.1.1:80 DOWN',
      '10.0.1.2:80 DOWN',
      '10.0.1.3:80 DOWN',
      'quorum DOWN 1',
      '10.0.1.3:80 UP',
      '10.0.1.2:80 UP',
      '10.0.1.1:80 UP',
      'quorum UP 4',
    ]);
  });

  it('the same with alpha starts with the sorry server, and with inhibit keeps weights 0', () => {
    const check = tcpCheck({ delayLoop: seconds(1), retry: 0, alpha: true });
    const servers = [1, 2, 3, 4].map((n) => realServer(n, [check], { inhibitOnFailure: true }));
    const world = new World(() => ({ outcome: 'ok' }));
    world.configure(virtualServer(servers, { quorum: 3, hysteresis: 1, sorryServer: SORRY }));
    expect(world.log()).toEqual(['0.00 quorum DOWN 0']);
    expect(world.pool(1, 2, 3, 4)).toBe('0 0 0 0 sorry');
    expect(world.run(1.5).pool(1, 2, 3, 4)).toBe('1 1 1 1');
  });
});
