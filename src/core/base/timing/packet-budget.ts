/**
 * How many packets a session hears. A neighbour that keeps what was agreed sends at most one per interval, a quarter early, and a few more
 * when states change; a flood beyond that costs no work and no answers.
 */
import { type Duration, elapsed, type Instant } from '../time.ts';

/** Packets that may come together. */
const BURST = 16;

/** Share of the agreed interval after which one more packet may come. */
const SHARE = 0.5;

/** A bucket that fills with time. */
export class PacketBudget {
  #left = BURST;
  #filled: Instant;
  #refused = 0;

  constructor(now: Instant) {
    this.#filled = now;
  }

  /** How many packets were one too many. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * True when a packet that came at `now` may be heard. `interval` is the least that was asked of the neighbour; `more` packets may come
   * together beside the usual ones.
   */
  take(now: Instant, interval: Duration, more = 0): boolean {
    const earned = elapsed(this.#filled, now) / (interval * SHARE);
    this.#left = Math.min(BURST + more, this.#left + earned);
    if (now > this.#filled) this.#filled = now;
    if (this.#left < 1) {
      this.#refused += 1;
      return false;
    }
    this.#left -= 1;
    return true;
  }
}
