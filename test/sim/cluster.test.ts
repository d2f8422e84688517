/** Random clusters under random faults, by seed. `npm run sim` runs many more, and longer ones. */
import { describe, expect, it } from 'vitest';
import { drawRun, play, runSeed } from './run.ts';
import { shrink } from './shrink.ts';
import { trace } from './trace.ts';

/** Seeds of a usual test, each with one round of faults. */
const RUNS = 240;
const FIRST_SEED = 1;
const CHUNKS = 6;

function verify(seed: number): void {
  const result = runSeed(seed);
  if (result.violation === undefined) return;
  const told = play(shrink(result).run, { tells: true });
  expect.fail(
    `seed ${seed}: ${result.violation.message}\n${trace(told)}\nnpm run sim -- --seed ${seed} --rounds 1`,
  );
}

describe('random clusters', () => {
  const chunk = RUNS / CHUNKS;
  it.each(Array.from({ length: CHUNKS }, (_, i) => [FIRST_SEED + i * chunk, chunk] as const))(
    'seeds from %i (%i of them): safe under faults, one right Master after healing',
    (first, count) => {
      for (let seed = first; seed < first + count; seed++) verify(seed);
    },
    600_000,
  );
});

describe('a run', () => {
  it('is told by its seed', () => {
    expect(runSeed(7)).toEqual(runSeed(7));
  });

  it('is nearly the same without one of its faults', () => {
    const run = drawRun(7, () => 2);
    const [first = [], second = []] = run.rounds;
    expect(play({ ...run, rounds: [[], second.slice(1)] }).violation).toBeUndefined();
    expect(play({ ...run, rounds: [first.slice(0, 3), []] }).violation).toBeUndefined();
  });
});
