/**
 * How a Backup watches its Master: the down timer, the interval learned (version 3), and which advertisements
 * keep it quiet (RFC 9568 section 6.4.2). Every restart of the timer counts from the time at which the kernel
 * received the packet, not from when we came to read it.
 */
import { after, type Duration, elapsed, type Instant } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { type IntervalInputs, masterDownInterval, skewTime } from '../wire/intervals.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { AcceptedAdvertisement } from './accepted-advertisement.ts';

/** Watches the Master of one instance while the instance is Backup. */
export class MasterWatch {
  readonly #timers: TimerTable;
  #config: VrrpInstanceConfig;
  #priority: number;
  /** Master_Adver_Interval: the Master's own in version 3, ours in version 2. */
  #interval: Duration;
  /** When an advertisement last restarted the timer. */
  #heardAt: Instant | undefined;
  #preemptNotBefore: Instant | undefined;
  #graceUsed = false;

  constructor(config: VrrpInstanceConfig, timers: TimerTable) {
    this.#config = config;
    this.#timers = timers;
    this.#priority = config.priority;
    this.#interval = config.advertInterval;
  }

  /** Master_Adver_Interval in force. */
  get masterAdvertInterval(): Duration {
    return this.#interval;
  }

  /** Skew_Time in force. */
  get skewTime(): Duration {
    return skewTime(this.#inputs());
  }

  /** Master_Down_Interval in force. */
  get masterDownInterval(): Duration {
    return masterDownInterval(this.#inputs());
  }

  /** Until when `preempt_delay` leaves a Master of lower priority alone; undefined while none is. */
  get preemptNotBefore(): Instant | undefined {
    return this.#timers.at('masterDown') === undefined ? undefined : this.#preemptNotBefore;
  }

  /**
   * Takes configuration and effective priority over. A running down timer moves by as much as the
   * Master_Down_Interval changes, but not into the past.
   */
  configure(
    values: { readonly config: VrrpInstanceConfig; readonly priority: number },
    now: Instant,
  ): void {
    const before = this.masterDownInterval;
    const isSameVersion = this.#config.version === values.config.version;
    this.#config = values.config;
    this.#priority = values.priority;
    const hasLearned = this.#heardAt !== undefined && isSameVersion && values.config.version === 3;
    if (!hasLearned) this.#interval = values.config.advertInterval;
    const due = this.#timers.at('masterDown');
    const change = this.masterDownInterval - before;
    if (due === undefined || change === 0) return;
    this.#timers.set('masterDown', Math.max(now, due + change) as Instant);
  }

  /** Starts watching with nothing learned (RFC 9568 section 6.4.1). */
  start(now: Instant): void {
    this.#begin(this.#config.advertInterval, undefined);
    this.#timers.set('masterDown', after(now, this.masterDownInterval));
  }

  /** Starts watching the router that has displaced us. */
  startWith(master: AcceptedAdvertisement, at: Instant): void {
    const isLearning = this.#config.version === 3;
    this.#begin(isLearning ? master.interval : this.#config.advertInterval, at);
    this.#timers.set('masterDown', after(at, this.masterDownInterval));
  }

  /** Stops watching. */
  stop(): void {
    this.#timers.clear('masterDown');
  }

  /** The Master resigned: whoever is best takes over after its skew. Teaches no interval. */
  heardResignation(at: Instant): void {
    this.#graceUsed = false;
    this.#timers.set('masterDown', after(at, this.skewTime));
  }

  /**
   * An advertisement with a priority above zero. True when it restarted the timer; a discarded one lets it
   * run on, which is how preemption works.
   */
  heard(advertisement: AcceptedAdvertisement, at: Instant): boolean {
    if (!this.#isAcceptable(advertisement.priority, at)) return false;
    if (this.#config.version === 3) this.#interval = advertisement.interval;
    this.#heardAt = at;
    this.#graceUsed = false;
    this.#timers.set('masterDown', after(at, this.masterDownInterval));
    return true;
  }

  /**
   * True when the expired timer must not be believed yet. Noticed late by more than an interval, it means
   * that this process was stopped, and its receive queue may have overflowed with the oldest packets kept:
   * silence is not proven. The timer is set to one more interval of listening, once per silence, so that a
   * permanently starved router still takes over.
   */
  doubts(due: Instant, now: Instant): boolean {
    if (this.#graceUsed || elapsed(due, now) <= this.#interval) return false;
    this.#graceUsed = true;
    this.#timers.set('masterDown', after(now, this.#oneMissed()));
    return true;
  }

  /**
   * The Master of another member of our sync group has resigned. A peer with the same group gives up all
   * members together, but over a dead link its resignation cannot arrive: one missing advertisement is
   * proof enough then, instead of three. A Master that lives on is heard within its interval and restarts
   * the full timer. Without a Master heard so far nothing changes.
   */
  expectSilence(now: Instant): void {
    const due = this.#timers.at('masterDown');
    if (due === undefined || this.#heardAt === undefined) return;
    const sooner = Math.max(now, after(this.#heardAt, this.#oneMissed())) as Instant;
    if (sooner < due) this.#timers.set('masterDown', sooner);
  }

  #begin(interval: Duration, heardAt: Instant | undefined): void {
    this.#interval = interval;
    this.#heardAt = heardAt;
    this.#preemptNotBefore = undefined;
    this.#graceUsed = false;
  }

  #isAcceptable(priority: number, at: Instant): boolean {
    if (priority >= this.#priority) {
      this.#preemptNotBefore = undefined;
      return true;
    }
    // The owner preempts always (RFC 9568 section 6.1, Preempt_Mode).
    if (!this.#config.preempt && this.#priority !== OWNER_PRIORITY) return true;
    if (this.#config.preemptDelay === 0) return false;
    this.#preemptNotBefore ??= after(at, this.#config.preemptDelay);
    return at < this.#preemptNotBefore;
  }

  #oneMissed(): Duration {
    return (this.#interval + this.skewTime) as Duration;
  }

  #inputs(): IntervalInputs {
    return {
      version: this.#config.version,
      priority: this.#priority,
      masterAdvertInterval: this.#interval,
      downTimerAdverts: this.#config.downTimerAdverts,
    };
  }
}
