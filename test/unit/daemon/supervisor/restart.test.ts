/** When a process that died is started again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Restart } from '../../../../src/daemon/supervisor/restart.ts';

const MINUTE_US = 60_000_000;

let nowUs = 0;
const start = vi.fn();
let restart: Restart;

beforeEach(() => {
  vi.useFakeTimers();
  nowUs = 1_000_000;
  start.mockReset();
  restart = new Restart(start, () => nowUs);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Time passes for the clock and for the timers. */
function pass(milliseconds: number): void {
  nowUs += milliseconds * 1_000;
  vi.advanceTimersByTime(milliseconds);
}

test('the first restart comes at once', () => {
  expect(restart.isTrusted).toBe(true);
  expect(restart.died(1_000_000)).toBe(0);
  restart.plan();
  expect(start).toHaveBeenCalledTimes(1);
  expect(restart.isTrusted).toBe(false);
});

test('pauses double from 100 ms up to 10 s and stay there', () => {
  const pauses = Array.from({ length: 11 }, () => restart.died(0));
  expect(pauses).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
});

test('a pause is kept', () => {
  restart.died(0);
  expect(restart.died(0)).toBe(100);
  restart.plan();
  pass(99);
  expect(start).not.toHaveBeenCalled();
  pass(1);
  expect(start).toHaveBeenCalledTimes(1);
});

test('a process that lived longer than half a minute is trusted again', () => {
  for (let i = 0; i < 6; i++) restart.died(0);
  expect(restart.died(30_000_000)).toBe(3_200);
  expect(restart.died(MINUTE_US)).toBe(0);
  expect(restart.died(0)).toBe(100);
});

test('hold keeps the next start back, and plan counts the pause from the death', () => {
  restart.died(0);
  restart.died(0);
  restart.plan();
  restart.hold();
  pass(1_000);
  expect(start).not.toHaveBeenCalled();
  restart.plan();
  expect(start).toHaveBeenCalledTimes(1);
});

test('a plan replaces the one before: there is one start', () => {
  restart.died(0);
  restart.died(0);
  restart.plan();
  restart.plan();
  pass(1_000);
  expect(start).toHaveBeenCalledTimes(1);
});
