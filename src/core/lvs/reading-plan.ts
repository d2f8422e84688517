/**
 * When to read what of the kernel's table. Two things are read, each on a clock of its own. The look sees whether somebody else has
 * changed services, members or weights; it is cheap and never waits long. Counters are dear: they are read in rounds over all services, in
 * slices, within a share of the processor, and a round never takes longer than its limit. What a reading costs is time of the processor: a
 * machine that is busy with other things makes nothing rarer.
 */
import {
  after,
  type Duration,
  elapsed,
  type Instant,
  microseconds,
  milliseconds,
  seconds,
} from '../base/time.ts';

/** From look to look; longer, up to the maximum, when looks would take more than this share of the processor. */
export const LOOK_PERIOD: Duration = milliseconds(750);
export const LOOK_PERIOD_MAX: Duration = seconds(2);
const LOOK_SHARE = 0.03;
/** Between two looks there is at least this much for other work, however long a look takes. */
const LOOK_REST = milliseconds(100);
/** From the begin of a round to the begin of the next one: the kernel updates its counters every two seconds. */
export const ROUND_PERIOD: Duration = seconds(2);
/** A round is over after this time, whatever share of the processor that takes. */
export const ROUND_MAX: Duration = seconds(30);
/** What counters may take of the processor. */
const ROUND_SHARE = 0.05;
/** What one slice should take. */
const SLICE = milliseconds(10);
const SLICE_SERVICES_MAX = 256;
/** What reading one service is thought to cost before it was measured. */
const SERVICE_COST_FIRST = milliseconds(1);
/** How much the last slice counts in the mean. */
const COST_WEIGHT = 0.3;

/** The clocks. */
export class ReadingPlan {
  #lookAt: Instant;
  #sliceAt: Instant;
  #roundBegan: Instant;
  #left = 0;
  /** Microseconds for one service. */
  #serviceCost: number = SERVICE_COST_FIRST;

  /** Everything is due at `now`. */
  constructor(now: Instant) {
    this.#lookAt = now;
    this.#sliceAt = now;
    this.#roundBegan = now;
  }

  /** When there is something to read. */
  get dueAt(): Instant {
    return Math.min(this.#lookAt, this.#sliceAt) as Instant;
  }

  /** Whether it is time to look. */
  isLookDue(now: Instant): boolean {
    return this.#lookAt <= now;
  }

  /** Whether it is time for counters: a round, when none is under way, or its next slice. */
  isSliceDue(now: Instant): boolean {
    return this.#sliceAt <= now;
  }

  /** Whether services are left in this round. */
  get isInRound(): boolean {
    return this.#left > 0;
  }

  /** How many services the next slice has. */
  get sliceServices(): number {
    const services = Math.floor(SLICE / Math.max(1, this.#serviceCost));
    return Math.min(SLICE_SERVICES_MAX, Math.max(1, services));
  }

  /** A look that began and cost so much is over. */
  looked(began: Instant, now: Instant, cost: Duration): void {
    const period = Math.min(LOOK_PERIOD_MAX, Math.max(LOOK_PERIOD, cost / LOOK_SHARE));
    this.#lookAt = Math.max(after(began, microseconds(period)), after(now, LOOK_REST)) as Instant;
  }

  /** A round over so many services begins; the first slice is due at once. */
  roundBegins(now: Instant, services: number): void {
    this.#roundBegan = now;
    this.#sliceAt = now;
    this.#left = services;
    if (services === 0) this.#endRound(now, microseconds(0));
  }

  /** A slice of so many services was read and cost so much; services that left the round count too. */
  sliceRead(now: Instant, cost: Duration, services: number): void {
    if (services > 0) {
      this.#serviceCost += COST_WEIGHT * (cost / services - this.#serviceCost);
      this.#left = Math.max(0, this.#left - services);
    }
    if (this.#left === 0) {
      this.#endRound(now, cost);
      return;
    }
    const slices = Math.ceil(this.#left / this.sliceServices);
    const untilEnd = elapsed(now, after(this.#roundBegan, ROUND_MAX));
    const rest = Math.min(restAfter(cost), untilEnd / slices);
    this.#sliceAt = after(now, microseconds(rest));
  }

  /** The whole table was read at once: a look and a round. */
  allRead(began: Instant, now: Instant): void {
    this.looked(began, now, microseconds(0));
    this.#roundBegan = began;
    this.#left = 0;
    this.#endRound(now, microseconds(0));
  }

  #endRound(now: Instant, cost: Duration): void {
    this.#sliceAt = Math.max(
      after(this.#roundBegan, ROUND_PERIOD),
      after(now, microseconds(restAfter(cost))),
    ) as Instant;
  }
}

/** The pause behind work of this cost that makes it its share of the time. */
function restAfter(cost: Duration): number {
  return cost / ROUND_SHARE - cost;
}
