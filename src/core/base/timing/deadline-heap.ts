/**
 * A binary heap of things with a deadline, so that a router with a thousand instances finds the earliest in
 * constant time and follows a change in logarithmic time. Each item is in the heap once; its place is kept
 * in a side table, and `update` moves it after its deadline has changed.
 */
import { invariant } from '../assert.ts';
import type { Instant } from '../time.ts';

/** Anything that exposes when it wants to be woken. */
export interface DeadlineItem {
  readonly deadline: Instant | undefined;
}

/** Items ordered by deadline; those without one are not in the heap. */
export class DeadlineHeap<T extends DeadlineItem> {
  readonly #items: T[] = [];
  /** The deadlines as the heap knows them: an item's own may have moved since. */
  readonly #keys: Instant[] = [];
  readonly #places = new Map<T, number>();

  /** The earliest deadline as of the last updates. */
  get deadline(): Instant | undefined {
    return this.#keys[0];
  }

  /** The item with the earliest deadline. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Takes the item's present deadline over: inserts, moves or removes it. */
  update(item: T): void {
    const deadline = item.deadline;
    if (deadline === undefined) {
      this.remove(item);
      return;
    }
    const place = this.#places.get(item);
    if (place === undefined) {
      this.#items.push(item);
      this.#keys.push(deadline);
      this.#places.set(item, this.#items.length - 1);
      this.#up(this.#items.length - 1);
      return;
    }
    const before = this.#keyAt(place);
    if (before === deadline) return;
    this.#keys[place] = deadline;
    if (deadline < before) this.#up(place);
    else this.#down(place);
  }

  /** Takes an item out; harmless when it is not in. */
  remove(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    const last = this.#items.length - 1;
    this.#swap(place, last);
    this.#items.pop();
    this.#keys.pop();
    this.#places.delete(item);
    if (place < last) {
      this.#up(place);
      this.#down(place);
    }
  }

  #up(start: number): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#keyAt(parent) <= this.#keyAt(place)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #down(start: number): void {
    let place = start;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#items.length) return;
      const right = left + 1;
      const least =
        right < this.#items.length && this.#keyAt(right) < this.#keyAt(left) ? right : left;
      if (this.#keyAt(place) <= this.#keyAt(least)) return;
      this.#swap(place, least);
      place = least;
    }
  }

  #swap(a: number, b: number): void {
    if (a === b) return;
    const itemA = this.#itemAt(a);
    const itemB = this.#itemAt(b);
    const keyA = this.#keyAt(a);
    this.#keys[a] = this.#keyAt(b);
    this.#keys[b] = keyA;
    this.#items[a] = itemB;
    this.#items[b] = itemA;
    this.#places.set(itemA, b);
    this.#places.set(itemB, a);
  }

  #itemAt(place: number): T {
    const item = this.#items[place];
    invariant(item !== undefined, 'heap place without item');
    return item;
  }

  #keyAt(place: number): Instant {
    const key = this.#keys[place];
    invariant(key !== undefined, 'heap place without key');
    return key;
  }
}
