/** Log and metrics that are loaded behind the first advertisement: nothing that came before is lost. */
import { expect, test, vi } from 'vitest';
import { lateLogger, lateMetrics } from '../../../../src/daemon/outlets/late.ts';
import type { Logger, LogLine } from '../../../../src/daemon/outlets/log/log.ts';
import { createMetrics } from '../../../../src/daemon/outlets/metrics/metrics.ts';
import { daemonState } from '../../../support/state-fixture.ts';

const line = (message: string): LogLine => ({ id: 'x.y', component: 'main', message });

function setUp(level: 'info' | 'debug' = 'info') {
  const lines: LogLine[] = [];
  let closings = 0;
  const target: Logger = {
    log: (_level, one) => lines.push(one),
    enabled: () => true,
    close: async () => {
      closings++;
    },
  };
  const load = vi.fn(async () => target);
  const lastResort = vi.fn<(text: string) => void>();
  const logger = lateLogger(level, load, lastResort);
  return { logger, load, lastResort, lines, closings: () => closings };
}

test('lines wait in their order, with their time, until the log is opened', async () => {
  const { logger, load, lines } = setUp();
  const before = Date.now();
  logger.log('info', line('one'));
  logger.log('info', { ...line('two'), timeMs: 5 });
  expect(load).not.toHaveBeenCalled();
  logger.open?.();
  logger.log('info', line('three'));
  await vi.waitFor(() =>
    expect(lines.map(({ message }) => message)).toEqual(['one', 'two', 'three']),
  );
  expect(lines[0]?.timeMs).toBeGreaterThanOrEqual(before);
  expect(lines[1]?.timeMs).toBe(5);
});

test('a log that was never opened is written when it is closed', async () => {
  const { logger, load, lines, closings } = setUp();
  logger.log('error', line('cannot listen'));
  await logger.close();
  expect(load).toHaveBeenCalledOnce();
  expect(lines.map(({ message }) => message)).toEqual(['cannot listen']);
  expect(closings()).toBe(1);
});

test('a process that ends without either writes its lines all the same, without secrets', () => {
  const exits = process.listeners('exit');
  const { logger, lastResort } = setUp();
  const [atExit] = process.listeners('exit').filter((one) => !exits.includes(one));
  logger.log('info', line('starting'));
  logger.log('debug', line('not wanted'));
  atExit?.(1);
  process.off('exit', atExit as () => void);
  expect(lastResort.mock.calls).toEqual([['starting']]);
});

test('an opened log leaves nothing for the end of the process', async () => {
  const exits = process.listeners('exit');
  const { logger, lastResort, lines } = setUp();
  const [atExit] = process.listeners('exit').filter((one) => !exits.includes(one));
  logger.log('info', line('starting'));
  logger.open?.();
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  logger.log('info', line('running'));
  atExit?.(0);
  process.off('exit', atExit as () => void);
  expect(lastResort).not.toHaveBeenCalled();
});

test('it knows which levels are written before it is loaded', () => {
  const { logger } = setUp('info');
  expect(logger.enabled('debug')).toBe(false);
  expect(logger.enabled('error')).toBe(true);
});

test('metrics count what was told before they were loaded', async () => {
  const load = vi.fn(async () => createMetrics(() => daemonState()));
  const metrics = lateMetrics(load);
  metrics.observe.watchdogPing();
  metrics.observe.logLine('main', 'error');
  expect(load).not.toHaveBeenCalled();
  const text = (await metrics.render()).toString();
  expect(text).toMatch(/^tandem_watchdog_pings_total 1$/m);
  expect(load).toHaveBeenCalledOnce();
});
