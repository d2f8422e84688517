/** Who runs the programs of checks: another process, reached through the daemon. */
import type { ProgramEnd, ProgramRequest } from '../../core/programs/program-request.ts';

/** A program of a check. */
export type CheckProgram = Required<Pick<ProgramRequest, 'command' | 'timeLimit'>>;

/** Runs programs. */
export interface ProgramPort {
  /**
   * Has a program run once. `onEnd` is called once, never from inside the call, with what came of it. The result takes the
   * program back; nothing is called then.
   */
  run(program: CheckProgram, onEnd: (end: ProgramEnd) => void): () => void;
}
