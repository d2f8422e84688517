/** The monotonic clock of a simulated host: an origin of its own, and a rate that is a little off. */
import { type Instant, instant } from '../../src/core/base/time.ts';
import type { EventQueue } from './event-queue.ts';

/** One clock over the cluster's time. */
export class HostClock {
  readonly #queue: EventQueue;
  readonly #origin: number;
  readonly #rate: number;

  /** `rate` is 1 for a clock that runs right. */
  constructor(queue: EventQueue, origin: number, rate: number) {
    this.#queue = queue;
    this.#origin = origin;
    this.#rate = rate;
  }

  /** The time of the host. */
  get now(): Instant {
    return instant(this.#origin + this.#queue.now * this.#rate);
  }

  /** A time of this clock in the cluster's time, rounded up: what is due then is due. */
  toCluster(local: Instant): number {
    return Math.ceil((local - this.#origin) / this.#rate) + 1;
  }

  /** Runs something at a time of this clock. */
  at(time: Instant, run: () => void): void {
    this.#queue.at(this.toCluster(time), run);
  }

  /** Runs something after so many microseconds. */
  in(delay: number, run: () => void): void {
    this.#queue.at(this.#queue.now + delay, run);
  }
}
