/** Programs that the health process has run: asked of the runner process, their ends told. */
import type { CheckProgram } from '../../drivers/probes/program-port.ts';
import type { ToHealth } from '../frame/messages.ts';
import type { ProgramRun, Programs } from './programs.ts';

/** What the health process has asked for and has not heard the end of. */
export class CheckPrograms {
  readonly #programs: Pick<Programs, 'run'>;
  readonly #send: (message: ToHealth) => void;
  readonly #running = new Map<number, ProgramRun>();

  /** `send` reaches the health process. */
  constructor(programs: Pick<Programs, 'run'>, send: (message: ToHealth) => void) {
    this.#programs = programs;
    this.#send = send;
  }

  /** Has a program run once; `id` is the name that the health process has for it. */
  run(id: number, program: CheckProgram): void {
    const run = this.#programs.run({ lane: 'check', ...program });
    this.#running.set(id, run);
    void run.end.then((end) => {
      if (this.#running.get(id) !== run) return;
      this.#running.delete(id);
      this.#send({ type: 'programEnded', id, end });
    });
  }

  /** Takes a program back; its end is told all the same. */
  cancel(id: number): void {
    this.#running.get(id)?.cancel();
  }

  /** The health process is gone: nobody waits for anything. */
  abandon(): void {
    const runs = [...this.#running.values()];
    this.#running.clear();
    for (const run of runs) run.cancel();
  }
}
