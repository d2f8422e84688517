/**
 * Deadlines of tens of thousands of checks. Time is cut into slots of 20 ms; what falls into one slot
 * is due in one wake-up. A heap orders the slots that hold something, so the earliest is read in
 * O(1) and an entry goes in in O(1), or O(log slots) when it opens a slot. Nothing comes before its
 * time: a deadline is rounded up to the end of its slot.
 */
import { type Instant, instant } from '../time.ts';

/** Width of a slot, in microseconds: short beside any sensible period, long enough to share a wake-up. */
export const SLOT_WIDTH_US = 20_000;

/** What can be queued; the queue owns `dueSlot` and nobody else writes it. */
export interface SlotEntry {
  /** Number of the slot the entry waits in; undefined when it waits in none. */
  dueSlot: number | undefined;
}

/** A queue of entries by the instant they are due; each entry is in it once at most. */
export class SlotQueue<Entry extends SlotEntry> {
  readonly #slots = new Map<number, Entry[]>();
  /** Binary heap of the keys of `#slots`. */
  readonly #heap: number[] = [];

  /** The end of the earliest slot in use; undefined when nothing waits. */
  get deadline(): Instant | undefined {
    const first = this.#heap[0];
    return first === undefined ? undefined : instant(first * SLOT_WIDTH_US);
  }

  /** Queues `entry` for `due`, or moves it there. */
  schedule(entry: Entry, due: Instant): void {
    const slot = Math.ceil(due / SLOT_WIDTH_US);
    if (entry.dueSlot === slot) return;
    entry.dueSlot = slot;
    const entries = this.#slots.get(slot);
    if (entries !== undefined) {
      entries.push(entry);
      return;
    }
    this.#slots.set(slot, [entry]);
    this.#pushSlot(slot);
  }

  /** Takes `entry` out; no matter when it is in none. Its place in the slot is dropped when the slot is due. */
  remove(entry: Entry): void {
    entry.dueSlot = undefined;
  }

  /** Takes out everything that is due at `now`, in order of slots, then of queueing. */
  takeDue(now: Instant): Entry[] {
    const due: Entry[] = [];
    for (;;) {
      const slot = this.#heap[0];
      if (slot === undefined || slot * SLOT_WIDTH_US > now) return due;
      this.#popSlot();
      for (const entry of this.#slots.get(slot) ?? []) {
        if (entry.dueSlot !== slot) continue;
        entry.dueSlot = undefined;
        due.push(entry);
      }
      this.#slots.delete(slot);
    }
  }

  #pushSlot(slot: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] ?? slot;
      if (above <= slot) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = slot;
  }

  #popSlot(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && right < below) {
        child += 1;
        below = right;
      }
      if (below >= last) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}
