/**
 * Programs that the main process has run: asked of the runner process, which is started for the first of them. Each run has an end that is told, also
 * when the runner process dies or never comes.
 */
import { ZERO_DURATION } from '../../core/base/time.ts';
import { WAITING_MAX } from '../../core/programs/limits.ts';
import type {
  ProgramEnd,
  ProgramOutcome,
  ProgramRequest,
} from '../../core/programs/program-request.ts';
import type { ToRunner } from '../frame/messages.ts';

/** What is to be run; the key is made here. */
export type WantedProgram = Omit<ProgramRequest, 'key'>;

/** A run that was asked for. */
export interface ProgramRun {
  /** Resolves with its end, always. */
  readonly end: Promise<ProgramEnd>;
  /** Takes it back: it is not started, or gets SIGTERM. */
  cancel(): void;
}

/** How the runner process is reached. */
export interface ProgramsOptions {
  /** Sends to the runner process that is up. */
  readonly send: (message: ToRunner) => void;
  /** Sees to it that there is a runner process; it says when it is ready. */
  readonly need: () => void;
}

interface Asked {
  readonly request: ProgramRequest;
  readonly resolve: (end: ProgramEnd) => void;
  isSent: boolean;
}

/** The programs of the main process. */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #asked = new Map<string, Asked>();
  #isReady = false;
  #isClosed = false;
  #count = 0;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** How many were asked for and have not ended. */
  get pending(): number {
    return this.#asked.size;
  }

  /** Has a program run once. What cannot be taken ends at once as `refused` or `cancelled`. */
  run(wanted: WantedProgram): ProgramRun {
    this.#count += 1;
    const key = `${wanted.lane}#${this.#count}`;
    const request = { ...wanted, key };
    const end = new Promise<ProgramEnd>((resolve) => {
      const waiting = [...this.#asked.values()].filter(({ isSent }) => !isSent).length;
      if (this.#isClosed) resolve(endOf(key, { kind: 'cancelled' }));
      else if (waiting >= WAITING_MAX) resolve(endOf(key, { kind: 'refused', reason: 'too-many' }));
      else this.#asked.set(key, { request, resolve, isSent: false });
    });
    this.#options.need();
    this.#sendWaiting();
    return { end, cancel: () => this.#cancel(key) };
  }

  /** The runner process is ready: what waits is sent to it. */
  ready(): void {
    this.#isReady = true;
    this.#sendWaiting();
  }

  /** The runner process tells an end. */
  ended(end: ProgramEnd): void {
    const asked = this.#asked.get(end.key);
    this.#asked.delete(end.key);
    asked?.resolve(end);
  }

  /** The runner process is gone: what it was running is lost, what waits goes to the next one. */
  died(): void {
    this.#isReady = false;
    for (const [key, { isSent }] of this.#asked) {
      if (isSent) this.ended(endOf(key, { kind: 'lost' }));
    }
  }

  /** Nothing is run any more: what has not ended is cancelled. */
  close(): void {
    this.#isClosed = true;
    for (const key of this.#asked.keys()) this.ended(endOf(key, { kind: 'cancelled' }));
  }

  #cancel(key: string): void {
    const asked = this.#asked.get(key);
    if (asked === undefined) return;
    if (asked.isSent) this.#options.send({ type: 'cancel', key });
    else this.ended(endOf(key, { kind: 'cancelled' }));
  }

  #sendWaiting(): void {
    if (!this.#isReady) return;
    for (const asked of this.#asked.values()) {
      if (asked.isSent) continue;
      asked.isSent = true;
      this.#options.send({ type: 'run', request: asked.request });
    }
  }
}

function endOf(key: string, outcome: ProgramOutcome): ProgramEnd {
  return { key, outcome, ran: ZERO_DURATION };
}
