/**
 * When checks run. It starts what is due, never two probes of one check at once, one probe for checks that share it, and never more probes
 * at once than there are places.
 */
import { after, type Duration, type Instant, microseconds } from '../base/time.ts';
import { SLOT_WIDTH_US, SlotQueue } from '../base/timing/slot-queue.ts';
import { type ProbeLimits, RUNNING_PROBES_MAX } from '../model/check-limits.ts';
import type { HealthAction } from './events-and-actions.ts';
import { Places } from './places.ts';
import type { Check, ProbeGroup } from './server-tree.ts';
import { SharedProbes } from './shared-probes.ts';

const NOBODY: readonly Check[] = [];

/** The timetable of all checks. */
export class Schedule {
  readonly #due = new SlotQueue<Check>();
  readonly #places: Places;
  readonly #shared = new SharedProbes();

  constructor(runningMax: number = RUNNING_PROBES_MAX) {
    this.#places = new Places(runningMax);
  }

  /** When `startDue` is to be called. Checks that wait for a place need no deadline. */
  get deadline(): Instant | undefined {
    return this.#due.deadline;
  }

  /** Sets how many probes may run at once; `checks` are all. */
  limit(limits: ProbeLimits, checks: Iterable<Check>, actions: HealthAction[]): void {
    this.#startAll(this.#places.limit(limits, checks), actions);
  }

  /** Lets `check` run `delay` from now. */
  plan(check: Check, now: Instant, delay: Duration): void {
    this.#planAt(check, after(now, delay));
  }

  /** Lets `check` run together with one that it shares probes with. */
  planWith(check: Check, other: Check): void {
    this.#planAt(check, other.plannedAt);
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

  /** Takes a check in; gives one that it shares probes with, if there are any. */
  add(check: Check): Check | undefined {
    return this.#shared.add(check);
  }

  /** Lets a check ask for itself, until it is taken in again. It keeps its place in the timetable. */
  part(check: Check, actions: HealthAction[]): void {
    const { group } = check;
    this.#shared.remove(check);
    if (check.joins) {
      check.joins = false;
      this.request(check, actions);
    }
    this.#handOver(check, group, actions);
  }

  /** Starts a probe of `check` now, or as soon as a place is free. Where another asks the same already, it waits for that answer. */
  request(check: Check, actions: HealthAction[]): void {
    const { group } = check;
    if (group?.asking?.turn === check.turn) {
      check.joins = true;
      return;
    }
    if (group !== undefined) group.asking ??= check;
    if (this.#places.take(check)) this.#start(check, actions);
    else check.queued = true;
  }

  /**
   * The probe of `check` is over; its place goes to the check that waits longest. Gives those that share the result: they are at the same turn and
   * do not rest.
   */
  finish(check: Check, actions: HealthAction[]): readonly Check[] {
    check.running = false;
    const sharing = sharingWith(check);
    for (const other of sharing) {
      other.joins = false;
      this.#due.remove(other);
    }
    this.#handOver(check, check.group, actions);
    this.#startAll(this.#places.free(check), actions);
    return sharing;
  }

  /** Takes `check` out of everything; a probe that runs is cancelled. Of those that waited for its answer one asks anew. */
  drop(check: Check, actions: HealthAction[]): void {
    this.#due.remove(check);
    check.joins = false;
    if (check.queued) {
      check.queued = false;
      this.#startAll(this.#places.withdraw(check), actions);
    } else if (check.running) {
      check.running = false;
      actions.push({ type: 'cancelProbe', checkId: check.id, generation: check.generation });
      this.#startAll(this.#places.free(check), actions);
    }
    this.#handOver(check, check.group, actions);
  }

  /** Nobody waits for the answer of `check` any more: those that still do ask for themselves. */
  #handOver(check: Check, group: ProbeGroup | undefined, actions: HealthAction[]): void {
    if (group?.asking !== check) return;
    group.asking = undefined;
    for (const other of group.members) {
      if (!other.joins) continue;
      other.joins = false;
      this.request(other, actions);
    }
  }

  #startAll(checks: readonly Check[], actions: HealthAction[]): void {
    for (const check of checks) this.#start(check, actions);
  }

  #start(check: Check, actions: HealthAction[]): void {
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

function sharingWith(check: Check): readonly Check[] {
  const { group, turn } = check;
  if (group === undefined) return NOBODY;
  return [...group.members].filter(
    (other) =>
      other !== check &&
      other.turn === turn &&
      !other.running &&
      !other.queued &&
      !other.server.virtualServer.suspended,
  );
}
