/** How long others wait for a process that is gone, and what follows. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience } from '../../../../src/daemon/supervisor/patience.ts';

const PATIENCE_US = 3_000_000;

let nowUs: number;
let patienceUs: number | undefined;
let isNeeded: boolean;
let putAway: { resolve: (isCertain: boolean) => void } | undefined;
let told: string[];
let patience: Patience;

beforeEach(() => {
  vi.useFakeTimers();
  nowUs = 100_000_000;
  patienceUs = PATIENCE_US;
  isNeeded = true;
  putAway = undefined;
  told = [];
  patience = new Patience({
    now: () => nowUs,
    patienceUs: () => patienceUs,
    onOver: () => {
      told.push('put away');
      return new Promise((resolve) => {
        putAway = { resolve };
      });
    },
    isNeeded: () => isNeeded,
    hold: () => told.push('hold'),
    goOn: () => told.push('go on'),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(milliseconds: number): void {
  nowUs += milliseconds * 1_000;
  vi.advanceTimersByTime(milliseconds);
}

async function finish(isCertain: boolean): Promise<void> {
  putAway?.resolve(isCertain);
  await vi.advanceTimersByTimeAsync(0);
}

test('starts are held while what the dead process held is put away, and go on behind it', async () => {
  patience.begin(nowUs);
  pass(2_999);
  expect(told).toEqual([]);
  pass(1);
  expect(told).toEqual(['hold', 'put away']);
  await finish(true);
  expect(told).toEqual(['hold', 'put away', 'go on']);
});

test('it counts from the loss, which may be long ago', () => {
  patience.begin(nowUs - 10_000_000);
  pass(0);
  expect(told).toEqual(['hold', 'put away']);
});

test('a process in place ends it', () => {
  patience.begin(nowUs);
  pass(1_000);
  patience.end();
  pass(10_000);
  expect(told).toEqual([]);
});

test('nothing is put away while a process is on its way', () => {
  patience.begin(nowUs);
  isNeeded = false;
  pass(10_000);
  expect(told).toEqual([]);
});

test('a process that comes meanwhile is not started again', async () => {
  patience.begin(nowUs);
  pass(3_000);
  isNeeded = false;
  await finish(true);
  expect(told).toEqual(['hold', 'put away']);
});

test('what is put away for certain is not put away again before a process has begun', async () => {
  patience.begin(nowUs);
  pass(3_000);
  await finish(true);
  patience.begin(nowUs);
  pass(10_000);
  expect(told.filter((what) => what === 'put away')).toHaveLength(1);
  patience.end();
  patience.begin(nowUs);
  pass(3_000);
  expect(told.filter((what) => what === 'put away')).toHaveLength(2);
});

test('what may still be there is tried again after the next death', async () => {
  patience.begin(nowUs);
  pass(3_000);
  await finish(false);
  patience.begin(nowUs);
  pass(3_000);
  expect(told.filter((what) => what === 'put away')).toHaveLength(2);
});

test('where nobody ever minds nothing happens, and a close ends the wait', () => {
  patienceUs = undefined;
  patience.begin(nowUs);
  pass(100_000);
  patienceUs = PATIENCE_US;
  patience.begin(nowUs);
  patience.close();
  pass(100_000);
  expect(told).toEqual([]);
});
