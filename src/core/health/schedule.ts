/**
 * When checks run. It starts what is due, never two probes of one check at once, and never more probes
 * at once than the host can hold: what is due beyond that waits its turn, first come, first served.
 */
import { after, type Duration, type Instant, microseconds } from '../base/time.ts';
import { SLOT_WIDTH_US, SlotQueue } from '../base/timing/slot-queue.ts';
import type { HealthAction } from './events-and-actions.ts';
import type { Check } from './server-tree.ts';

/**
 * Most probes at a time, unless told otherwise. Each holds a descriptor. 40,000 silent servers at the
 * default timings (5 s to time out, 60 s between checks) need 3,100.
 */
export const RUNNING_PROBES_MAX = 8_192;

/** The timetable of all checks. */
export class Schedule {
  readonly #runningMax: number;
  readonly #due = new SlotQueue<Check>();
  /** Due checks without a place; consumed from `#waitingFrom`. */
  #waiting: Check[] = [];
  #waitingFrom = 0;
  #running = 0;

  constructor(runningMax: number = RUNNING_PROBES_MAX) {
    this.#runningMax = runningMax;
  }

  /** When `startDue` is to be called. Checks that wait for a place need no deadline. */
  get deadline(): Instant | undefined {
    return this.#due.deadline;
  }

  /** Lets `check` run `delay` from now. */
  plan(check: Check, now: Instant, delay: Duration): void {
    this.#planAt(check, after(now, delay));
  }

  /**
   * Lets `check` run a `period` behind the time that its last run was planned for: its own duration, and the rounding to slots, put nothing
   * off. Times that are over are left out, not made up for. A check that was asked out of turn finds its own place in the period first.
   */
  repeat(check: Check, now: Instant, period: Duration): void {
    const next = check.settlesAt ?? after(check.plannedAt, period);
    check.settlesAt = undefined;
    const missed = next > now ? 0 : Math.floor((now - next) / period) + 1;
    this.#planAt(check, after(next, microseconds(missed * period)));
  }

  /** Brings the next run forward when it is further away than `delay`. */
  hasten(check: Check, now: Instant, delay: Duration): void {
    const due = after(now, delay);
    if (check.dueSlot !== undefined && check.dueSlot * SLOT_WIDTH_US > due) {
      this.#planAt(check, due);
    }
  }

  #planAt(check: Check, due: Instant): void {
    check.plannedAt = due;
    this.#due.schedule(check, due);
  }

  /** Starts what is due, as far as there are places. */
  startDue(now: Instant, actions: HealthAction[]): void {
    for (const check of this.#due.takeDue(now)) this.request(check, actions);
  }

  /** Starts a probe of `check` now, or as soon as a place is free. */
  request(check: Check, actions: HealthAction[]): void {
    if (this.#running < this.#runningMax) {
      this.#start(check, actions);
      return;
    }
    check.queued = true;
    this.#waiting.push(check);
  }

  /** The probe of `check` is over; its place goes to the check that waits longest. */
  finish(check: Check, actions: HealthAction[]): void {
    check.running = false;
    this.#running -= 1;
    while (this.#running < this.#runningMax && this.#waitingFrom < this.#waiting.length) {
      const next = this.#waiting[this.#waitingFrom];
      this.#waitingFrom += 1;
      if (next?.queued === true) this.#start(next, actions);
    }
    if (this.#waitingFrom === this.#waiting.length && this.#waitingFrom > 0) {
      this.#waiting = [];
      this.#waitingFrom = 0;
    }
  }

  /** Takes `check` out of everything; a probe that runs is cancelled. */
  drop(check: Check, actions: HealthAction[]): void {
    this.#due.remove(check);
    check.queued = false;
    if (!check.running) return;
    actions.push({ type: 'cancelProbe', checkId: check.id, generation: check.generation });
    this.finish(check, actions);
  }

  #start(check: Check, actions: HealthAction[]): void {
    this.#running += 1;
    check.queued = false;
    check.running = true;
    check.generation += 1;
    actions.push({
      type: 'startProbe',
      checkId: check.id,
      generation: check.generation,
      check: check.attempt,
    });
  }
}
