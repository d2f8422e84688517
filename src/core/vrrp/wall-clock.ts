/**
 * The wall clock as the machines know it: how far it is ahead of the monotonic clock, as they were told last. Only the freshness of `auth_hmac`
 * is measured with it, because two hosts have no other time in common, and the numbers of AH begin with it, because it outlives a process.
 */
import type { Duration, Instant } from '../base/time.ts';

/** The wall clock of one process, shared by its instances. */
export class WallClock {
  /** The last number that any instance signed with, where numbers only grow (`anti_replay monotonic`). */
  signed: bigint | undefined;
  #ahead = 0;
  #highest = 0;

  /** The wall clock is so far ahead of the monotonic clock from now on. */
  set(ahead: Duration): void {
    this.#ahead = ahead;
  }

  /** Microseconds since 1970 at a moment. */
  at(moment: Instant): number {
    const time = moment + this.#ahead;
    this.#highest = Math.max(this.#highest, time);
    return time;
  }

  /** The latest time that it was asked for; it stays when the clock is set back. */
  get highest(): number {
    return this.#highest;
  }
}
