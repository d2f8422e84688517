/** What is tracked, on the event loop: the machine of all trackers with the programs, processes and files that it goes by. */

import type { Trouble } from '../../core/facts/troubles.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import type { TrackFileConfig } from '../../core/model/tracking.ts';
import type { ProgramEnd } from '../../core/programs/program-request.ts';
import type {
  TrackingAction,
  TrackingConfig,
  TrackingEvent,
  TrackingReport,
} from '../../core/tracking/events-and-actions.ts';
import type { MachineLoop, MachineLoopOptions } from '../frame/loop.ts';
import type { RunnerParts, TrackedFilePort, TrackingCore } from './ports.ts';
import { ProcessWatch } from './process-watch.ts';
import type { RunnerPrograms } from './programs.ts';

/** What the trackers work with. */
export interface RunnerTrackersOptions {
  readonly core: TrackingCore;
  readonly parts: Pick<RunnerParts, 'processes' | 'openFile' | 'initFile'>;
  readonly programs: Pick<RunnerPrograms, 'run' | 'cancel'>;
  readonly drive: (
    options: Omit<MachineLoopOptions<TrackingEvent, TrackingAction>, 'clock'>,
  ) => MachineLoop<TrackingEvent, TrackingAction>;
  readonly onReport: (report: TrackingReport) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** All trackers of this process. */
export class RunnerTrackers {
  readonly #options: RunnerTrackersOptions;
  readonly #loop: MachineLoop<TrackingEvent, TrackingAction>;
  readonly #processes: ProcessWatch;
  readonly #files = new Map<string, { readonly path: string; readonly port: TrackedFilePort }>();
  #isClosed = false;

  constructor(options: RunnerTrackersOptions) {
    this.#options = options;
    this.#loop = options.drive({
      machine: options.core,
      drain: () => undefined,
      execute: (actions) => {
        for (const action of actions) this.#execute(action);
      },
    });
    this.#processes = new ProcessWatch({
      list: options.parts.processes,
      onCounted: (counts) => this.#loop.feed({ type: 'processesCounted', counts }),
      onTrouble: (detail) => options.onTrouble({ operation: 'read-processes', errno: '', detail }),
    });
  }

  /** All facts that are known. */
  get facts(): readonly TrackerFact[] {
    return this.#options.core.view();
  }

  /**
   * Takes a configuration.
   *
   * @param known what a predecessor of this process had found out
   * @param isStart Tandem starts: the files of `init_file` are made
   */
  async configure(
    config: TrackingConfig,
    known: readonly TrackerFact[],
    isStart: boolean,
  ): Promise<void> {
    if (isStart) await Promise.all(config.files.map((file) => this.#init(file)));
    // A stop came meanwhile: what is watched from here on would keep the process alive.
    if (this.#isClosed) return;
    this.#loop.feed({ type: 'configure', config, known });
    this.#processes.configure(config.processes);
    this.#watchFiles(config.files);
  }

  /** These processes of the host have changed. */
  processesChanged(pids: readonly number[]): void {
    if (!this.#isClosed) this.#processes.changed(pids);
  }

  /** A program of the lane `track` has ended. */
  programEnded(end: ProgramEnd): void {
    this.#loop.feed({ type: 'programEnded', end });
  }

  /** Watches nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#loop.close();
    this.#processes.close();
    for (const { port } of this.#files.values()) port.close();
  }

  async #init({ path, initial, overwrite }: TrackFileConfig): Promise<void> {
    if (initial === undefined) return;
    const detail = await this.#options.parts.initFile(path, { value: initial, overwrite });
    if (detail === undefined) return;
    this.#options.onTrouble({ operation: 'make-tracked-file', about: path, errno: '', detail });
  }

  #watchFiles(files: readonly TrackFileConfig[]): void {
    const wanted = new Map(files.map(({ name, path }) => [name, path]));
    for (const [name, { path, port }] of this.#files) {
      if (wanted.get(name) === path) continue;
      port.close();
      this.#files.delete(name);
    }
    for (const [name, path] of wanted) {
      if (this.#files.has(name)) continue;
      const port = this.#options.parts.openFile({
        path,
        onRead: (text) => this.#loop.feed({ type: 'fileRead', name, text }),
      });
      this.#files.set(name, { path, port });
    }
  }

  #execute(action: TrackingAction): void {
    const { programs, onReport } = this.#options;
    switch (action.type) {
      case 'runProgram':
        programs.run(action.request);
        break;
      case 'cancelProgram':
        programs.cancel(action.key);
        break;
      default:
        onReport(action);
    }
  }
}
