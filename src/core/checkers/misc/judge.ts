/** What the end of a program says about the server that it checks (measured on keepalived 2.4.3). */
import { outcomeText, type ProgramOutcome } from '../../model/program-outcome.ts';
import type { Finding } from '../outcome.ts';

/** Below this a status of a check with `misc_dynamic` is none of a weight. */
const WEIGHT_FROM = 2;

/**
 * The finding for an outcome. A status of 0 is a success, and takes back what an earlier one said about the weight;
 * with `isDynamic` 2 to 255 are a success too, and the weight is the status less 2. What was not run says nothing.
 */
export function judgeOutcome(outcome: ProgramOutcome, isDynamic: boolean): Finding {
  const detail = outcomeText(outcome);
  switch (outcome.kind) {
    case 'exited': {
      const { status } = outcome;
      if (status === 0) return { outcome: 'ok', detail };
      if (!isDynamic || status < WEIGHT_FROM) return { outcome: 'bad-exit', detail };
      return { outcome: 'ok', detail, weight: { kind: 'replace', weight: status - WEIGHT_FROM } };
    }
    case 'killed':
      return { outcome: 'bad-exit', detail };
    case 'timed-out':
      return { outcome: 'timeout', detail };
    case 'not-started':
    case 'refused':
    case 'cancelled':
    case 'lost':
      return { outcome: 'local-error', detail };
  }
}
