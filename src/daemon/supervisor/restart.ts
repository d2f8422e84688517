/** When a process that died is started again: at once the first time, then after pauses that grow. */

/** First restart at once, then pauses of 100 ms doubled up to this. */
const RESTART_MS_MAX = 10_000;
const RESTART_MS_MIN = 100;
/** A process that lived this long is trusted again: its next restart is immediate. */
const STABLE_US = 30_000_000;

/** The restarts of one role. */
export class Restart {
  readonly #start: () => void;
  readonly #now: () => number;
  #pauseMs = 0;
  /** When the pause is over, monotonic microseconds. */
  #pausedUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param start starts the next process
   * @param now monotonic microseconds
   */
  constructor(start: () => void, now: () => number) {
    this.#start = start;
    this.#now = now;
  }

  /** True when no process has died lately. */
  get isTrusted(): boolean {
    return this.#pauseMs === 0;
  }

  /** A process has died that lived so long, microseconds: how long the next start waits, milliseconds. */
  died(livedUs: number): number {
    if (livedUs > STABLE_US) this.#pauseMs = 0;
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(RESTART_MS_MAX, pause === 0 ? RESTART_MS_MIN : pause * 2);
    this.#pausedUntil = this.#now() + pause * 1_000;
    return pause;
  }

  /** Starts the next one when its pause is over: now, if that is now. */
  plan(): void {
    clearTimeout(this.#timer);
    const milliseconds = (this.#pausedUntil - this.#now()) / 1_000;
    if (milliseconds <= 0) this.#start();
    else this.#timer = setTimeout(this.#start, milliseconds);
  }

  /** Starts none until the next `plan`. */
  hold(): void {
    clearTimeout(this.#timer);
  }
}
