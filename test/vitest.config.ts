/**
 * Test projects: `unit` runs in parallel and in seconds; `lab` drives real processes on this machine's kernel, `guest` in another kernel, each one
 * file at a time.
 */
import { defineConfig } from 'vitest/config';

/** What runs in a guest kernel, where this machine's has no IPVS. */
const GUEST = [
  'test/lab/scenarios.test.ts',
  'test/lab/mishaps.test.ts',
  'test/kernel/**/*.test.ts',
];

/** Boots, waits for peers, checks that fail. */
const PATIENT = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/kernel/**', 'test/bench/**'],
          // The files share what they import: with modules loaded anew for each of them, loading took longer than the tests.
          isolate: false,
          maxWorkers: '100%',
          // Properties run hundreds of cases; a machine that is busy with something else is no failure.
          testTimeout: 30_000,
          setupFiles: ['test/support/property-seed.ts'],
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          exclude: GUEST,
          ...PATIENT,
        },
      },
      { test: { name: 'guest', include: GUEST, ...PATIENT } },
    ],
  },
});
