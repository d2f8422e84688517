/** Facts about traffic, for the level `debug`. While nobody wants them, none is made and none is sent. */
import type { TraceFact, TraceReport } from '../../core/facts/trace-facts.ts';

/** Reports traffic of one process while it is on. */
export class Trace {
  readonly #report: (report: TraceReport) => void;
  #isOn = false;

  constructor(report: (report: TraceReport) => void) {
    this.#report = report;
  }

  /** Whether traffic is reported. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Switches it on or off. */
  turn(isOn: boolean): void {
    this.#isOn = isOn;
  }

  /** Reports what `make` makes; while it is off, `make` is not called. */
  say(make: () => TraceFact): void {
    if (this.#isOn) this.#report({ type: 'trace', fact: make() });
  }
}
