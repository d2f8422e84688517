/** The generator that spreads first probes. */
import { expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/base/seeded-random.ts';

it('gives the same numbers for the same seed, others for another', () => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

it('fills [0, 1) evenly', () => {
  const random = seededRandom(42);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const bucket = Math.floor(random() * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(buckets.length).toBe(10);
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
