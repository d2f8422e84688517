/**
 * Limits how often one instance speaks about one thing. A stream of broken packets costs counters only:
 * the first is reported, then one summary at most every NOTICE_GAP (reference: log lines for rejected
 * packets are rate limited, counters are exact).
 */
import { after, type Duration, type Instant, seconds } from '../base/time.ts';
import { NOTICE_TEXTS, type NoticeCode } from './notice-texts.ts';
import type { VrrpAction } from './types.ts';

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

  /**
   * Appends the notice, if it may go out now. A detail that costs something to word is a function: most notices of
   * a flood are not admitted.
   */
  say(
    notice: {
      readonly instance: string;
      readonly code: NoticeCode;
      readonly detail: string | (() => string);
    },
    now: Instant,
    out: { push(action: VrrpAction): void },
  ): void {
    const { instance, code, detail } = notice;
    const admitted = this.admit(code, now);
    if (admitted === undefined) return;
    const more = admitted.suppressed > 0 ? ` (and ${admitted.suppressed} more since)` : '';
    const what = typeof detail === 'string' ? detail : detail();
    const message = `${NOTICE_TEXTS[code]}: ${what}${more}`;
    out.push({ type: 'notice', instance, code, message });
  }
}
