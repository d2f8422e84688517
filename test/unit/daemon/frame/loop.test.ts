/** The loop of one machine on a clock that is made up: what counts as late. */
import { expect, test } from 'vitest';
import { type Instant, instant } from '../../../../src/core/base/time.ts';
import { MachineLoop } from '../../../../src/daemon/frame/loop.ts';

type Event = { readonly type: 'move'; readonly to: number } | { readonly type: 'deadline' };

/** A loop whose machine has the deadline that an event names; the clock stands until it is moved. */
function setUp() {
  let now = instant(0);
  let deadline: Instant | undefined;
  let wake: (() => void) | undefined;
  const clock = {
    now: () => now,
    timer: (callback: () => void) => {
      wake = callback;
      return { arm: () => {}, close: () => {} };
    },
  };
  const machine = {
    get deadline() {
      return deadline;
    },
    handle: (_now: Instant, event: Event) => {
      deadline = event.type === 'move' ? instant(event.to) : undefined;
      return [];
    },
    view: () => undefined,
  };
  const loop = new MachineLoop<Event, never>({
    clock,
    machine,
    drain: () => {},
    execute: () => {},
  });
  return {
    loop,
    at: (time: number) => {
      now = instant(time);
    },
    wake: () => wake?.(),
  };
}

test('a deadline that was missed is late by the time since then', () => {
  const { loop, at, wake } = setUp();
  loop.feed({ type: 'move', to: 1_000 });
  at(5_000);
  wake();
  expect(loop.takeLateness()).toBe(4_000);
});

test('a deadline that an event moved into the past is late only since that event: nobody could meet it before', () => {
  const { loop, at, wake } = setUp();
  loop.feed({ type: 'move', to: 90_000 });
  at(50_000);
  loop.feed({ type: 'move', to: 1_000 });
  at(50_020);
  wake();
  expect(loop.takeLateness()).toBe(20);
});

test('an event that leaves a missed deadline as it is does not hide that it was missed', () => {
  const { loop, at, wake } = setUp();
  loop.feed({ type: 'move', to: 1_000 });
  at(5_000);
  loop.feed({ type: 'move', to: 1_000 });
  wake();
  expect(loop.takeLateness()).toBe(4_000);
});
