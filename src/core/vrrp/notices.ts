/**
 * Limits how often one instance speaks about one thing. A stream of broken packets costs counters only:
 * the first is reported, then one summary at most every NOTICE_GAP (reference: log lines for rejected
 * packets are rate limited, counters are exact).
 */
import { after, type Duration, type Instant, seconds } from '../base/time.ts';

/** Least time between two notices of one code from one instance. */
export const NOTICE_GAP: Duration = seconds(30);

/** Remembers when each code was last reported. Codes are a closed set, so this does not grow. */
export class NoticeLimiter {
  readonly #last = new Map<string, { quietUntil: Instant; suppressed: number }>();

  /**
   * True when a notice of this code may go out now. `suppressed` of the answer is the number of silent
   * ones since the last; undefined means: stay silent.
   */
  admit(code: string, now: Instant): { readonly suppressed: number } | undefined {
    const entry = this.#last.get(code);
    if (entry === undefined) {
      this.#last.set(code, { quietUntil: after(now, NOTICE_GAP), suppressed: 0 });
      return { suppressed: 0 };
    }
    if (now < entry.quietUntil) {
      entry.suppressed += 1;
      return undefined;
    }
    const { suppressed } = entry;
    entry.quietUntil = after(now, NOTICE_GAP);
    entry.suppressed = 0;
    return { suppressed };
  }
}
