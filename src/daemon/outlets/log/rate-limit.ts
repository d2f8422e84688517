/**
 * Rate limit for log lines that the network or a broken server can repeat without end: a few about one
 * object pass, and not many of a kind about all objects together, however many there are; the rest of the
 * window is counted, and one line tells how many there were.
 */

/** The clock a limiter works with; tests bring their own. */
export interface LimitClock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls `action` after `delayMs`; the result takes the call back. */
  later(delayMs: number, action: () => void): () => void;
}

/** The process's own clock; its timers do not keep the process alive. */
export const PROCESS_CLOCK: LimitClock = {
  now: () => performance.now(),
  later: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Lines of one kind about one object that pass in one window. */
export const LIMIT_BURST = 5;

/** Lines of one kind about all objects that pass in one window. */
export const LIMIT_KIND_BURST = 25;

/** Length of the window in milliseconds. */
export const LIMIT_WINDOW_MS = 60_000;

/** Kinds watched at a time; beyond that the oldest window is closed early. */
export const LIMIT_KINDS_MAX = 1_000;

interface Window {
  passed: number;
  /** Of the objects that passed. */
  readonly passedAbout: Map<string, number>;
  suppressed: number;
  readonly cancel: () => void;
}

/** Counts lines by kind. */
export class RateLimit {
  readonly #windows: Map<string, Window> = new Map();
  readonly #clock: LimitClock;
  readonly #summary: (kind: string, suppressed: number) => void;

  /** `summary` is called at the end of a window in which lines were held back. */
  constructor(clock: LimitClock, summary: (kind: string, suppressed: number) => void) {
    this.#clock = clock;
    this.#summary = summary;
  }

  /** Whether a line of this kind may be written now; `about` is its object. */
  pass(kind: string, about: string = ''): boolean {
    const window = this.#windows.get(kind) ?? this.#open(kind);
    const passed = window.passedAbout.get(about) ?? 0;
    if (passed < LIMIT_BURST && window.passed < LIMIT_KIND_BURST) {
      window.passed += 1;
      window.passedAbout.set(about, passed + 1);
      return true;
    }
    window.suppressed += 1;
    return false;
  }

  /** Closes all windows and reports what they held back. */
  close(): void {
    for (const kind of [...this.#windows.keys()]) this.#end(kind);
  }

  #open(kind: string): Window {
    if (this.#windows.size >= LIMIT_KINDS_MAX) {
      const oldest = this.#windows.keys().next();
      if (oldest.done !== true) this.#end(oldest.value);
    }
    const cancel = this.#clock.later(LIMIT_WINDOW_MS, () => this.#end(kind));
    const window: Window = { passed: 0, passedAbout: new Map(), suppressed: 0, cancel };
    this.#windows.set(kind, window);
    return window;
  }

  #end(kind: string): void {
    const window = this.#windows.get(kind);
    if (window === undefined) return;
    window.cancel();
    this.#windows.delete(kind);
    if (window.suppressed > 0) this.#summary(kind, window.suppressed);
  }
}
