/** The second process of a role that waits. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Spare } from '../../../../src/daemon/supervisor/spare.ts';

/** A process that is ready when the test says so. */
class Waiting {
  isReady = false;
  readonly kill = vi.fn();
}

/** Between a plan and the start of a spare, milliseconds. */
const LATER = 1_000;

let started: Waiting[];
let hasRoom: boolean;
let spare: Spare<Waiting>;

beforeEach(() => {
  vi.useFakeTimers();
  started = [];
  hasRoom = true;
  spare = new Spare(() => {
    if (!hasRoom) return undefined;
    const process = new Waiting();
    started.push(process);
    return process;
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function startReady(): Waiting {
  spare.plan();
  vi.advanceTimersByTime(LATER);
  const process = started.at(-1);
  if (process === undefined) throw new Error('nothing was started');
  process.isReady = true;
  return process;
}

test('it is started a while after it was planned, once', () => {
  spare.plan();
  vi.advanceTimersByTime(LATER - 1);
  expect(started).toHaveLength(0);
  spare.plan();
  vi.advanceTimersByTime(LATER);
  expect(started).toHaveLength(1);
  spare.plan();
  vi.advanceTimersByTime(10 * LATER);
  expect(started).toHaveLength(1);
});

test('it is given away only when it is ready, and only once', () => {
  const process = startReady();
  process.isReady = false;
  expect(spare.isReady).toBe(false);
  expect(spare.take()).toBeUndefined();
  process.isReady = true;
  expect(spare.take()).toBe(process);
  expect(spare.take()).toBeUndefined();
});

test('one that ends is replaced later; the end of another process is not its business', () => {
  const process = startReady();
  expect(spare.hasLost(new Waiting())).toBe(false);
  expect(spare.hasLost(process)).toBe(true);
  expect(spare.isReady).toBe(false);
  vi.advanceTimersByTime(LATER);
  expect(started).toHaveLength(2);
});

test('without room for a process it is tried again', () => {
  hasRoom = false;
  spare.plan();
  vi.advanceTimersByTime(3 * LATER);
  expect(started).toHaveLength(0);
  hasRoom = true;
  vi.advanceTimersByTime(LATER);
  expect(started).toHaveLength(1);
});

test('from a stop on no other is started, and the one that waits stays until the end', () => {
  const process = startReady();
  spare.keepNoLonger();
  expect(spare.isReady).toBe(true);
  expect(process.kill).not.toHaveBeenCalled();
  spare.close();
  expect(process.kill).toHaveBeenCalledTimes(1);
  spare.hasLost(process);
  vi.advanceTimersByTime(10 * LATER);
  expect(started).toHaveLength(1);
});

test('a planned one does not come when the stop is faster', () => {
  spare.plan();
  spare.keepNoLonger();
  vi.advanceTimersByTime(10 * LATER);
  expect(started).toHaveLength(0);
  spare.close();
});
