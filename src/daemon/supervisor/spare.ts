/**
 * A second process of a role that has loaded everything and waits. When the one at work dies, the spare takes
 * its place within milliseconds, where a start takes a hundred or, on a loaded machine, seconds: too long for a
 * master whose peers wait three advertisements.
 */

/** The spare is started when the process at work has settled, not beside it. */
const SPARE_AFTER_MS = 1_000;

/** The part of a process that is needed here. */
interface Waiting {
  readonly isReady: boolean;
  kill(): void;
}

/** At most one process that waits. */
export class Spare<Process extends Waiting> {
  readonly #start: () => Process | undefined;
  #process: Process | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isKept = true;

  /** @param start starts a process; undefined when the system has no room for it now */
  constructor(start: () => Process | undefined) {
    this.#start = start;
  }

  /** True while a process waits that is ready. */
  get isReady(): boolean {
    return this.#process?.isReady === true;
  }

  /** Sees to it that there is a spare, in a while. */
  plan(): void {
    clearTimeout(this.#timer);
    if (!this.#isKept) return;
    this.#timer = setTimeout(() => {
      if (this.#process !== undefined) return;
      this.#process = this.#start();
      if (this.#process === undefined) this.plan();
    }, SPARE_AFTER_MS);
  }

  /** Gives the process away if it is ready; undefined otherwise. */
  take(): Process | undefined {
    if (!this.isReady) return undefined;
    const process = this.#process;
    this.#process = undefined;
    return process;
  }

  /** True when it was the spare that ended: another is started later. */
  hasLost(process: Process): boolean {
    if (process !== this.#process) return false;
    this.#process = undefined;
    this.plan();
    return true;
  }

  /** Starts no more; the one that waits stays until `close`. */
  keepNoLonger(): void {
    this.#isKept = false;
    clearTimeout(this.#timer);
  }

  /** Ends the one that waits. */
  close(): void {
    this.#process?.kill();
  }
}
