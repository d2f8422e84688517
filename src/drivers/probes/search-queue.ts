/**
 * Searches of regular expressions, one in each turn of the loop: a search takes some tenths of a second at
 * the very worst.
 */
import { TurnQueue } from './turn-queue.ts';

const searches = new TurnQueue(0);

/** Runs `search` in a turn of its own, after those that wait already. The result takes it back. */
export function searchLater(search: () => void): () => void {
  let isCancelled = false;
  searches.add(() => {
    if (!isCancelled) search();
  });
  return () => {
    isCancelled = true;
  };
}
