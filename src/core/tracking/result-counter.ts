/**
 * Results of a tracked script in a row, as keepalived counts them (keywords `rise` and `fall`): a counter from 0 to rise + fall - 1; the
 * script is good from `rise` on. Reaching `rise` sets it to its maximum, leaving it to 0. The first result decides alone.
 */

/** How many results change the state. */
export interface ResultLimits {
  readonly rise: number;
  readonly fall: number;
}

/** The counter of one script. */
export class ResultCounter {
  #limits: ResultLimits;
  /** Undefined before the first result. */
  #count: number | undefined;

  constructor(limits: ResultLimits, isUp?: boolean) {
    this.#limits = limits;
    if (isUp !== undefined) this.#count = isUp ? this.#max : 0;
  }

  /** Whether the script is good; undefined before the first result. */
  get isUp(): boolean | undefined {
    return this.#count === undefined ? undefined : this.#count >= this.#limits.rise;
  }

  /** Takes a result. */
  take(isGood: boolean): void {
    const { rise } = this.#limits;
    if (this.#count === undefined) {
      this.#count = isGood ? this.#max : 0;
    } else if (isGood) {
      const next = Math.min(this.#max, this.#count + 1);
      this.#count = next === rise ? this.#max : next;
    } else {
      const next = this.#count - 1;
      this.#count = next < rise && this.#count >= rise ? 0 : Math.max(0, next);
    }
  }

  /** Other limits: the state stays, and counts in full. */
  configure(limits: ResultLimits): void {
    if (limits.rise === this.#limits.rise && limits.fall === this.#limits.fall) return;
    const { isUp } = this;
    this.#limits = limits;
    if (isUp !== undefined) this.#count = isUp ? this.#max : 0;
  }

  get #max(): number {
    return this.#limits.rise + this.#limits.fall - 1;
  }
}
