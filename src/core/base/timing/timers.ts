/**
 * The named timers of one VRRP instance. There are no set-timer actions: a machine keeps its timers here and
 * exposes the earliest, so a stale timer cannot fire (RFC 9568 section 6.2 calls them Adver_Timer and
 * Active_Down_Timer; the others serve announcements and retries).
 */
import type { Instant } from '../time.ts';

/** What may be due. */
export const TIMER_NAMES = [
  'adver',
  'masterDown',
  'announce',
  'refresh',
  'extra',
  'rival',
  'conflict',
  'wish',
  'retry',
  'sendRetry',
] as const;

/** Name of a timer. */
export type TimerName = (typeof TIMER_NAMES)[number];

/** A small table of due times. */
export class TimerTable {
  readonly #due = new Map<TimerName, Instant>();

  /** When the timer is due; undefined when it is not running. */
  at(name: TimerName): Instant | undefined {
    return this.#due.get(name);
  }

  /** Starts or restarts a timer. */
  set(name: TimerName, due: Instant): void {
    this.#due.set(name, due);
  }

  /** Stops a timer; harmless when it is not running. */
  clear(name: TimerName): void {
    this.#due.delete(name);
  }

  /** Stops them all. */
  clearAll(): void {
    this.#due.clear();
  }

  /** The earliest due time; undefined when nothing runs. */
  get deadline(): Instant | undefined {
    let earliest: Instant | undefined;
    for (const due of this.#due.values()) {
      if (earliest === undefined || due < earliest) earliest = due;
    }
    return earliest;
  }

  /** Takes the earliest timer that is due at `now` out of the table; undefined when none is. */
  takeDue(now: Instant): { readonly name: TimerName; readonly due: Instant } | undefined {
    let found: { name: TimerName; due: Instant } | undefined;
    for (const [name, due] of this.#due) {
      if (due <= now && (found === undefined || due < found.due)) found = { name, due };
    }
    if (found !== undefined) this.#due.delete(found.name);
    return found;
  }
}
