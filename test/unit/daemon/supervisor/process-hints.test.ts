/** Which processes of the host change, told to the runner. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import type { ReceiveBuffer } from '../../../../src/core/model/global-options.ts';
import {
  type ProcessEventsPort,
  ProcessHints,
} from '../../../../src/daemon/supervisor/process-hints.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(open?: () => ProcessEventsPort) {
  const sent: (readonly number[])[] = [];
  const facts: Fact[] = [];
  const buffers: (ReceiveBuffer | undefined)[] = [];
  let opened = 0;
  let closed = 0;
  let change: (pid: number) => void = () => undefined;
  const hints = new ProcessHints({
    open: (onChange) => {
      opened++;
      change = onChange;
      const port = { setReceiveBuffer: (size?: ReceiveBuffer) => void buffers.push(size) };
      return open?.() ?? { ...port, close: () => void closed++ };
    },
    send: (pids) => sent.push(pids),
    tell: (fact) => facts.push(fact),
  });
  return {
    hints,
    sent,
    facts,
    buffers,
    counts: () => ({ opened, closed }),
    change: (...pids: number[]) => {
      for (const pid of pids) change(pid);
    },
  };
}

test('changes go out together, each process once', async () => {
  const it = setUp();
  it.hints.configure(true);
  it.hints.configure(true);
  it.change(7, 8, 7);
  await vi.advanceTimersByTimeAsync(20);
  it.change(9);
  await vi.advanceTimersByTimeAsync(20);
  expect(it.sent).toEqual([[7, 8], [9]]);
  expect(it.counts()).toEqual({ opened: 1, closed: 0 });
});

test('process_monitor_rcv_bufs: the socket has the size that is written, also after a reload, and the usual one without', () => {
  const size = { bytes: 70_000, isForced: true };
  const it = setUp();
  it.hints.configure(true, size);
  it.hints.configure(true);
  expect(it.buffers).toEqual([size, undefined]);
  it.hints.configure(false, size);
  it.hints.configure(true);
  expect(it.buffers).toEqual([size, undefined]);
  expect(it.counts()).toEqual({ opened: 2, closed: 1 });
});

test('without a tracked process nobody listens', () => {
  const it = setUp();
  it.hints.configure(false);
  expect(it.counts()).toEqual({ opened: 0, closed: 0 });
  it.hints.configure(true);
  it.hints.configure(false);
  expect(it.counts()).toEqual({ opened: 1, closed: 1 });
});

test('a kernel that does not tell is said once', () => {
  const it = setUp(() => {
    throw new Error('EPERM');
  });
  it.hints.configure(true);
  it.hints.configure(true);
  expect(it.facts).toEqual([{ id: 'track.processes-polled', reason: 'EPERM' }]);
});

test('a flood is not listened to for a minute', async () => {
  const it = setUp();
  it.hints.configure(true);
  it.change(...Array.from({ length: 2_001 }, (_, pid) => pid));
  expect(it.facts.map(({ id }) => id)).toEqual(['track.processes-polled']);
  it.hints.configure(true);
  expect(it.counts()).toEqual({ opened: 1, closed: 1 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(it.counts().opened).toBe(2);
  it.hints.close();
  expect(it.counts().closed).toBe(2);
});
