/**
 * Runs scenarios in the kernel it is started in: `node run-scenarios.js DIRECTORY tandem|keepalived NAME...`. Leaves the reports in
 * `DIRECTORY/reports.json`; the exit status is 0 when every scenario came to its end.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isScenarioName, runScenarios } from '../../scenarios/catalogue.ts';

const [directory = '', kind = '', ...names] = process.argv.slice(2);
const director = kind === 'keepalived' ? 'keepalived' : 'tandem';
const start = performance.now();

const reports = await runScenarios(names.filter(isScenarioName), {
  director,
  directory,
  log: (text) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${text}\n`);
  },
});
writeFileSync(join(directory, 'reports.json'), JSON.stringify(reports, undefined, 2));
process.exitCode = reports.every((report) => report.error === undefined) ? 0 : 1;
