/**
 * Programs of a runner process that was killed, alone or with the main process. They are ended before its successor is given any: otherwise a script
 * that outlived it would run beside the one that tells the next state, or beside itself.
 */
import type { Fact } from '../../core/facts/catalogue.ts';
import { KILL_AFTER } from '../../core/programs/limits.ts';
import {
  type ProgramGroup,
  type RunningProgram,
  signalGroup,
  wasThere,
} from '../../drivers/programs/program-group.ts';

/** How often it is looked whether they are gone, milliseconds. */
const LOOK_MS = 100;

/** From the death of the runner process: SIGKILL follows SIGTERM as with any program, and what even that does not end keeps nobody waiting. */
const KILL_MS = KILL_AFTER / 1_000;
const GIVE_UP_MS = 2 * KILL_MS;

/** What it works with. */
export interface OrphansOptions {
  readonly tell: (fact: Fact) => void;
  readonly signal?: typeof signalGroup;
  readonly wasThere?: typeof wasThere;
}

/** The programs that run, and what is left of those whose runner process is gone. */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #signal: typeof signalGroup;
  readonly #wasThere: typeof wasThere;
  #running: readonly RunningProgram[] = [];
  #left: readonly ProgramGroup[] = [];
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #count = 0;

  constructor(options: OrphansOptions) {
    this.#options = options;
    this.#signal = options.signal ?? signalGroup;
    this.#wasThere = options.wasThere ?? wasThere;
  }

  /** True while programs of a runner process that is gone still run. */
  get areThere(): boolean {
    return this.#left.length > 0;
  }

  /** Keys of the programs that the runner process runs now. */
  get keys(): readonly string[] {
    return this.#running.map(({ key }) => key);
  }

  /** All programs that run now, those that are being ended too. */
  get running(): readonly ProgramGroup[] {
    return [...this.#running, ...this.#left];
  }

  /**
   * What ran when a killed main process last wrote it down: ended like the rest.
   *
   * @param seenAt when that was, in clock ticks since the start of the system: a group that was not there then has got the number since
   */
  inherit(groups: readonly ProgramGroup[], seenAt: number): void {
    this.#end(groups.filter((group) => this.#wasThere(group, seenAt)));
  }

  /** The runner process says which programs it runs: all of them. */
  take(groups: readonly RunningProgram[]): void {
    this.#running = groups;
  }

  /** It is gone. */
  died(): void {
    const running = this.#running;
    this.#running = [];
    this.#end(running);
  }

  #end(groups: readonly ProgramGroup[]): void {
    const found = groups.filter((group) => this.#signal(group, 'SIGTERM'));
    if (found.length === 0) return;
    this.#left = [...this.#left, ...found];
    this.#count += found.length;
    this.#looks = 0;
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /** Calls back when none is there any more: at once when there is none. */
  whenGone(callback: () => void): void {
    if (this.areThere) this.#waiting.push(callback);
    else callback();
  }

  #look(): void {
    this.#looks += 1;
    const time = this.#looks * LOOK_MS;
    const signal = time >= KILL_MS ? 'SIGKILL' : 0;
    this.#left = this.#left.filter((group) => this.#signal(group, signal));
    if (this.areThere && time < GIVE_UP_MS) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const [count, left] = [this.#count, this.#left.length];
    this.#left = [];
    this.#count = 0;
    this.#options.tell({ id: 'component.orphans-ended', count, left });
    for (const callback of this.#waiting.splice(0)) callback();
  }
}
