/**
 * `npm run mutate`: plants each fault and runs the suites that should notice it. Says which suite caught it, and which faults survive.
 *
 *   npm run mutate                  all
 *   npm run mutate -- NAME ...      those
 *   npm run mutate -- --sim-only    with the simulator alone
 */
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations.ts';
import { isSimulated, simulate, unitTest } from './suites.ts';

const { values, positionals } = parseArgs({
  options: { 'sim-only': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !MUTATIONS.some((one) => one.name === name));
if (unknown.length > 0) throw new Error(`no mutation ${unknown.join(', ')}`);
const chosen = MUTATIONS.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
const survivors: string[] = [];
for (const mutation of chosen) {
  const caught =
    (isSimulated(mutation) ? await simulate(mutation) : undefined) ??
    (values['sim-only'] ? undefined : await unitTest(mutation));
  if (caught === undefined) survivors.push(mutation.name);
  process.stdout.write(`${mutation.name}: ${caught ?? 'SURVIVES'}\n`);
}
process.stdout.write(`${chosen.length} mutations, ${survivors.length} survive\n`);
process.exitCode = survivors.length === 0 ? 0 : 1;
