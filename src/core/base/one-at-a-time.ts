/**
 * Reading that overlaps with nothing of its kind. What is asked for while a reading runs may already be missed by it: then one more is due behind it,
 * for however many have asked.
 */

/** What is done one at a time, and what then. */
export interface OneAtATimeOptions {
  /** Done alone. What it rejects with, `run` rejects with. */
  readonly work: () => Promise<void>;
  /** Somebody asked while it ran: have it run again, now or soon. Called after the work, also after one that failed. */
  readonly again: () => void;
}

/** One kind of work. */
export class OneAtATime {
  readonly #options: OneAtATimeOptions;
  #isRunning = false;
  #isAsked = false;

  constructor(options: OneAtATimeOptions) {
    this.#options = options;
  }

  /** Does the work, or has it done once more when it runs already. */
  async run(): Promise<void> {
    if (this.#isRunning) {
      this.#isAsked = true;
      return;
    }
    this.#isRunning = true;
    try {
      await this.#options.work();
    } finally {
      this.#isRunning = false;
      if (this.#isAsked) {
        this.#isAsked = false;
        this.#options.again();
      }
    }
  }
}
