/** Pairs the objects of two lists by identity: what is gone first, then the new list in its order. */

/** Old and new of one identity; one of them is undefined where it exists on one side only. */
export type Pair<T> = readonly [T | undefined, T | undefined];

/** All pairs. Of several with one key on a side, each further one counts as another object. */
export function pairUp<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (object: T) => string,
): Pair<T>[] {
  const [left, right] = [numbered(before, keyOf), numbered(after, keyOf)];
  const gone: Pair<T>[] = [];
  for (const [key, old] of left) if (!right.has(key)) gone.push([old, undefined]);
  return [...gone, ...Array.from(right, ([key, next]): Pair<T> => [left.get(key), next])];
}

function numbered<T>(objects: readonly T[], keyOf: (object: T) => string): Map<string, T> {
  const found = new Map<string, T>();
  for (const object of objects) {
    const key = keyOf(object);
    let free = key;
    for (let count = 2; found.has(free); count++) free = `${key} #${count}`;
    found.set(free, object);
  }
  return found;
}
