/**
 * A queue that gives several owners fair shares of one worker, by what their work costs and not by how much of it
 * there is (weighted fair queueing with equal weights). Cheap work passes work that costs more; an owner whose work is
 * dear waits longer for its next turn; everybody gets a turn in the end.
 */

/** Work that waits. */
interface Entry<T> {
  readonly owner: string;
  /** On a clock that runs with the cost of the work done: when it would end if all owners were served at once. */
  readonly start: number;
  readonly end: number;
  readonly item: T;
}

/** Items in the order in which they are to be worked on. */
export class FairQueue<T> {
  #waiting: Entry<T>[] = [];
  /** For each owner the end of its last item. */
  readonly #ends = new Map<string, number>();
  #clock = 0;

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Adds an item of `owner` that costs `cost` (any unit, not negative). The result takes it back. */
  add(owner: string, cost: number, item: T): () => void {
    const start = Math.max(this.#clock, this.#ends.get(owner) ?? 0);
    const entry: Entry<T> = { owner, start, end: start + cost, item };
    this.#ends.set(owner, entry.end);
    this.#waiting.push(entry);
    return () => {
      const place = this.#waiting.indexOf(entry);
      if (place >= 0) this.#remove(place);
    };
  }

  /** The next item; of equals the one that waits longest. Undefined when none waits. */
  take(): T | undefined {
    let next = 0;
    for (const [place, { end }] of this.#waiting.entries()) {
      if (end < (this.#waiting[next]?.end ?? 0)) next = place;
    }
    const entry = this.#waiting[next];
    if (entry === undefined) return undefined;
    this.#clock = Math.max(this.#clock, entry.start);
    this.#remove(next);
    return entry.item;
  }

  #remove(place: number): void {
    this.#waiting.splice(place, 1);
    if (this.#waiting.length > 0) return;
    // Nobody is behind anybody: what owners have had is forgotten, and the list of them stays short.
    this.#ends.clear();
    this.#clock = 0;
  }
}
