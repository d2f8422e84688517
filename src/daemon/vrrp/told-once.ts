/** Troubles that come again and again, each told once until it is over or has another cause. */
import type { Trouble } from '../../core/facts/troubles.ts';

/** What was told already and is still so. */
export class ToldOnce {
  readonly #tell: (trouble: Trouble) => void;
  readonly #told = new Map<string, string>();

  constructor(tell: (trouble: Trouble) => void) {
    this.#tell = tell;
  }

  /** Tells a trouble with `what`, unless it was told. */
  tell(what: string, trouble: Trouble): void {
    if (this.#told.get(what) === trouble.errno) return;
    this.#told.set(what, trouble.errno);
    this.#tell(trouble);
  }

  /** It is over with `what`. */
  over(what: string): void {
    this.#told.delete(what);
  }
}
