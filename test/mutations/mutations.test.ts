/** Every planted fault still has its place, and some that are caught at once are. `npm run mutate` does all. */
import { expect, test } from 'vitest';
import { mutated } from './apply.ts';
import { MUTATIONS } from './mutations.ts';
import { simulate } from './suites.ts';

/** Caught within a few seeds. */
const QUICK = [
  'left-over-addresses-stay-at-the-start',
  'lower-priority-wins',
  'addresses-stay-on-leaving-master',
  'displaced-master-says-farewell',
  'group-does-not-follow-down',
];

test('each still has its place', () => {
  for (const mutation of MUTATIONS) expect(mutated(mutation)).toContain(mutation.replace);
});

test('names are unique', () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
});

test.each(QUICK)('%s is caught by the simulator', { timeout: 120_000 }, async (name) => {
  const mutation = MUTATIONS.find((one) => one.name === name);
  expect(mutation && (await simulate(mutation))).toMatch(/^seed \d+: /);
});
