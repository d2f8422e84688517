/**
 * Values by number that come and go hundreds of times a second, few at a time. A `Map` of few entries makes a new table with every few
 * changes, and V8 keeps such a table, with all that it held, alive by the one before it until the next full collection. Entries that stay
 * make tables last for a thousand changes; that is a sixth of the CPU time of a TCP_CHECK (measured with Node 20).
 */

/** So many entries stay. */
const STAYING = 1_024;

/** A table of values by a number that is not negative. */
export class ShortLived<V> {
  readonly #values = new Map<number, V | undefined>();

  constructor() {
    this.clear();
  }

  /** How many there are. */
  get size(): number {
    return this.#values.size - STAYING;
  }

  /** The value of a number; undefined where there is none. */
  get(number: number): V | undefined {
    return this.#values.get(number);
  }

  /** Gives a number a value, in place of what it had. */
  set(number: number, value: V): void {
    this.#values.set(number, value);
  }

  /** Takes the value of a number out; false when there was none. */
  delete(number: number): boolean {
    return this.#values.delete(number);
  }

  /** All values. */
  all(): V[] {
    return [...this.#values.values()].filter((value) => value !== undefined);
  }

  /** Takes all out. */
  clear(): void {
    this.#values.clear();
    for (let number = 1; number <= STAYING; number++) this.#values.set(-number, undefined);
  }
}
