/**
 * What becomes of the advertisements of one instance, and when refusals of the kernel are a fault. A Master
 * whose advertisements do not leave is soon one of two: its peers take over after as many missing ones as their
 * down timer counts (RFC 9568 section 6.1, Active_Down_Interval). It leaves with the last of these, a skew time
 * before a peer appears. The fault ends after a pause that grows with each repetition, or at once when what
 * advertisements depend on has changed.
 */
import { after, type Duration, elapsed, type Instant, seconds } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { VrrpCounters, VrrpEvent } from './events-and-actions.ts';
import { sendErrorClass } from './send-errors.ts';
import type { Fault, InstanceFacts } from './tracking.ts';

/** What became of one advertisement. */
export type SendResult = Extract<VrrpEvent, { readonly type: 'advertisementSent' }>;

/** First pause before an instance whose advertisements were refused takes part again. */
export const SEND_RETRY_FIRST: Duration = seconds(1);

/** Longest pause: an operator who has opened a firewall does not wait longer than this. */
export const SEND_RETRY_MAX: Duration = seconds(30);

/** How the instance stands when a result comes. */
export interface SendSituation {
  readonly now: Instant;
  /** The advertisement was the first one of a Backup that is about to become Master. */
  readonly isClaim: boolean;
  readonly config: VrrpInstanceConfig;
  readonly facts: InstanceFacts;
}

/** Counts results and holds the fault. */
export class SendWatch {
  readonly #timers: TimerTable;
  readonly #counters: VrrpCounters;
  /** Refused advertisements since the last one that left, and when the first was. */
  #refused = 0;
  #refusedSince: Instant | undefined;
  #fault: Fault | undefined;
  #pause: Duration = SEND_RETRY_FIRST;
  #failedAt: Instant | undefined;

  constructor(timers: TimerTable, counters: VrrpCounters) {
    this.#timers = timers;
    this.#counters = counters;
  }

  /** Why the instance cannot advertise; undefined while it can, or has to try. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Counts an advertisement that left for at least one destination. */
  count({ priority, left }: SendResult): void {
    if (left === 0) return;
    this.#counters.advertisementsSent += 1;
    if (priority === 0) this.#counters.priorityZeroSent += 1;
  }

  /**
   * Judges the advertisement of a Master, or of a Backup that claims to become it; the fault that it begins. A
   * link that is known to be down is a fault of its own, or one to be ignored.
   */
  judge(result: SendResult, situation: SendSituation): Fault | undefined {
    const refusal = worstRefusal(result);
    if (refusal === undefined || situation.facts.link?.up !== true) {
      this.#refused = 0;
      return undefined;
    }
    if (this.#refused === 0) this.#refusedSince = situation.now;
    this.#refused += 1;
    const isLasting = sendErrorClass(refusal.errno) === 'lasting';
    if (!(situation.isClaim && isLasting) && !this.#isOutOfPatience(situation)) return undefined;
    return this.#begin(situation.now, { kind: 'sending', ...refusal });
  }

  /** The pause is over, or something has changed: the next claim is a new attempt. */
  retry(): void {
    this.#fault = undefined;
    this.#refused = 0;
    this.#timers.clear('sendRetry');
  }

  /**
   * Answers to other routers come at any moment, so that time counts as well; half an interval is left for
   * beats that were late.
   */
  #isOutOfPatience({ now, config }: SendSituation): boolean {
    const { downTimerAdverts: patience, advertInterval } = config;
    if (this.#refused < patience) return false;
    return elapsed(this.#refusedSince ?? now, now) >= (patience - 1.5) * advertInterval;
  }

  #begin(now: Instant, cause: NonNullable<Fault['cause']>): Fault {
    this.#fault = { reason: 'send-failed', cause };
    // Two faults far apart are two incidents; the pauses start anew.
    if (this.#failedAt !== undefined && elapsed(this.#failedAt, now) > 4 * SEND_RETRY_MAX) {
      this.#pause = SEND_RETRY_FIRST;
    }
    this.#failedAt = now;
    this.#timers.set('sendRetry', after(now, this.#pause));
    this.#pause = Math.min(SEND_RETRY_MAX, 2 * this.#pause) as Duration;
    return this.#fault;
  }
}

/** Undefined when the advertisement left, or when only a dead link kept it; one that lasts before the others. */
function worstRefusal({ left, refused }: SendResult): SendResult['refused'][number] | undefined {
  if (left > 0) return undefined;
  return (
    refused.find(({ errno }) => sendErrorClass(errno) === 'lasting') ??
    refused.find(({ errno }) => sendErrorClass(errno) === 'transient')
  );
}
