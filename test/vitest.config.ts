/** Test projects: `unit` runs in parallel and in seconds; `lab` drives real processes, one file at a time. */
import { defineConfig } from 'vitest/config';

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
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts', 'test/kernel/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
