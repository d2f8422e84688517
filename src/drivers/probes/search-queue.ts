/**
 * Searches of regular expressions, one in each turn of the loop: a search takes some tenths of a second at
 * the very worst, and the answers of many servers can come in one turn. Between two of them the loop lets
 * timers, heartbeats and other probes pass.
 */

const waiting: (() => void)[] = [];
let isScheduled = false;

/** Runs `search` in a turn of its own, after those that wait already. The result takes it back. */
export function searchLater(search: () => void): () => void {
  let isCancelled = false;
  waiting.push(() => {
    if (!isCancelled) search();
  });
  schedule();
  return () => {
    isCancelled = true;
  };
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    const next = waiting.shift();
    if (waiting.length > 0) schedule();
    next?.();
  });
}
