/** Virtual time: things to do, in the order of their times, then of their making. */
interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Most events without a millisecond of progress between two: more is an answer to an answer without end. */
const EVENTS_WITHOUT_PROGRESS_MAX = 100_000;

/** A queue of future events; `now` moves only by running them. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #order = 0;
  #now = 0;
  #repeats = 0;
  /** Events so far. */
  count = 0;

  /** Microseconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** Runs something at a time, at the earliest now. */
  at(time: number, run: () => void): void {
    const entry = { at: Math.max(this.#now, Math.round(time)), order: this.#order++, run };
    this.#heap.push(entry);
    let place = this.#heap.length - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      this.#heap[place] = above;
      this.#heap[parent] = entry;
      place = parent;
    }
  }

  /** Runs everything up to a time, which is the present then. */
  runUntil(time: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= time; next = this.#heap[0]) {
      this.#removeFirst();
      this.#repeats = next.at - this.#now < 1_000 ? this.#repeats + 1 : 0;
      if (this.#repeats > EVENTS_WITHOUT_PROGRESS_MAX)
        throw new Error(`no progress at ${next.at} us`);
      this.#now = next.at;
      this.count += 1;
      next.run();
    }
    this.#now = Math.max(this.#now, time);
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let place = 0;
    for (;;) {
      let least = 2 * place + 1;
      const left = this.#heap[least];
      if (left === undefined) break;
      const right = this.#heap[least + 1];
      if (right !== undefined && isBefore(right, left)) least += 1;
      const child = this.#heap[least];
      if (child === undefined || isBefore(last, child)) break;
      this.#heap[place] = child;
      place = least;
    }
    this.#heap[place] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
