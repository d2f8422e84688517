/** Programs on the event loop: the machine that says when, and the driver that starts them. */
import type { ProgramAction, ProgramEvent } from '../../core/programs/machine.ts';
import type { ProgramEnd, ProgramRequest } from '../../core/programs/program-request.ts';
import type { RunningProgram } from '../../drivers/programs/program-group.ts';
import type { MachineLoop, MachineLoopOptions } from '../frame/loop.ts';
import type { ProgramSettings } from '../frame/messages.ts';
import type { ProgramCore, ProgramPort } from './ports.ts';

/** What the programs work with. */
export interface RunnerProgramsOptions {
  readonly core: ProgramCore;
  readonly starter: ProgramPort;
  readonly drive: (
    options: Omit<MachineLoopOptions<ProgramEvent, ProgramAction>, 'clock'>,
  ) => MachineLoop<ProgramEvent, ProgramAction>;
  readonly onEnded: (end: ProgramEnd) => void;
  /** The programs that run are others than before. */
  readonly onRunning: (groups: readonly RunningProgram[]) => void;
}

/** All programs of this process. */
export class RunnerPrograms {
  readonly #options: RunnerProgramsOptions;
  readonly #loop: MachineLoop<ProgramEvent, ProgramAction>;
  #onIdle: (() => void) | undefined;
  /** Programs began or ended since it was told which run. */
  #isOther = false;

  constructor(options: RunnerProgramsOptions) {
    this.#options = options;
    this.#loop = options.drive({
      machine: options.core,
      drain: () => undefined,
      execute: (actions) => {
        for (const action of actions) this.#execute(action);
      },
      onSettled: () => this.#settled(),
    });
  }

  /** How programs are started from now on. */
  configure({ umask, hasGroups }: ProgramSettings): void {
    this.#options.starter.configure(umask, hasGroups);
  }

  /** Runs a program once; `onEnded` is told of its end. */
  run(request: ProgramRequest): void {
    this.#loop.feed({ type: 'run', request });
  }

  /** Takes a run back. */
  cancel(key: string): void {
    this.#loop.feed({ type: 'cancel', key });
  }

  /** Starts nothing any more, asks what runs to end, and resolves when all of it is gone. */
  async stop(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    this.#loop.feed({ type: 'stop' });
    await gone;
    this.#loop.close();
  }

  #settled(): void {
    if (this.#isOther) this.#options.onRunning(this.#options.starter.groups);
    this.#isOther = false;
    if (this.#onIdle !== undefined && this.#options.core.view().running === 0) this.#onIdle();
  }

  #execute(action: ProgramAction): void {
    const { starter, onEnded } = this.#options;
    if (action.type !== 'signal') this.#isOther = true;
    switch (action.type) {
      case 'start': {
        const { key } = action.request;
        starter.start(action.request, {
          onNotStarted: (reason) => this.#loop.feed({ type: 'notStarted', key, reason }),
          onExited: (end) => this.#loop.feed({ type: 'exited', key, ...end }),
        });
        break;
      }
      case 'signal':
        starter.signal(action.key, action.signal);
        break;
      case 'ended':
        starter.forget(action.end.key);
        onEnded(action.end);
        break;
    }
  }
}
