/** Each decoder on damaged samples, for a moment; `npm run fuzz` goes on for hours. */
import { expect, test } from 'vitest';
import { attempt, fuzz, inputOf } from './engine.ts';
import { TARGETS } from './targets.ts';

/** Time for each decoder, milliseconds, and inputs at most: most decoders get these. */
const MOMENT_MS = 250;
const RUNS = 3_000;
const STEP = 10;

/** The same inputs each time; `npm run fuzz` takes others. */
const SEED = 1;

test.each(TARGETS)('$name', { timeout: 60_000 }, (target) => {
  const until = performance.now() + MOMENT_MS;
  for (let from = 0; from < RUNS && performance.now() < until; from += STEP) {
    const { failure } = fuzz(target, SEED, { runs: STEP }, from);
    if (failure === undefined) continue;
    const { index, input, message } = failure;
    const again = `npm run fuzz -- --decoder ${target.name} --seed ${SEED} --at ${index}`;
    expect.fail(`${message}\ninput, made small: ${Buffer.from(input).toString('hex')}\n${again}`);
  }
});

test('an input follows from its seed and number, and a failing one is made small', () => {
  const target = {
    name: 'no 7',
    samples: [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)],
    run: (input: Uint8Array) => {
      if (input.includes(7)) throw new Error('a seven');
    },
  };
  const { failure } = fuzz(target, 3, { runs: 100 });
  expect(failure?.input).toEqual(Uint8Array.of(7));
  const index = failure?.index ?? 0;
  expect(attempt(target, inputOf(target, 3, index), 3, index)).toMatch(/a seven/);
});
