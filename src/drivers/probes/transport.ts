/** What a transport of probes is: one step of a probe on the wire. What the exchanges over TCP and TLS have in common. */
import type { Duration } from '../../core/base/time.ts';
import type { Finding } from '../../core/checkers/outcome.ts';
import type { AnswerJudge, ExchangeStep, ProbeStep } from '../../core/checkers/types.ts';
import type { ProbeJob } from './probe-job.ts';

/** What was found, and how long it took where the transport knows that exactly. */
export type Timed = Finding & { readonly elapsed?: Duration };

/**
 * Carries a step out. `onFinding` is called once, never from inside the call, and not at all when the job is
 * cancelled; what has to be given up then is told the job.
 */
export type Transport<Step extends ProbeStep> = (
  job: ProbeJob,
  step: Step,
  onFinding: (finding: Timed) => void,
) => void;

/** One exchange under way. */
export interface Exchange {
  readonly job: ProbeJob;
  readonly step: ExchangeStep;
  /** The judge of the answer; a new one when the request is sent again. */
  newJudge(): AnswerJudge;
  /** Takes the finding. */
  readonly onFinding: (finding: Finding) => void;
}
