/** Assertions about our own code. Input from outside is never asserted, it is decoded or diagnosed. */

/** A broken invariant: a mistake of ours. The process stops and its parent restarts it. */
export class InvariantError extends Error {
  override readonly name: string = 'InvariantError';
  readonly code: string = 'INVARIANT';
}

/** Throws InvariantError with `message` unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Marks a branch that the types rule out; throws InvariantError when it is reached all the same. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
