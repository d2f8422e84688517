/**
 * `npm test`: set-up, compiler, linter, then the unit and lab tests. Everything runs even when something fails, so that one run tells all. The
 * last line is `N passed, N failed` (with `, N skipped` when there are any); the exit status is 0 only when nothing failed.
 *
 * `npm test -- unit` or `npm test -- lab`, optionally followed by file name filters, runs that part only.
 */
import { resolve } from 'node:path';
import { compile, prepare, typescript } from '../deploy/setup/setup.mjs';
import { heading, paint, run, step } from '../deploy/setup/terminal.mjs';
import { Reporter } from './reporter.mjs';

const root = resolve(import.meta.dirname, '..');
const PROJECTS = ['unit', 'lab'];
const LINTED = ['src', 'test', 'deploy', 'conf'];

const [first, ...rest] = process.argv.slice(2);
const projects = PROJECTS.includes(first) ? [first] : PROJECTS;
const filters = PROJECTS.includes(first) ? rest : process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const skips = [];

heading('Set-up');
if (await succeeds(() => prepare(root))) {
  heading('Checks');
  await check(() => compile(root));
  await check(() => step('types of the tests', () => typescript(root, ['-p', 'test'])));
  await check(() => step('lint and format', lint));
  for (const project of projects) await test(project);
} else {
  totals.failed += 1;
}
report();

/** Something that counts as one passed or failed test of its own. */
async function check(work) {
  totals[(await succeeds(work)) ? 'passed' : 'failed'] += 1;
}

/** True when `work` does not throw. What it throws has been printed by `step`. */
async function succeeds(work) {
  try {
    await work();
    return true;
  } catch (error) {
    if (process.env.DEBUG !== undefined) process.stdout.write(`${error.stack}\n`);
    return false;
  }
}

async function lint() {
  const flags = ['--config-path=test/lint.json', '--diagnostic-level=warn', '--max-diagnostics=50'];
  await run(['node_modules/.bin/biome', 'check', ...flags, ...LINTED], { cwd: root });
}

async function test(project) {
  heading(`Tests: ${project}`);
  const { startVitest } = await import('vitest/node');
  const start = performance.now();
  const reporter = new Reporter();
  const vitest = await startVitest('test', filters, {
    root,
    config: 'test/vitest.config.ts',
    project: [project],
    reporters: [reporter],
    watch: false,
    passWithNoTests: true,
  });
  await vitest.close();
  for (const name of Object.keys(totals)) totals[name] += reporter.counts[name];
  skips.push(...reporter.skips);
  const mark = reporter.counts.failed > 0 ? paint('red', '✗') : paint('green', '✓');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`  ${mark} ${summary(reporter.counts)} in ${seconds} s\n`);
}

function report() {
  if (skips.length > 0) {
    heading('Skipped');
    for (const { test, reason } of skips) {
      process.stdout.write(`  ${paint('yellow', '-')} ${test}\n      ${paint('dim', reason)}\n`);
    }
  }
  process.stdout.write(`\n${summary(totals)}\n`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
