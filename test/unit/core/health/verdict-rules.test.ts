/** The rules of a single result: retries, the first failure, pauses. Lists of urls are in the timeline tests. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { judge, type Progress, type Rhythm } from '../../../../src/core/health/verdict-rules.ts';

const LOOP = seconds(10);
const PAUSE = seconds(1);

function rhythm(change: Partial<Rhythm> = {}): Rhythm {
  return {
    delayLoop: LOOP,
    retry: 2,
    delayBeforeRetry: PAUSE,
    rise: 1,
    delayWhileDown: LOOP,
    delayWhileRising: LOOP,
    turnCount: 0,
    hurries: false,
    retriesWhileDown: false,
    ...change,
  };
}

function progress(change: Partial<Progress> = {}): Progress {
  const start = { up: true, hasRun: true, tries: 0, successes: 0, turn: 0, failedTurn: undefined };
  return { ...start, ...change };
}

describe('a plain check', () => {
  it('makes retry + 1 attempts, a pause apart, before it goes down', () => {
    const state = progress();
    const seen = [false, false, false].map((ok) => judge(state, rhythm(), ok));
    expect(seen).toEqual([
      { verdict: 'forgiven', delay: PAUSE, retriesLeft: 2 },
      { verdict: 'forgiven', delay: PAUSE, retriesLeft: 1 },
      { verdict: 'down', delay: LOOP, retriesLeft: 0 },
    ]);
    expect(state).toMatchObject({ up: false, tries: 0 });
  });

  it('goes down at the first failure with retry 0', () => {
    expect(judge(progress(), rhythm({ retry: 0 }), false).verdict).toBe('down');
  });

  it('forgets forgiven failures at a success', () => {
    const state = progress({ tries: 2 });
    expect(judge(state, rhythm(), true)).toEqual({ verdict: 'kept', delay: LOOP, retriesLeft: 0 });
    expect(judge(state, rhythm(), false).verdict).toBe('forgiven');
  });

  it('counts the very first failure at once when it starts with its retries used up', () => {
    const state = progress({ hasRun: false, tries: 2 });
    expect(judge(state, rhythm(), false).verdict).toBe('down');
  });

  it('comes up at one success and waits the whole period', () => {
    const state = progress({ up: false });
    expect(judge(state, rhythm(), true)).toEqual({ verdict: 'up', delay: LOOP, retriesLeft: 0 });
  });

  it('makes retry + 1 attempts in each period while it is down, where its checker does (SMTP_CHECK)', () => {
    const state = progress({ up: false });
    const seen = Array.from({ length: 6 }, () =>
      judge(state, rhythm({ retriesWhileDown: true }), false),
    );
    expect(seen.map(({ delay }) => delay)).toEqual([PAUSE, PAUSE, LOOP, PAUSE, PAUSE, LOOP]);
    expect(new Set(seen.map(({ verdict }) => verdict))).toEqual(new Set(['kept']));
    expect(judge(state, rhythm({ retriesWhileDown: true }), true).verdict).toBe('up');
  });

  it('has all its retries before its first verdict, with alpha too, where its checker does', () => {
    const state = progress({ up: false, hasRun: false });
    const seen = [1, 2, 3].map(() => judge(state, rhythm({ retriesWhileDown: true }), false));
    expect(seen.map(({ verdict }) => verdict)).toEqual(['kept', 'kept', 'stillDown']);
  });

  it('is silent while it stays down, at the normal period', () => {
    const state = progress({ up: false });
    expect(judge(state, rhythm(), false)).toEqual({ verdict: 'kept', delay: LOOP, retriesLeft: 0 });
  });

  it('tells once that a check which had started as failed does fail', () => {
    const state = progress({ up: false, hasRun: false });
    expect(judge(state, rhythm(), false).verdict).toBe('stillDown');
    expect(judge(state, rhythm(), false).verdict).toBe('kept');
  });
});

describe('a list of urls', () => {
  it('waits the longer of pause and period for the url that took it down', () => {
    const state = progress({ up: false, turn: 1, failedTurn: 1 });
    const slow = rhythm({ turnCount: 2, delayBeforeRetry: seconds(30) });
    expect(judge(state, slow, false).delay).toBe(seconds(30));
    expect(judge(state, rhythm({ turnCount: 2 }), false).delay).toBe(LOOP);
  });

  it('starts again with the first url when the failed one works, and is not up yet', () => {
    const state = progress({ up: false, turn: 1, failedTurn: 1 });
    expect(judge(state, rhythm({ turnCount: 2 }), true).verdict).toBe('kept');
    expect(state).toMatchObject({ up: false, turn: 0, failedTurn: undefined });
  });

  it('of one url needs it to work twice after a failure', () => {
    const state = progress({ up: false, failedTurn: 0 });
    const one = rhythm({ turnCount: 1 });
    expect([judge(state, one, true).verdict, judge(state, one, true).verdict]).toEqual([
      'kept',
      'up',
    ]);
  });

  it('never polls without a pause while down, whatever fast_recovery and the pause say', () => {
    const state = progress({ up: false, turn: 0, failedTurn: undefined });
    const hasty = rhythm({
      turnCount: 2,
      hurries: true,
      delayBeforeRetry: seconds(0),
    });
    expect(judge(state, hasty, false).delay).toBe(LOOP);
  });

  it('keeps the pause between urls while up, also with fast_recovery', () => {
    const fast = rhythm({ turnCount: 2, hurries: true });
    expect(judge(progress(), fast, true).delay).toBe(LOOP);
    expect(judge(progress({ hasRun: false }), fast, true).delay).toBe(0);
  });
});

describe('rise, and the pauses of Tandem', () => {
  it('comes up after as many successes in a row, which are asked for at the pause of doubt', () => {
    const state = progress({ up: false });
    const rules = rhythm({ rise: 3, delayWhileRising: PAUSE });
    const seen = [true, true, false, true, true, true].map((ok) => judge(state, rules, ok));
    expect(seen.map(({ verdict }) => verdict)).toEqual([
      'kept',
      'kept',
      'kept',
      'kept',
      'kept',
      'up',
    ]);
    expect(seen.map(({ delay }) => delay)).toEqual([PAUSE, PAUSE, LOOP, PAUSE, PAUSE, LOOP]);
  });

  it('is asked at its own period while it is down', () => {
    const rare = seconds(30);
    const state = progress({ tries: 2 });
    const rules = rhythm({ delayWhileDown: rare });
    expect(judge(state, rules, false)).toEqual({ verdict: 'down', delay: rare, retriesLeft: 0 });
    expect(judge(state, rules, false)).toEqual({ verdict: 'kept', delay: rare, retriesLeft: 0 });
    expect(judge(state, rules, true)).toEqual({ verdict: 'up', delay: LOOP, retriesLeft: 0 });
  });
});
