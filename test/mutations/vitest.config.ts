/** The unit tests with one fault planted in what they test: `TANDEM_MUTATION` names it. */
import { defineConfig } from 'vitest/config';
import { planted } from './apply.ts';
import { MUTATIONS } from './mutations.ts';

const name = process.env['TANDEM_MUTATION'];
const mutation = MUTATIONS.find((one) => one.name === name);
if (mutation === undefined) throw new Error(`no mutation ${name}`);

export default defineConfig({
  plugins: [planted(mutation)],
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    isolate: false,
    testTimeout: 30_000,
  },
});
