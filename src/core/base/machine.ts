/** The contract every decision maker of Tandem keeps. */
import type { Instant } from './time.ts';

/**
 * A protocol machine. Deterministic: the same construction and the same calls give the same actions.
 * There are no set-timer actions: the machine keeps its named timers and exposes the earliest.
 */
export interface Machine<Event, Action, View> {
  /** Earliest instant at which the machine wants a `deadline` event; undefined when it wants none. */
  readonly deadline: Instant | undefined;
  /** Runs to completion. `now` never decreases. Throws InvariantError only. */
  handle(now: Instant, event: Event): readonly Action[];
  /** A plain snapshot for operators and tests. */
  view(): View;
}
