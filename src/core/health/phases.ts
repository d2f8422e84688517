/**
 * Where in its first period a check begins: each next one lies where the largest gap is (a sequence of multiples of the golden section), so that the
 * starts of checks with one period are even from the first few on, however many follow. Chance alone leaves peaks of half above the mean at 500 checks.
 */
import type { RandomSource } from '../base/seeded-random.ts';
import { type Duration, microseconds } from '../base/time.ts';

/** The golden section without its whole part. */
const STEP = 0.618_033_988_749_895;

/** The beginnings of all checks. */
export class Phases {
  /** The place of the last check, as a part of its period, by period. */
  readonly #last = new Map<Duration, number>();
  readonly #random: RandomSource;

  /** @param random where the first one lies: two directors do not ask at the same time */
  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** A time below `span` for the next check of that span. */
  next(span: Duration): Duration {
    const last = this.#last.get(span);
    const place = last === undefined ? this.#random() : (last + STEP) % 1;
    this.#last.set(span, place);
    return microseconds(Math.floor(place * span));
  }
}
