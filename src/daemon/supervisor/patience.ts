/**
 * How long others wait for a process that is gone. When their patience is over and no process is in place, what
 * the dead one held is put away by another, so that they need not wait for ever.
 */

/** What is known about those who wait, and what is done. */
export interface PatienceOptions {
  /** Monotonic microseconds. */
  readonly now: () => number;
  /**
   * How long after the loss nobody else minds, microseconds; undefined = for ever. Asked when the process has died.
   */
  readonly patienceUs: () => number | undefined;
  /** Puts away what the dead process held, and resolves with whether that is certain. */
  readonly onOver: () => Promise<boolean>;
  /** False when a process is on its way: it finds what its predecessor left, and puts it away itself. */
  readonly isNeeded: () => boolean;
  /** No process is started until `goOn`. */
  readonly hold: () => void;
  readonly goOn: () => void;
}

/** The patience with one role. */
export class Patience {
  readonly #options: PatienceOptions;
  #timer: NodeJS.Timeout | undefined;
  /** What the last process held has been put away. */
  #isPutAway = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** The process is gone since `lostAt` (monotonic microseconds): between two attempts to start it, others wait. */
  begin(lostAt: number): void {
    const patience = this.#options.patienceUs();
    clearTimeout(this.#timer);
    if (patience === undefined || this.#isPutAway) return;
    const milliseconds = Math.max(0, (lostAt + patience - this.#options.now()) / 1_000);
    this.#timer = setTimeout(() => void this.#over(), milliseconds);
  }

  /** A process is in place again. */
  end(): void {
    clearTimeout(this.#timer);
    this.#isPutAway = false;
  }

  /** Nobody waits any more: the whole is stopped. */
  close(): void {
    clearTimeout(this.#timer);
  }

  async #over(): Promise<void> {
    const { isNeeded, hold, goOn, onOver } = this.#options;
    if (!isNeeded()) return;
    hold();
    this.#isPutAway = await onOver();
    if (isNeeded()) goOn();
  }
}
