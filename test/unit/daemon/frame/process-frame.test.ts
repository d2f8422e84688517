/** What every child process does, with a role that only remembers what it was asked. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FromChild } from '../../../../src/daemon/frame/messages.ts';
import { ProcessFrame, type Role, type Said } from '../../../../src/daemon/frame/process-frame.ts';
import { FakeProcess, settle, useFakeClock } from '../../../support/fake-process.ts';

type Order = { readonly type: 'work'; readonly load: number } | { readonly type: 'shutdown' };

function setUp(more: Partial<Role<Order, string>> = {}) {
  const host = new FakeProcess<Said<FromChild, string>>();
  const frame = new ProcessFrame<Order, FromChild, string>(host);
  const loads: number[] = [];
  const reported: (readonly string[])[] = [];
  let putAway = async (): Promise<readonly string[]> => [];
  const role: Role<Order, string> = {
    handlers: {
      work: ({ load }) => loads.push(load),
      shutdown: () => void frame.stop(() => putAway()),
    },
    isAtWork: () => true,
    onBeat: () => undefined,
    onReported: (facts) => reported.push(facts),
    onGone: () => void frame.stop(() => putAway()),
    ...more,
  };
  return {
    host,
    frame,
    loads,
    reported,
    run: () => frame.run(role),
    putAwayWith: (how: typeof putAway) => {
      putAway = how;
    },
  };
}

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

test('says that it is ready when its role has prepared itself', async () => {
  let prepared: () => void = () => undefined;
  const prepare = () =>
    new Promise<void>((resolve) => {
      prepared = resolve;
    });
  const { host, run } = setUp({ prepare });
  const running = run();
  expect(host.said).toEqual([]);
  prepared();
  await running;
  expect(host.said).toEqual([{ type: 'ready' }]);
});

test('is not ready any more when it was stopped while it prepared itself', async () => {
  let prepared: () => void = () => undefined;
  const prepare = () =>
    new Promise<void>((resolve) => {
      prepared = resolve;
    });
  const { host, run } = setUp({ prepare });
  const running = run();
  host.order({ type: 'shutdown' });
  prepared();
  await running;
  await settle();
  expect(host.said).toEqual([{ type: 'stopped', left: [] }]);
});

test('hands an order to the function for its kind', async () => {
  const { host, run, loads } = setUp();
  await run();
  host.order({ type: 'work', load: 3 });
  expect(loads).toEqual([3]);
});

test.each([
  ['of a kind that it does not know', { type: 'dance' }, '"dance"'],
  ['with the name of a method that every object has', { type: 'toString' }, '"toString"'],
  ['without a kind', { load: 1 }, '"object"'],
  ['that is no object', 7, '"number"'],
])('reports an order %s, and goes on', async (_title, order, name) => {
  const { host, run, loads } = setUp();
  await run();
  host.order(order);
  const detail = `this process does not know the order ${name}`;
  expect(host.of('trouble')).toEqual([
    {
      type: 'trouble',
      trouble: { operation: 'take-order', errno: '', detail },
    },
  ]);
  host.order({ type: 'work', load: 4 });
  expect(loads).toEqual([4]);
});

/** A report with the moment of it. */
const timed = (report: string) => ({ at: expect.any(Number), report });

test('reports the facts of one turn of the event loop in one message, each with its time', async () => {
  const { host, frame, run, reported } = setUp();
  await run();
  frame.report('one');
  frame.report('two');
  expect(host.of('facts')).toEqual([]);
  await settle();
  frame.report('three');
  await settle();
  expect(host.of('facts')).toEqual([
    { type: 'facts', facts: [timed('one'), timed('two')] },
    { type: 'facts', facts: [timed('three')] },
  ]);
  expect(reported).toEqual([['one', 'two'], ['three']]);
});

test('gives a sign of life each second while it is at work', async () => {
  let isAtWork = false;
  const onBeat = vi.fn();
  const { host, run } = setUp({ isAtWork: () => isAtWork, onBeat });
  await run();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(host.of('heartbeat')).toEqual([]);
  isAtWork = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(host.of('heartbeat')).toEqual([
    { type: 'heartbeat', at: 4_000_000, latenessUs: 0 },
    { type: 'heartbeat', at: 5_000_000, latenessUs: 0 },
  ]);
  expect(onBeat).toHaveBeenCalledTimes(2);
});

describe('a stop', () => {
  test('says what is left, behind the last facts, and no sign of life follows', async () => {
    const { host, frame, run, putAwayWith } = setUp();
    await run();
    putAwayWith(async () => {
      frame.report('farewell');
      return ['192.0.2.1'];
    });
    host.order({ type: 'shutdown' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(host.said).toEqual([
      { type: 'ready' },
      { type: 'facts', facts: [timed('farewell')] },
      { type: 'stopped', left: ['192.0.2.1'] },
    ]);
    expect(host.isEnded).toBe(true);
    expect(host.exits).toEqual([]);
  });

  test('that hangs ends the process at its limit, without an answer', async () => {
    const { host, run, putAwayWith } = setUp();
    await run();
    putAwayWith(() => new Promise(() => undefined));
    host.order({ type: 'shutdown' });
    await vi.advanceTimersByTimeAsync(host.stopMsMax - 1);
    expect(host.exits).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(host.exits).toEqual([1]);
    expect(host.of('stopped')).toEqual([]);
  });

  test('happens once, whoever asks for it', async () => {
    const { host, run } = setUp();
    await run();
    host.order({ type: 'shutdown' });
    host.vanish();
    host.order({ type: 'shutdown' });
    await settle();
    expect(host.of('stopped')).toHaveLength(1);
  });

  test('follows when the supervisor is gone', async () => {
    const { host, run } = setUp();
    await run();
    host.vanish();
    await settle();
    expect(host.isEnded).toBe(true);
  });
});
