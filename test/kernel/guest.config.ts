/** Vitest for the suites that run inside a guest or a namespace of their own. */
import { defineConfig } from 'vitest/config';

/** Suites that run in a namespace or a guest of their own; the file system of a guest is read-only. */
export default defineConfig({
  cacheDir: '/tmp/tandem-vitest-cache',
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/kernel/*.guest.ts'],
    cache: false,
    fileParallelism: false,
    isolate: false,
    pool: 'threads',
    testTimeout: 60_000,
  },
});
