/** The command `resign`: what the answer of the vrrp process means, in words for the operator and for the log. */
import { err, ok, type Result } from '../../core/base/result.ts';
import { toSeconds } from '../../core/base/time.ts';
import type { ControlError } from '../../core/control/messages.ts';
import type { ResignReport } from '../../core/control/replies.ts';
import type { ResignAnswer } from '../../core/vrrp/resignation.ts';
import type { ControlHandlers } from '../control/server.ts';
import type { VrrpRequest } from '../frame/messages.ts';
import type { DaemonFact } from '../outlets/log/facts.ts';
import type { ChildRequests } from './child-requests.ts';

/** The handler of the command: asks the vrrp process, tells the log, answers the operator. */
export function resignCommand(
  questions: Pick<ChildRequests<VrrpRequest, ResignAnswer>, 'ask'>,
  tell: (fact: DaemonFact) => void,
): ControlHandlers['resign'] {
  return async ({ instance: target }) => {
    const report = resignReport(
      target,
      await questions.ask({ command: 'resign', instance: target }),
    );
    const outcome = report.ok ? report.value.message : report.error.message;
    tell({ type: 'operatorAction', action: 'resign', target, origin: 'cli', outcome });
    return report;
  };
}

/** Words the answer; undefined is none in time. Errors: `not-found`, `refused`, `no-answer`. */
export function resignReport(
  instance: string,
  answer: ResignAnswer | undefined,
): Result<ResignReport, ControlError> {
  if (answer === undefined) {
    const message = `${instance}: the vrrp process does not answer; see tandem status`;
    return err({ code: 'no-answer', message });
  }
  if (answer.outcome === 'unknown') {
    return err({ code: 'not-found', message: `there is no vrrp_instance ${instance}` });
  }
  if (answer.outcome === 'refused') {
    const { state, reason, cause } = answer;
    const why = cause === undefined ? reason : `${reason}: ${cause}`;
    const message = `${instance} is ${state} (${why}), not MASTER: it has nothing to give away`;
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
