/** Work in slices, for texts of tens of thousands of servers: the loop gets its turn in between. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that can be halted after each slice, so that the loop gets its turn. */
export type Slices = Generator<undefined, void, undefined>;

/** Writes something for each item; can be halted after some of them, for there are tens of thousands. */
export function* each<T>(items: Iterable<T>, write: (item: T) => void): Slices {
  let left = ITEMS_PER_SLICE;
  for (const item of items) {
    if (left === 0) {
      yield;
      left = ITEMS_PER_SLICE;
    }
    left -= 1;
    write(item);
  }
}

/** Well below a millisecond of work. */
const ITEMS_PER_SLICE = 200;

/** Work on an exposition before the loop gets a turn, milliseconds. */
const SLICE_MS = 20;

/** Does work to its end, with turns of the loop in between. */
export async function inSlices(work: Slices): Promise<void> {
  let startMs = performance.now();
  while (work.next().done !== true) {
    if (performance.now() - startMs < SLICE_MS) continue;
    await nextTurn();
    startMs = performance.now();
  }
  await nextTurn();
}
