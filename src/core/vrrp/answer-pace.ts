/**
 * How often a Master answers others with an advertisement out of turn (RFC 9568 section 6.4.3). The RFC
 * answers each losing advertisement and each resignation at once; a thousand of them, sent by a broken or
 * hostile neighbour, must not become a thousand answers to each peer. Our regular advertisements go on in any
 * case, so an answer that is left out is made good within one interval.
 */
import { after, type Duration, elapsed, type Instant } from '../base/time.ts';

/** Resignations answered in one advertisement interval: Backups of high priority wait very little. */
const RESIGNATION_ANSWERS = 10;

/** The answers of one instance. */
export class AnswerPace {
  #lowerAt: Instant | undefined;
  #resignationAt: Instant | undefined;

  /** True when a losing advertisement may be answered now: once in an interval. */
  takeLower(now: Instant, interval: Duration): boolean {
    if (this.#lowerAt !== undefined && elapsed(this.#lowerAt, now) < interval) return false;
    this.#lowerAt = now;
    return true;
  }

  /**
   * When a resignation that is heard now is to be answered: now, or a tenth of an interval after the last such
   * answer. None is left out, because its sender's Backups hold an election.
   */
  takeResignation(now: Instant, interval: Duration): Instant {
    const pause = (interval / RESIGNATION_ANSWERS) as Duration;
    const next = this.#resignationAt === undefined ? now : after(this.#resignationAt, pause);
    if (next > now) return next;
    this.#resignationAt = now;
    return now;
  }
}
