/** The wall clock of a simulated host: near to those of the others, until somebody sets it. */
import type { EventQueue } from './event-queue.ts';

/** Where the cluster's time begins, microseconds since 1970. */
const EPOCH_US = 1.8e15;
/** How far the clocks of hosts are off where nothing is wrong. */
const USUAL_US = [0, 310_000, -270_000, 120_000] as const;
/** Numbers that are one more than the last are ahead of the clock by less than this. */
const AHEAD_US = 1e6;

/** One clock. */
export class SimWallClock {
  readonly #queue: EventQueue;
  readonly #usual: number;
  #set = 0;
  /** The latest time that was ever shown before the clock was set back. */
  #highest = Number.NEGATIVE_INFINITY;
  /** Numbers up to this one are known to others as used. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(queue: EventQueue, host: number) {
    this.#queue = queue;
    this.#usual = USUAL_US[host % USUAL_US.length] ?? 0;
  }

  /** Microseconds since 1970. */
  get now(): number {
    return EPOCH_US + this.#queue.now + this.error;
  }

  /** How far it is off, microseconds. */
  get error(): number {
    return this.#usual + this.#set;
  }

  /** When, in the cluster's time, what is signed by it became or becomes newer than all that was signed before. */
  get freshAt(): number {
    return this.#floor - EPOCH_US - this.error;
  }

  /** It is so far off already. */
  isSetTo(error: number): boolean {
    return this.#set === error;
  }

  /**
   * Sets it, so far off. A process that is set back by more than its window, in seconds, follows; by less it goes on above its last
   * number.
   */
  set(error: number, window: number): void {
    const back = this.#set - error;
    if (back > 0) this.#highest = Math.max(this.#highest, this.now + AHEAD_US);
    this.#set = error;
    if (back > (window - 1) * 1e6) this.#floor = this.#highest;
  }

  /** A process begins: it knows nothing of the numbers of the one before it. */
  begin(): void {
    this.#floor = this.#highest;
  }
}
