/**
 * A small seeded generator (mulberry32). The cores may not use the language's own randomness: the
 * same seed has to give the same run again. Good enough to spread start times; not for secrets.
 */

/** Uniform numbers in [0, 1). */
export type RandomSource = () => number;

/** A generator that gives the same sequence for the same seed (any number; its low 32 bits count). */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
