/**
 * The pace of repairs of one thing that is held against somebody who changes it again and again. The first are made at
 * once; then they wait for pauses that grow up to a limit, and what goes on is said at a low rate. A quiet
 * minute ends it: the next repair is quick again.
 */
import {
  after,
  type Duration,
  elapsed,
  type Instant,
  milliseconds,
  seconds,
} from '../base/time.ts';

/** Repairs that are made at once. */
export const FAST_REPAIRS = 3;

/** First pause after them. */
export const PAUSE_FIRST: Duration = milliseconds(250);

/** Longest pause: what is needed is not given up for longer. */
export const PAUSE_MAX: Duration = seconds(10);

/** Without a disturbance for this long the fight is over. */
export const QUIET: Duration = seconds(60);

/** Least time between two lines about a fight that goes on. */
export const SAY_GAP: Duration = seconds(60);

/** What a fight has come to. */
export interface FightNumbers {
  /** Disturbances since it began. */
  readonly times: number;
  readonly span: Duration;
}

/** What is to be said about a disturbance: the single case, or the fight. */
export type FightSaying = { readonly type: 'once' } | ({ readonly type: 'fight' } & FightNumbers);

/** The disturbances of one address, route or rule. */
export class Fight {
  #times = 0;
  #since: Instant | undefined;
  #last: Instant | undefined;
  #saidAt: Instant | undefined;
  #repairAt: Instant | undefined;

  /** When the next repair may be made; undefined before the first disturbance. */
  get repairAt(): Instant | undefined {
    return this.#repairAt;
  }

  /** Somebody has changed it; undefined when there is nothing new to say. */
  disturbed(now: Instant): FightSaying | undefined {
    if (this.#last === undefined || elapsed(this.#last, now) >= QUIET) {
      this.#times = 0;
      this.#since = now;
      this.#saidAt = undefined;
    }
    this.#last = now;
    this.#times += 1;
    const waits = this.#times - FAST_REPAIRS;
    if (waits <= 0) {
      this.#repairAt = now;
      return { type: 'once' };
    }
    // The exponent is bounded before the pause is, so that a long fight stays in the range of numbers.
    const pause = Math.min(PAUSE_MAX, PAUSE_FIRST * 2 ** Math.min(waits - 1, 16));
    this.#repairAt = after(now, pause as Duration);
    if (this.#saidAt !== undefined && elapsed(this.#saidAt, now) < SAY_GAP) return undefined;
    this.#saidAt = now;
    return { type: 'fight', times: this.#times, span: elapsed(this.#since ?? now, now) };
  }
}
