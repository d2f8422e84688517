/** What an order to resign does, in words for the operator and for the log. */
import { err, ok, type Result } from '../../core/base/result.ts';
import { toSeconds } from '../../core/base/time.ts';
import type { ControlError } from '../../core/control/messages.ts';
import type { ResignReport } from '../../core/control/replies.ts';
import { whyText } from '../../core/facts/causes.ts';
import type { ResignAnswer } from '../../core/vrrp/resignation.ts';

/** Words the answer of the router. Errors: `not-found`, `refused`. */
export function resignReport(
  instance: string,
  answer: ResignAnswer,
): Result<ResignReport, ControlError> {
  if (answer.outcome === 'unknown') {
    return err({ code: 'not-found', message: `there is no vrrp_instance ${instance}` });
  }
  if (answer.outcome === 'refused') {
    const { state, reason, cause } = answer;
    const message = `${instance} is ${state} (${whyText(reason, cause)}), not MASTER: it has nothing to give away`;
    return err({ code: 'refused', message });
  }
  const { comesBack, after, group } = answer;
  const afterSeconds = Math.round(toSeconds(after) * 10) / 10;
  const who = group === undefined ? instance : `${instance} and its sync group ${group}`;
  const gave = `${who} gave mastership away`;
  const outlook = comesBack
    ? `It preempts: it takes over again in about ${afterSeconds} s. To keep it away, stop this director, or reload with a lower priority or with nopreempt.`
    : `It does not preempt: it takes over again only if no other router advertises, after about ${afterSeconds} s.`;
  return ok({ instance, comesBack, afterSeconds, message: `${gave}. ${outlook}` });
}

/** The answer while the vrrp process does not have the instance yet: it starts, or a reload is under way. */
export function notYet(instance: string): Result<never, ControlError> {
  const message = `${instance}: the vrrp process is still loading the configuration; try again in a moment`;
  return err({ code: 'starting', message });
}
