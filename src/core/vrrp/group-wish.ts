/**
 * A member of a sync group that wants to be Master, and waits until all the others do. They never will while they hear
 * a Master that this one does not: a member that is deaf would wait without a word. So a wait that outlasts the down
 * interval, in which each of the others would have missed the Master as well, is reported, again and again.
 */
import { after, type Duration, elapsed, type Instant } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import { CONFLICT_REPEAT } from './conflict-watch.ts';
import type { Takeover } from './heard-masters.ts';
import type { InstanceNotice } from './notices.ts';

/** The wish of one member, with the timer `wish`. */
export class GroupWish {
  readonly #timers: TimerTable;
  readonly #report: (notice: InstanceNotice) => void;
  /** Why it would be Master, as it is at the moment of asking: what is heard while it waits changes that. */
  #why: (() => Takeover) | undefined;
  #since: Instant | undefined;
  #group = '';
  #isLong = false;

  constructor(timers: TimerTable, report: (notice: InstanceNotice) => void) {
    this.#timers = timers;
    this.#report = report;
  }

  /** It wants to be Master. */
  get isWaiting(): boolean {
    return this.#why !== undefined;
  }

  /** Why it would be Master now; undefined when it does not want to be. */
  why(): Takeover | undefined {
    return this.#why?.();
  }

  /** Since when it waits, once that has been too long. */
  get longSince(): Instant | undefined {
    return this.#isLong ? this.#since : undefined;
  }

  /** It wants to be Master from now on; a member that waits already goes on waiting. */
  begin(why: () => Takeover, group: string, now: Instant, downInterval: Duration): void {
    this.#why = why;
    this.#group = group;
    if (this.#since !== undefined) return;
    this.#since = now;
    this.#timers.set('wish', after(now, downInterval));
  }

  /** A Master is heard again. */
  heard(now: Instant): void {
    if (this.longSince !== undefined) this.#say('vrrp.groupHeard', now);
    this.end();
  }

  /** It does not want to any more, or becomes Master. */
  end(): void {
    this.#why = undefined;
    this.#since = undefined;
    this.#isLong = false;
    this.#timers.clear('wish');
  }

  /** The timer is due: it has waited too long. */
  due(now: Instant): void {
    this.#isLong = true;
    this.#timers.set('wish', after(now, CONFLICT_REPEAT));
    this.#say('vrrp.groupWaits', now);
  }

  #say(id: 'vrrp.groupWaits' | 'vrrp.groupHeard', now: Instant): void {
    this.#report({ id, group: this.#group, waited: elapsed(this.#since ?? now, now) });
  }
}
