/** A program that another process runs, and its end. */
import type { ProgramStep } from '../../core/checkers/types.ts';
import type { Transport } from './transport.ts';

/** See `ProgramStep`. */
export const programTransport: Transport<ProgramStep> = (job, step, onFinding) => {
  const { command, timeLimit } = step;
  job.stop = job.programs.run({ command, timeLimit }, ({ outcome }) => {
    job.stop = undefined;
    onFinding(step.judge(outcome));
  });
};
