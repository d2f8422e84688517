// The kernel's table of IPVS: Tandem beside keepalived with the same file, in one User-mode Linux guest.
//   node test/bench/ipvs.mjs [--sizes=500x5000,2300x37000] [--idle=10] [--only=tandem]
// From exec to the complete table, a reload with no change and with one, what it costs in CPU time and netlink requests, the peak memory of all
// processes; and restoring and saving the same table with `ipvsadm` and `tandem ipvs`. Needs root, the build (`npm run build`), keepalived,
// ipvsadm, cc and the guest's kernel (`npm test -- --kernel uml` gets it). `ipvs-inside.mjs` is what runs in the guest, `ipvs-count.c` counts.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootGuest } from '../dist/kit/guests/guest.js';
import { UML } from '../dist/kit/guests/uml.js';

const TIMEOUT_MS = 1_200_000;
const here = (name) => new URL(name, import.meta.url).pathname;

const missing = UML.missing();
if (missing !== undefined) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}
const built = here('../../.lab/bench-ipvs-count');
mkdirSync(built, { recursive: true });
const counter = join(built, 'count.so');
execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', counter, here('ipvs-count.c')]);
const guest = bootGuest(UML, {
  argv: [
    process.execPath,
    here('ipvs-inside.mjs'),
    `--counter=${counter}`,
    ...process.argv.slice(2),
  ],
  directory: here('../../.lab/bench-ipvs'),
  timeoutMs: TIMEOUT_MS,
  memoryMb: 3_072,
});
const { status } = await guest.follow({
  timeoutMs: TIMEOUT_MS,
  onOutput: (text) => process.stdout.write(text),
});
process.exitCode = status ?? 1;
