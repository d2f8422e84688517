/** What came of a program that was run, and how that is said. */
import { exactSpanText } from '../base/span-text.ts';
import type { Duration } from '../base/time.ts';

/**
 * What came of a program.
 *
 * - `exited`: it ended by itself; status 0 is success.
 * - `killed`: a signal ended it that was not ours (`SIGSEGV`).
 * - `timed-out`: it ran longer than its limit and did not end by itself when it was asked to.
 * - `not-started`: the system could not start it: no such user, no such file, no interpreter.
 * - `refused`: too many waited in its lane, or its key was in use.
 * - `cancelled`: it was taken back, or Tandem stops.
 * - `lost`: the process that ran it is gone; nobody knows.
 */
export type ProgramOutcome =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly limit: Duration }
  | { readonly kind: 'not-started'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: 'too-many' | 'key-in-use' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'lost' };

/** True for the end of a program that did what it was to do. */
export function hasSucceeded(outcome: ProgramOutcome): boolean {
  return outcome.kind === 'exited' && outcome.status === 0;
}

/** An outcome in a few words: `exit status 1`, `no end within 3 s`. */
export function outcomeText(outcome: ProgramOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exit status ${outcome.status}`;
    case 'killed':
      return `ended by ${outcome.signal}`;
    case 'timed-out':
      return `no end within ${exactSpanText(outcome.limit)}`;
    case 'not-started':
      return `cannot be started: ${outcome.reason}`;
    case 'refused':
      return outcome.reason === 'too-many'
        ? 'not started: too many programs wait already'
        : 'not started: it runs already';
    case 'cancelled':
      return 'taken back';
    case 'lost':
      return 'no result: the runner process died';
  }
}
