/**
 * Waiting for a state: poll a predicate until it holds or a limit has passed. The lab never sleeps for a fixed time; whatever it
 * waits for is named, bounded, and reported with what was seen last.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Bounds of a wait. */
export interface ExpectOptions {
  /** Milliseconds after which the wait fails; `PATIENCE` times as many in a slow guest. */
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

/** Set in guests whose processor is emulated: how many times longer everything may take there. */
export const PATIENCE_VARIABLE = 'TANDEM_LAB_PATIENCE';
/**
 * Least time between two looks in a guest. Most of them start a program, which takes tens of milliseconds of its one processor, and that is wanted
 * by what is waited for.
 */
const GUEST_POLL_INTERVAL_MS = 100;
const intervalMin = process.env[PATIENCE_VARIABLE] === undefined ? 0 : GUEST_POLL_INTERVAL_MS;
/** Factor on the limits of waits; 1 but in such a guest. */
export const PATIENCE: number = Number(process.env[PATIENCE_VARIABLE] ?? 1);

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
    const limitMs = options.withinMs * PATIENCE;
    if (performance.now() - start >= limitMs) {
      const why = last === '' ? '' : ` (${last})`;
      throw new ExpectationError(`not within ${limitMs} ms: ${description}${why}`);
    }
    await delay(Math.max(options.everyMs ?? POLL_INTERVAL_MS, intervalMin));
  }
}
