/** Random clusters under random faults, by seed. */
import { describe, expect, it } from 'vitest';
import { runSeed } from './run.ts';

/** Runs of a usual test; TANDEM_SIM_RUNS makes more. */
const RUNS = Number(process.env['TANDEM_SIM_RUNS'] ?? 600);
const FIRST_SEED = Number(process.env['TANDEM_SIM_FIRST'] ?? 1);
const ONLY = process.env['TANDEM_SIM_SEED'];

/** Seeds that have found something, and what it was. */
const REGRESSIONS: readonly (readonly [number, string])[] = [
  [300, 'Masters whose AH numbers run in step took each other for replays'],
  [1919, 'the same with two routers'],
];

function verify(seed: number, isLoud: boolean = false): void {
  const { violation, story, run } = runSeed(seed, { tells: isLoud });
  const plan = JSON.stringify(run.plan);
  if (isLoud) process.stdout.write(`seed ${seed} ${plan}\n${story.join('\n')}\n`);
  if (violation === undefined) return;
  const tail = story.slice(-40).join('\n');
  expect.fail(`seed ${seed}: ${violation.stack}\n${plan}\n${tail}`);
}

describe.runIf(ONLY === undefined)('random clusters', () => {
  const chunk = Math.ceil(RUNS / 10);
  it.each(Array.from({ length: 10 }, (_, i) => [FIRST_SEED + i * chunk, chunk] as const))(
    'seeds from %i (%i of them): safe under faults, one right Master after healing',
    (first, count) => {
      for (let seed = first; seed < first + count; seed++) verify(seed);
    },
    600_000,
  );
});

describe.runIf(ONLY === undefined && REGRESSIONS.length > 0)('regressions', () => {
  it.each(REGRESSIONS)('seed %i: %s', (seed) => verify(seed));
});

// Not `runIf`: without a seed there is no such test, and nothing is skipped.
if (ONLY !== undefined) it(`seed ${ONLY}`, () => verify(Number(ONLY), true));

it('a run is told by its seed', () => {
  expect(runSeed(7)).toEqual(runSeed(7));
});
