// `npm run fuzz`: each decoder on damaged samples, for as long as is asked. See fuzz/README.md.
import { runBundled } from './support/run-bundled.mjs';

await runBundled('test/fuzz/main.ts', process.argv.slice(2));
