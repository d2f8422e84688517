/**
 * The runner process of a simulated host: the real machine of tracked scripts, processes and files, over a small world in which a service
 * is well or not. It stands for what programs, the process list and files would say.
 */
import { type Instant, ZERO_DURATION } from '../../src/core/base/time.ts';
import type { ProgramOutcome } from '../../src/core/model/program-outcome.ts';
import type { TrackerFact } from '../../src/core/model/tracker-fact.ts';
import type {
  TrackingAction,
  TrackingConfig,
  TrackingEvent,
} from '../../src/core/tracking/events-and-actions.ts';
import { TrackingMachine } from '../../src/core/tracking/machine.ts';
import type { SeededRandom } from '../support/random.ts';
import type { HostClock } from './host-clock.ts';

/** Longest run of a script that does not hang, microseconds. */
const RUN_MAX_US = 50_000;
/** Longest time until a change of processes or files is seen. */
const SEEN_MAX_US = 20_000;

/** What is tracked, as it is. */
export interface World {
  /** Exit status of the script; undefined: it hangs. */
  status: number | undefined;
  processes: number;
  file: string;
}

/** Everything well. */
export const WELL: World = { status: 0, processes: 1, file: '0\n' };

/** The runner of one host. */
export class Runner {
  readonly world: World = { ...WELL };
  readonly #clock: HostClock;
  readonly #random: SeededRandom;
  readonly #config: TrackingConfig;
  readonly #onFacts: (facts: readonly TrackerFact[]) => void;
  #machine = new TrackingMachine();

  constructor(options: {
    readonly clock: HostClock;
    readonly random: SeededRandom;
    readonly config: TrackingConfig;
    readonly onFacts: (facts: readonly TrackerFact[]) => void;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#config = options.config;
    this.#onFacts = options.onFacts;
  }

  /** All that is known. */
  get facts(): readonly TrackerFact[] {
    return this.#machine.view();
  }

  /** Starts, or starts again after a crash with what was known. */
  start(): void {
    const known = this.#machine.view();
    this.#machine = new TrackingMachine();
    this.#handle({ type: 'configure', config: this.#config, known });
    this.#look();
  }

  /** The world changes. */
  change(world: Partial<World>): void {
    Object.assign(this.world, world);
    const machine = this.#machine;
    this.#clock.in(this.#random.between(0, SEEN_MAX_US), () => {
      if (machine === this.#machine) this.#look();
    });
  }

  #look(): void {
    const { processes, files } = this.#config;
    if (processes.length > 0) {
      const counts = new Map(processes.map(({ name }) => [name, this.world.processes]));
      this.#handle({ type: 'processesCounted', counts });
    }
    for (const { name } of files) this.#handle({ type: 'fileRead', name, text: this.world.file });
  }

  #handle(event: TrackingEvent): void {
    const machine = this.#machine;
    const actions = machine.handle(this.#clock.now, event);
    for (const action of actions) this.#execute(action, machine);
    const { deadline } = machine;
    if (deadline !== undefined) this.#wake(deadline, machine);
  }

  #wakeAt: Instant | undefined;

  #wake(deadline: Instant, machine: TrackingMachine): void {
    if (this.#wakeAt === deadline) return;
    this.#wakeAt = deadline;
    this.#clock.at(deadline, () => {
      if (machine === this.#machine && this.#wakeAt === deadline) {
        this.#wakeAt = undefined;
        this.#handle({ type: 'deadline' });
      }
    });
  }

  #execute(action: TrackingAction, machine: TrackingMachine): void {
    if (action.type === 'trackerChanged') this.#onFacts([action.fact]);
    if (action.type !== 'runProgram') return;
    const { key, timeLimit = ZERO_DURATION } = action.request;
    const { status } = this.world;
    const outcome: ProgramOutcome =
      status === undefined ? { kind: 'timed-out', limit: timeLimit } : { kind: 'exited', status };
    const ran = status === undefined ? timeLimit : this.#random.between(1_000, RUN_MAX_US);
    this.#clock.in(ran, () => {
      if (machine !== this.#machine) return;
      this.#handle({ type: 'programEnded', end: { key, outcome, ran: timeLimit } });
    });
  }
}
