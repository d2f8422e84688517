/**
 * Test projects: `unit` runs in parallel and in seconds; `lab` drives real processes on this machine's kernel, `guest` in another kernel, a few
 * files at a time. `alone` is what would be disturbed by other files of the lab, or disturb them.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What runs in a guest kernel, where this machine's has no IPVS. */
const GUEST = [
  'test/lab/scenarios.test.ts',
  'test/lab/mishaps.test.ts',
  'test/lab/systemd.test.ts',
  'test/lab/tables.test.ts',
  'test/kernel/**/*.test.ts',
];

/** Elections within a tenth of a second of the protocol's limit; the lab itself, whose leavings any other file would clear away. */
const ALONE = ['test/lab/election.test.ts', 'test/lab/lab.test.ts'];

/** Files of the lab at a time: each has namespaces and directories of its own, and waits for peers and timers most of the time. */
const LAB_FILES_AT_A_TIME = availableParallelism() > 1 ? 3 : 1;

/** Guests at a time: set by `npm test` where they are of the light kind. */
const GUESTS_AT_A_TIME = Number(process.env['TANDEM_LAB_GUESTS'] ?? 1);

/** Boots, waits for peers, checks that fail. */
const PATIENT = { testTimeout: 120_000, hookTimeout: 180_000 };

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
          exclude: [...GUEST, ...ALONE],
          ...PATIENT,
          maxWorkers: LAB_FILES_AT_A_TIME,
        },
      },
      { test: { name: 'alone', include: ALONE, ...PATIENT, maxWorkers: 1 } },
      { test: { name: 'guest', include: GUEST, ...PATIENT, maxWorkers: GUESTS_AT_A_TIME } },
    ],
  },
});
