/** Counts the processes of the host that match what is tracked, again and again. */
import type { TrackProcessConfig } from '../../core/model/tracking.ts';
import { comparesName, matches } from '../../core/tracking/process-match.ts';
import type { ProcessListPort } from './ports.ts';

/** How often the list of processes is read, milliseconds. */
const LOOK_MS = 200;
/** Of so many looks one reads every process, not only new ones. */
const EVERYTHING_EACH = 10;

/** What is counted, and who is told. */
export interface ProcessWatchOptions {
  readonly list: ProcessListPort;
  readonly onCounted: (counts: ReadonlyMap<string, number>) => void;
  /** The list cannot be read; told once. */
  readonly onTrouble: (message: string) => void;
}

/** The look at processes; none while nothing of the kind is tracked. */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  #tracked: readonly TrackProcessConfig[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #isTroubled = false;

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
  }

  /** Counts these from now on, and at once. */
  configure(tracked: readonly TrackProcessConfig[]): void {
    this.#tracked = tracked;
    clearInterval(this.#timer);
    if (tracked.length === 0) return;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#looks = 0;
    this.#look();
  }

  /** These have changed: counts at once. */
  changed(pids: readonly number[]): void {
    if (this.#tracked.length > 0) this.#count(new Set(pids.map(String)));
  }

  /** Counts no more. */
  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const everything = this.#looks % EVERYTHING_EACH === 0;
    this.#looks += 1;
    this.#count(everything ? 'everything' : 'new');
  }

  #count(again: 'everything' | 'new' | ReadonlySet<string>): void {
    const tracked = this.#tracked;
    const commandLines = !tracked.every(comparesName);
    try {
      const running = this.#options.list.look({
        commandLines,
        again,
        counts: (fact) => tracked.some((pattern) => matches(pattern, fact)),
      });
      const counts = new Map<string, number>();
      for (const pattern of tracked) {
        counts.set(pattern.name, running.filter((fact) => matches(pattern, fact)).length);
      }
      this.#options.onCounted(counts);
      this.#isTroubled = false;
    } catch (error) {
      if (!this.#isTroubled) this.#options.onTrouble(String(error));
      this.#isTroubled = true;
    }
  }
}
