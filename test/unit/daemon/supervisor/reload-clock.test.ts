/** Reloads at the time that a file names. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import { ReloadClock } from '../../../../src/daemon/supervisor/reload-clock.ts';

const NOON = Date.UTC(2026, 10, 28, 12, 0, 0);
const FILE = '/etc/keepalived/reload';

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(repeats = false) {
  const facts: Fact[] = [];
  const removed: string[] = [];
  let due = 0;
  let closed = 0;
  let read: (text: string | undefined) => void = () => undefined;
  const clock = new ReloadClock({
    wall: () => Date.now(),
    watch: (_, onRead) => {
      read = onRead;
      return { close: () => void closed++ };
    },
    remove: (path) => {
      removed.push(path);
      read(undefined);
    },
    onDue: () => void due++,
    tell: (fact) => facts.push(fact),
  });
  clock.configure({ reloadTime: FILE, ...(repeats ? { reloadRepeats: true } : {}) });
  return {
    clock,
    facts,
    removed,
    get due() {
      return due;
    },
    get closed() {
      return closed;
    },
    write: (text: string | undefined) => read(text),
  };
}

const SECOND = 1_000;

describe('a time of day', () => {
  test('is today, and the file goes when it has come', async () => {
    const it = setUp();
    it.write('12:00:10Z\n');
    expect(it.clock.dueMs).toBe(NOON + 10 * SECOND);
    await vi.advanceTimersByTimeAsync(9 * SECOND);
    expect(it.due).toBe(0);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(it.due).toBe(1);
    expect(it.removed).toEqual([FILE]);
    expect(it.clock.dueMs).toBeUndefined();
    // Its end is no cancellation.
    expect(it.facts).toEqual([{ id: 'reload.scheduled', at: '2026-11-28T12:00:10.000Z' }]);
  });

  test('that is over today is tomorrow, and comes back each day with reload_repeat', async () => {
    const it = setUp(true);
    it.write('11:59:59Z');
    expect(it.clock.dueMs).toBe(NOON + (86_400 - 1) * SECOND);
    await vi.advanceTimersByTimeAsync(2 * 86_400 * SECOND);
    expect(it.due).toBe(2);
    expect(it.removed).toEqual([]);
  });

  test('waits for the wall clock, which somebody may set', async () => {
    const it = setUp();
    it.write('12:30:00Z');
    vi.setSystemTime(NOON + 1_800 * SECOND);
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(it.due).toBe(1);
  });
});

describe('a day and a time', () => {
  test('is read in both forms, and goes also with reload_repeat', async () => {
    const it = setUp(true);
    it.write('26-11-28T12:00:05Z');
    expect(it.clock.dueMs).toBe(NOON + 5 * SECOND);
    it.write('2026-11-28 12:00:06Z');
    await vi.advanceTimersByTimeAsync(7 * SECOND);
    expect({ due: it.due, removed: it.removed }).toEqual({ due: 1, removed: [FILE] });
  });

  test('without Z is local time', () => {
    const it = setUp();
    it.write('2026-11-29 01:02:03');
    expect(it.clock.dueMs).toBe(new Date(2026, 10, 29, 1, 2, 3).getTime());
  });

  test.each([
    ['foo', 'it is no time'],
    ['', 'it is no time'],
    ['25:00:00', 'it is no time'],
    ['2026-13-01 00:00:00', 'it is no time'],
    ['2026-02-30 00:00:00Z', 'it is over, or there is no such day'],
    ['2027-02-30 00:00:00Z', 'it is over, or there is no such day'],
    ['2026-11-28 11:00:00Z', 'it is over, or there is no such day'],
  ])('%j is ignored aloud, and what was planned stays', (text, reason) => {
    const it = setUp();
    it.write('13:00:00Z');
    it.write(text);
    expect(it.facts.at(-1)).toEqual({ id: 'reload.time-ignored', text, reason });
    expect(it.clock.dueMs).toBe(NOON + 3_600 * SECOND);
  });
});

test('a file that is removed takes its time with it, and one that is written again without a change says nothing', async () => {
  const it = setUp();
  it.write('13:00:00Z');
  it.write('13:00:00Z');
  it.write(undefined);
  expect(it.facts.map(({ id }) => id)).toEqual(['reload.scheduled', 'reload.unscheduled']);
  await vi.advanceTimersByTimeAsync(7_200 * SECOND);
  expect(it.due).toBe(0);
});

test('a configuration without the keyword watches no more', () => {
  const it = setUp();
  it.write('13:00:00Z');
  it.clock.configure({});
  expect({ closed: it.closed, due: it.clock.dueMs }).toEqual({ closed: 1, due: undefined });
});
