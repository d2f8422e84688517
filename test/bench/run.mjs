// `npm run bench`: all benchmarks one after the other, or those named: `npm run bench -- config failover`.
import { spawnSync } from 'node:child_process';

const BENCHES = ['config', 'health-core', 'health', 'failover', 'start', 'ipvs'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${BENCHES.join(', ')}\n`);
  process.exit(2);
}
for (const name of BENCHES) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`\n== ${name}\n\n`);
  const file = new URL(`${name}.mjs`, import.meta.url).pathname;
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
