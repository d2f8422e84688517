/** Programs of checks: the health process has them run by way of the main process, and waits for their ends. */
import type { ProgramEnd } from '../../core/programs/program-request.ts';
import type { CheckProgram, ProgramPort } from '../../drivers/probes/program-port.ts';
import type { FromHealth } from '../frame/messages.ts';

/** What has been asked for and has not ended. */
export class CheckPrograms implements ProgramPort {
  readonly #send: (message: FromHealth) => void;
  readonly #waiting = new Map<number, (end: ProgramEnd) => void>();
  #count = 0;

  /** `send` reaches the main process. */
  constructor(send: (message: FromHealth) => void) {
    this.#send = send;
  }

  /** See `ProgramPort`. */
  run(program: CheckProgram, onEnd: (end: ProgramEnd) => void): () => void {
    this.#count += 1;
    const id = this.#count;
    this.#waiting.set(id, onEnd);
    this.#send({ type: 'runProgram', id, program });
    return () => {
      if (this.#waiting.delete(id)) this.#send({ type: 'cancelProgram', id });
    };
  }

  /** The main process tells an end; one of a program that was taken back is nobody's. */
  ended(id: number, end: ProgramEnd): void {
    const onEnd = this.#waiting.get(id);
    this.#waiting.delete(id);
    onEnd?.(end);
  }
}
