/**
 * Work on what servers have sent, a little in each turn of the loop. The answers of many servers can come in
 * one turn; between two shares of the work the loop lets timers, heartbeats and other probes pass.
 */

/** Jobs that are done in the order in which they came. */
export class TurnQueue {
  readonly #shareMs: number;
  #waiting: (() => void)[] = [];
  #next = 0;
  #isScheduled = false;

  /** `shareMs`: a turn begins no further job once it has worked this long; with 0 it does one job. */
  constructor(shareMs: number) {
    this.#shareMs = shareMs;
  }

  /** Runs `job` in a later turn, after those that wait already. It must not throw. */
  add(job: () => void): void {
    this.#waiting.push(job);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#work());
  }

  #work(): void {
    this.#isScheduled = false;
    const end = performance.now() + this.#shareMs;
    do {
      const job = this.#waiting[this.#next];
      this.#next += 1;
      if (this.#next >= this.#waiting.length) {
        this.#waiting = [];
        this.#next = 0;
      }
      if (this.#waiting.length > 0) this.#schedule();
      job?.();
    } while (this.#waiting.length > 0 && performance.now() < end);
  }
}
