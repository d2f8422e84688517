/**
 * "Did you mean": the nearest of a list of known words, by edit distance with transpositions. Used for
 * keywords, options and names alike.
 */

/** The known word nearest to `word`, if one is near enough to be meant; ties go to the first. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const wanted = fold(word);
  const allowed = wanted.length <= 3 ? 1 : wanted.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of known) {
    const folded = fold(candidate);
    if (Math.abs(folded.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, folded, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The suggestion phrase for a word, or undefined when nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

/**
 * The same for the entries of one list: a word that another entry names already was not meant. What is left is found out once for all of them, and
 * only when one is wrong.
 */
export function suggesterFor(
  known: () => Iterable<string>,
  listed: () => Iterable<string>,
): (word: string) => string | undefined {
  let others: Set<string> | undefined;
  return (word) => {
    if (others === undefined) {
      others = new Set(known());
      for (const one of listed()) others.delete(one);
    }
    return didYouMean(word, others);
  };
}

/** Letter case and the choice of `-`, `_` or nothing between parts are the commonest slips. */
function fold(word: string): string {
  return word.slice(0, MAX_WORD).toLowerCase().replaceAll('-', '_');
}

/** Longer words are compared by their beginning. */
const MAX_WORD = 64;

/** Optimal string alignment distance; gives up with `limit` once it cannot be below. */
function editDistance(a: string, b: string, limit: number): number {
  let previous: number[] = [];
  let current: number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let lowest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(
        (current[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (current[j - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2);
      if (swapped && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) {
        cost = Math.min(cost, (previous[j - 2] ?? 0) + 1);
      }
      next.push(cost);
      lowest = Math.min(lowest, cost);
    }
    if (lowest >= limit) return limit;
    previous = current;
    current = next;
  }
  return current[b.length] ?? limit;
}
