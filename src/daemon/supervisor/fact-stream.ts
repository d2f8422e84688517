/**
 * The one stream of facts of a run. Everything that happens is published here once, gets its number and its time,
 * and goes to all subscribers: the log, the metrics. Nobody else calls a consumer.
 */
import type { Instant } from '../../core/base/time.ts';
import { componentOf, type Fact } from '../../core/facts/catalogue.ts';
import type { FactEnvelope } from '../../core/facts/envelope.ts';

/** The clocks that date facts. */
export interface FactClock {
  /** Microseconds on the clock that never goes back; the same for all processes of a host. */
  monotonic(): Instant;
  /** Milliseconds since the epoch. */
  wall(): number;
}

/** Hears every fact, in the order of their numbers. */
export type FactSubscriber = (envelope: FactEnvelope) => void;

/** The stream. */
export class FactStream {
  readonly #clock: FactClock;
  readonly #subscribers: FactSubscriber[] = [];
  #seq = 0;

  constructor(clock: FactClock) {
    this.#clock = clock;
  }

  /** From now on, `subscriber` hears every fact. */
  subscribe(subscriber: FactSubscriber): void {
    this.#subscribers.push(subscriber);
  }

  /** Publishes a fact; `at` is when it happened, where its reporter knew that, now otherwise. */
  publish(fact: Fact, at?: Instant): void {
    const now = this.#clock.monotonic();
    const monotonic = at === undefined || at > now ? now : at;
    const wall = this.#clock.wall() - (now - monotonic) / 1_000;
    this.#seq += 1;
    const envelope: FactEnvelope = {
      seq: this.#seq,
      at: { monotonic, wall },
      component: componentOf(fact),
      fact,
    };
    for (const subscriber of this.#subscribers) subscriber(envelope);
  }
}
