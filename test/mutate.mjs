// `npm run mutate`: faults planted in the machines, and the suites that have to notice them. See mutations/README.md.
import { runBundled } from './support/run-bundled.mjs';

await runBundled('test/mutations/run.ts', process.argv.slice(2));
