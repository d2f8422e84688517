/** The beat of a Master's advertisements: when the next is due, and from where the last one left. */
import { after, type Duration, elapsed, type Instant } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { masterDownInterval } from '../wire/intervals.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { AdvertisementOrigin, Advertiser } from './advertiser.ts';
import type { VrrpAction } from './events-and-actions.ts';
import type { InstanceFacts } from './tracking.ts';

/** The advertisements of one instance in time. */
export class Beat {
  readonly #timers: TimerTable;
  readonly #advertiser: Advertiser;
  #interval: Duration;
  /** When the last advertisement was ordered; before the first, when the instance was made. */
  #last: Instant;
  #origin: AdvertisementOrigin | undefined;
  /** The beat whose lateness has been told. */
  #toldDue: Instant | undefined;

  constructor(
    config: VrrpInstanceConfig,
    parts: { readonly timers: TimerTable; readonly advertiser: Advertiser; readonly now: Instant },
  ) {
    this.#timers = parts.timers;
    this.#advertiser = parts.advertiser;
    this.#interval = config.advertInterval;
    this.#last = parts.now;
  }

  /** We have advertised since a packet that arrived at `at`: the queue of a stalled process is answered once. */
  isAnswered(at: Instant): boolean {
    return at < this.#last;
  }

  /**
   * True when preemption is off and this Master was silent for so long that a peer had to take over: it must
   * not take mastership back, which is what `nopreempt` asks for.
   */
  hasSleptThroughElection(
    { preempt, downTimerAdverts, advertInterval }: VrrpInstanceConfig,
    { effectivePriority }: InstanceFacts,
    at: Instant,
  ): boolean {
    if (preempt || effectivePriority === OWNER_PRIORITY) return false;
    return elapsed(this.#last, at) > downTimerAdverts * advertInterval;
  }

  /**
   * True when this Master has sent nothing for so long that a peer of the priority of `timer_expired_backup` has taken
   * over (reference section 9.6: three intervals and its skew, whatever `down_timer_adverts` says).
   */
  hasOutsleptPeer(
    { options, preempt, version, advertInterval }: VrrpInstanceConfig,
    now: Instant,
  ): boolean {
    const priority = options?.expiredTimerPriority;
    if (priority === undefined || preempt) return false;
    const peer = { version, priority, masterAdvertInterval: advertInterval, downTimerAdverts: 3 };
    return elapsed(this.#last, now) > masterDownInterval(peer);
  }

  /** When the last advertisement was ordered. */
  get advertisedAt(): Instant {
    return this.#last;
  }

  /** How long nothing was sent, at `at`. */
  silence(at: Instant): Duration {
    return elapsed(this.#last, at);
  }

  /** Takes a new interval over, from the next beat on. */
  configure({ advertInterval }: VrrpInstanceConfig): void {
    this.#interval = advertInterval;
  }

  /**
   * Orders an advertisement. A farewell after the loss of the primary address still names it as source: peers
   * know it. One after the interface was renamed leaves by its index.
   */
  advertise(
    priority: number,
    { ifindex, primaryAddress: source }: InstanceFacts,
    now: Instant,
    out: { push(action: VrrpAction): void },
  ): void {
    const origin = ifindex === 0 || source === undefined ? this.#origin : { ifindex, source };
    if (origin === undefined) return;
    this.#advertiser.advertise(priority, origin, now, out);
    this.#last = now;
    this.#origin = origin;
  }

  /**
   * By how much the next advertisement is late, when that is an interval or more: this process did not run. Told
   * once, however many packets have waited meanwhile.
   */
  overdue(now: Instant): Duration | undefined {
    const due = this.#timers.at('adver');
    return due === undefined ? undefined : this.#lateness(due, now);
  }

  /** The next advertisement is due one interval from now. */
  restart(now: Instant): void {
    this.#timers.set('adver', after(now, this.#interval));
  }

  /** The next advertisement is due at `due`, unless it is due sooner. */
  notLaterThan(due: Instant): void {
    const beat = this.#timers.at('adver');
    if (beat === undefined || due < beat) this.#timers.set('adver', due);
  }

  /** Restarts the beat unless it is due in the future anyway. */
  restartIfDue(now: Instant): void {
    const due = this.#timers.at('adver');
    if (due === undefined || due <= now) this.restart(now);
  }

  /**
   * Sets the timer that was due at `due` anew, free of drift: the next is counted from when this one was due. One
   * that is late by an interval or more begins a new beat; that lateness is returned, unless it has been told.
   */
  next(due: Instant, now: Instant): Duration | undefined {
    if (elapsed(due, now) < this.#interval) this.#timers.set('adver', after(due, this.#interval));
    else this.restart(now);
    return this.#lateness(due, now);
  }

  #lateness(due: Instant, now: Instant): Duration | undefined {
    const late = elapsed(due, now);
    if (late < this.#interval || due === this.#toldDue) return undefined;
    this.#toldDue = due;
    return late;
  }
}
