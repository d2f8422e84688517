/**
 * Runs one decoder on damaged samples: it may refuse an input, but with a value, within a bounded time, and without keeping memory. Input number
 * `i` follows from seed and number alone, so that one input is run again without those before it.
 */
import { SeededRandom } from '../support/random.ts';
import { damagedSample } from './damage-bytes.ts';

/** Longest time of the processor for one input, milliseconds: far more than any takes, also while code is cold. */
const TIME_MAX_MS = 4_000;

/** Inputs that are tried to make a failing one small. */
const TRIES_MAX = 500;

/** What the heap may grow by over all inputs, bytes; garbage that was not collected yet is in it. */
const MEMORY_MAX = 400 * 1024 * 1024;

/** How often memory is looked at, in inputs. */
const MEMORY_LOOK = 20_000;

/** A decoder under test. */
export interface FuzzTarget {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Pieces that mean something in its inputs. */
  readonly pieces?: readonly Uint8Array[];
  /** Decodes, and throws when something is wrong with that; `random` is for what is not in the bytes. */
  run(input: Uint8Array, random: SeededRandom): void;
}

/** How long to go on: so many inputs, or until a time of `performance.now()`. */
export type FuzzBudget = { readonly runs: number } | { readonly until: number };

/** An input with which a decoder fails. */
export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly index: number;
  /** As small as it was made. */
  readonly input: Uint8Array;
  readonly message: string;
}

/** What came of it. */
export interface FuzzReport {
  readonly runs: number;
  readonly failure: FuzzFailure | undefined;
}

/** Fuzzes one decoder, from input number `from`. */
export function fuzz(target: FuzzTarget, seed: number, budget: FuzzBudget, from = 0): FuzzReport {
  const goesOn = (runs: number): boolean =>
    'runs' in budget ? runs < budget.runs : performance.now() < budget.until;
  const before = process.memoryUsage().heapUsed;
  let runs = 0;
  for (; goesOn(runs); runs++) {
    const index = from + runs;
    const message = attempt(target, inputOf(target, seed, index), seed, index);
    if (message !== undefined) {
      return { runs, failure: failureOf(target, seed, index, message) };
    }
    if (runs % MEMORY_LOOK === MEMORY_LOOK - 1) {
      const grown = process.memoryUsage().heapUsed - before;
      if (grown > MEMORY_MAX) {
        return { runs, failure: failureOf(target, seed, index, `${grown} bytes are kept`) };
      }
    }
  }
  return { runs, failure: undefined };
}

/** Runs one input of a caller's; what is wrong, or undefined. */
export function attempt(
  target: FuzzTarget,
  input: Uint8Array,
  seed: number,
  index: number,
): string | undefined {
  const start = process.cpuUsage();
  try {
    target.run(input, randomOf(seed, index + 0.5));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1_000;
  return took > TIME_MAX_MS ? `took ${took.toFixed(0)} ms` : undefined;
}

/** The input of that number. */
export function inputOf(target: FuzzTarget, seed: number, index: number): Uint8Array {
  return damagedSample(target.samples, randomOf(seed, index), target.pieces);
}

function randomOf(seed: number, index: number): SeededRandom {
  return new SeededRandom(
    Math.imul(seed, 0x9e3779b1) ^ Math.imul(Math.floor(index * 2), 0x85ebca6b),
  );
}

function failureOf(target: FuzzTarget, seed: number, index: number, message: string): FuzzFailure {
  const fails = (input: Uint8Array): boolean => attempt(target, input, seed, index) !== undefined;
  const input = smallest(inputOf(target, seed, index), fails);
  return {
    target: target.name,
    seed,
    index,
    input,
    message: attempt(target, input, seed, index) ?? message,
  };
}

/** Leaves bytes out as long as it still fails. */
function smallest(input: Uint8Array, fails: (input: Uint8Array) => boolean): Uint8Array {
  let best = input;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at + size <= best.length; ) {
      const shorter = Uint8Array.from([...best.slice(0, at), ...best.slice(at + size)]);
      tries += 1;
      if (tries <= TRIES_MAX && fails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
