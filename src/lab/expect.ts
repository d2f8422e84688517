/**
 * Waiting for a state: poll a predicate until it holds or a limit has passed. The lab never sleeps for a fixed time; whatever it
 * waits for is named, bounded, and reported with what was seen last.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Bounds of a wait. */
export interface ExpectOptions {
  /** Milliseconds after which the wait fails. */
  readonly withinMs: number;
  /** Milliseconds between two looks; 50 by default. */
  readonly everyMs?: number;
}

/** A state did not come about in time. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** What a successful wait found. */
export interface Expected<T> {
  /** The value the predicate returned. */
  readonly value: T;
  /** Milliseconds from the start of the wait until the predicate held. */
  readonly elapsedMs: number;
}

const POLL_INTERVAL_MS = 50;

/**
 * Polls `look` until it returns something other than `undefined` or `false`.
 * A look that throws counts as "not yet"; its message is part of the failure.
 *
 * @throws ExpectationError when the limit has passed.
 */
export async function expectWithin<T>(
  description: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: ExpectOptions,
): Promise<Expected<T>> {
  const start = performance.now();
  let last = '';
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) {
        return { value, elapsedMs: performance.now() - start };
      }
      last = '';
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() - start >= options.withinMs) {
      const why = last === '' ? '' : ` (${last})`;
      throw new ExpectationError(`not within ${options.withinMs} ms: ${description}${why}`);
    }
    await delay(options.everyMs ?? POLL_INTERVAL_MS);
  }
}
