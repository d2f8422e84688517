// `npm run sim`: the simulator as one file, compiled for this run. See sim/README.md.
import { runBundled } from './support/run-bundled.mjs';

await runBundled('test/sim/main.ts', process.argv.slice(2));
