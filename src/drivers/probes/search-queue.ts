/**
 * Searches of regular expressions, one in each turn of the loop: a search takes some tenths of a second at
 * the very worst. Servers get fair shares of the time, so one that makes searches long delays its own.
 */
import { FairQueue } from '../../core/base/fair-queue.ts';

const searches = new FairQueue<() => void>();
let isScheduled = false;

/**
 * Runs `search` of at most `steps` steps in a turn of its own, when it is the turn of `server` (any text that is the
 * same for one server). The result takes it back.
 */
export function searchLater(server: string, steps: number, search: () => void): () => void {
  const cancel = searches.add(server, steps, search);
  schedule();
  return cancel;
}

function schedule(): void {
  if (isScheduled || searches.size === 0) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    const search = searches.take();
    schedule();
    search?.();
  });
}
