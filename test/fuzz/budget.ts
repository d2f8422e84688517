/** How long properties run: a smoke run by default, a soak when `TANDEM_FUZZ_SECONDS` is set. */
import type { Parameters } from 'fast-check';

const SECONDS = Number(process.env['TANDEM_FUZZ_SECONDS'] ?? '0');
/** More runs than any soak gets through. */
const ENDLESS = 1_000_000_000;

/** Parameters for a property that a smoke run gives `runs` inputs. */
export function budget<T>(runs: number): Parameters<T> {
  if (SECONDS <= 0) return { numRuns: runs };
  return { numRuns: ENDLESS, interruptAfterTimeLimit: SECONDS * 1000 };
}

/** Limit for a test in milliseconds: a soak ends itself well within. */
export const TIMEOUT_MS: number = 60_000 + SECONDS * 2_000;
