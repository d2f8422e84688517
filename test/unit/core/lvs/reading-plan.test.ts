/** The clocks of reading the kernel's table. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Duration,
  type Instant,
  after as later,
  milliseconds,
  seconds,
} from '../../../../src/core/base/time.ts';
import {
  LOOK_PERIOD,
  LOOK_PERIOD_MAX,
  ReadingPlan,
  ROUND_MAX,
  ROUND_PERIOD,
} from '../../../../src/core/lvs/reading-plan.ts';

const START = 1_000_000 as Instant;

interface Load {
  readonly services: number;
  /** What one service costs, and what a look costs. */
  readonly service: Duration;
  readonly look: Duration;
  /** How much longer than its cost everything takes: another program has the processor. */
  readonly slowness: number;
}

/** Runs the plan for a while; when looks ended, when rounds ended, and what counters have cost. */
function run(load: Load, span: Duration) {
  const plan = new ReadingPlan(START);
  const looks: Instant[] = [];
  const rounds: Instant[] = [];
  const slices: number[] = [];
  let spent = 0;
  let now = START;
  let left = 0;
  const work = (cost: Duration): void => {
    now = later(now, (cost * load.slowness) as Duration);
  };
  while (now < later(START, span)) {
    now = Math.max(now, plan.dueAt) as Instant;
    if (plan.isLookDue(now)) {
      const began = now;
      work(load.look);
      looks.push(now);
      plan.looked(began, now, load.look);
    }
    if (!plan.isSliceDue(now)) continue;
    if (!plan.isInRound) {
      plan.roundBegins(now, load.services);
      left = load.services;
    }
    const count = Math.min(left, plan.sliceServices);
    const cost = (count * load.service) as Duration;
    work(cost);
    spent += cost;
    slices.push(cost);
    left -= count;
    plan.sliceRead(now, cost, count);
    if (left === 0) rounds.push(now);
  }
  return { looks, rounds, slices, share: spent / (now - START) };
}

function gaps(times: readonly Instant[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

const SMALL = { services: 500, service: milliseconds(0.2), look: milliseconds(2), slowness: 1 };
const LARGE = { services: 2_300, service: milliseconds(0.4), look: milliseconds(40), slowness: 1 };

describe('ReadingPlan', () => {
  it('H7: looks come at their own time, whatever counters cost and however slow the machine is', () => {
    void fc.assert(
      fc.property(
        fc.record({
          services: fc.integer({ min: 0, max: 5_000 }),
          service: fc.integer({ min: 0, max: 5_000 }).map((us) => us as Duration),
          look: fc.integer({ min: 0, max: 100_000 }).map((us) => us as Duration),
          slowness: fc.integer({ min: 1, max: 5 }),
        }),
        (load) => {
          const { looks, slices } = run(load, seconds(60));
          const slice = Math.max(...slices);
          const limit = LOOK_PERIOD_MAX + (2 * slice + 2 * load.look) * load.slowness;
          for (const gap of gaps(looks)) expect(gap).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('sees 5,000 servers about each 0.75 s, and 37,000 within two', () => {
    const small = run(SMALL, seconds(20));
    expect(Math.max(...gaps(small.looks))).toBeLessThanOrEqual(LOOK_PERIOD + milliseconds(50));
    const large = run(LARGE, seconds(60));
    expect(Math.max(...gaps(large.looks))).toBeLessThanOrEqual(LOOK_PERIOD_MAX + milliseconds(50));
  });

  it('reads counters every two seconds where that is cheap, and within their share where it is not', () => {
    const cheap = run({ ...SMALL, service: milliseconds(0.02) }, seconds(20));
    expect(Math.min(...gaps(cheap.rounds))).toBeGreaterThanOrEqual(
      ROUND_PERIOD - milliseconds(100),
    );
    expect(cheap.rounds.length).toBeGreaterThan(8);
    const large = run(LARGE, seconds(120));
    expect(large.share).toBeLessThan(0.055);
    expect(large.rounds.length).toBeGreaterThan(4);
  });

  it('ends a round in time, whatever share that takes', () => {
    const heavy = run({ ...LARGE, service: milliseconds(5) }, seconds(200));
    expect(heavy.rounds.length).toBeGreaterThan(4);
    for (const gap of gaps(heavy.rounds)) {
      expect(gap).toBeLessThanOrEqual(ROUND_MAX + ROUND_PERIOD + seconds(5));
    }
  });

  it('a slice is short once its cost is known', () => {
    const { slices } = run({ ...LARGE, service: milliseconds(3) }, seconds(20));
    expect(Math.max(...slices.slice(8))).toBeLessThanOrEqual(milliseconds(12));
  });

  it('has nothing to do for a while after the whole table was read', () => {
    const plan = new ReadingPlan(START);
    plan.allRead(START, later(START, milliseconds(30)));
    expect(plan.dueAt).toBe(later(START, LOOK_PERIOD));
    expect(plan.isSliceDue(later(START, LOOK_PERIOD))).toBe(false);
  });

  it('a round over no services is over', () => {
    const plan = new ReadingPlan(START);
    plan.roundBegins(START, 0);
    expect(plan.isInRound).toBe(false);
    expect(plan.isSliceDue(later(START, milliseconds(1_900)))).toBe(false);
  });
});
