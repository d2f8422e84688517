/**
 * `npm test`: set-up, compiler, linter, then the unit and lab tests. Everything runs even when something fails, so that one run tells all. The
 * last line is `N passed, N failed` (with `, N skipped` when there are any); the exit status is 0 only when nothing failed.
 *
 * `npm test -- unit` or `npm test -- lab`, optionally followed by file name filters, runs that part only. `npm test -- --node 24` runs the unit
 * tests and the scenarios of the lab with that version of Node.js; with a part or filters behind it, those. `--kernel KIND` runs the lab in that
 * kernel (`test/lab/setup/kernel.mjs`).
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findKernel, useKernel } from './lab/setup/kernel.mjs';
import { nodeOfVersion } from './lab/setup/node-version.mjs';
import { prepareQemu } from './lab/setup/qemu.mjs';
import { compile, prepare, typescript } from './lab/setup/setup.mjs';
import { heading, paint, run, step } from './lab/setup/terminal.mjs';
import { Reporter } from './reporter.mjs';

const root = resolve(import.meta.dirname, '..');
/** The parts of a run, each with its lanes: projects in `vitest.config.ts` that run one after the other, beside the other lanes where that is possible. */
const PARTS = { unit: [['unit']], lab: [['lab', 'alone'], ['guest']] };
const LINTED = ['src', 'test', 'deploy', 'conf'];
/** What proves another version of Node.js, by part: file name filters; none = all files. */
const PROOF = { unit: [], lab: ['test/lab/scenarios.test.ts'] };
/** The file whose tests run in a second kernel. */
const SECOND_KERNEL_TEST = 'test/kernel/second-kernel.test.ts';
/** Tells the processes of this run that what one has found out holds for all. */
const RUN_VARIABLE = 'TANDEM_LAB_RUN';
/** How many guests may run at a time; one when it is not set. */
const GUESTS_VARIABLE = 'TANDEM_LAB_GUESTS';
/** A guest of User-mode Linux has one processor, and waits for half of its time. */
const GUESTS_AT_A_TIME = 2;
/** Failures that are shown once more at the end, and lines of each. */
const FAILURES_SHOWN_MAX = 20;
const FAILURE_LINES_MAX = 25;
/** Set for the run within the run, which another version of Node.js does. */
const PROOF_VARIABLE = 'TANDEM_TEST_PROOF';

const { values, positionals } = parseArgs({
  options: { node: { type: 'string' }, kernel: { type: 'string' } },
  allowPositionals: true,
});
if (values.kernel !== undefined) useKernel(values.kernel);
if (values.node === undefined) await runTests();
else await runWithNode(values.node);

async function runTests() {
  const [first, ...rest] = positionals;
  const isPart = first !== undefined && Object.hasOwn(PARTS, first);
  const parts = isPart ? [first] : Object.keys(PARTS);
  const filters = isPart ? rest : positionals;
  const isProof = process.env[PROOF_VARIABLE] !== undefined && positionals.length === 0;
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const skips = [];
  const failures = [];

  heading('Set-up');
  if (await succeeds(() => prepare(root))) {
    heading('Checks');
    const check = async (work) => {
      totals[(await succeeds(work)) ? 'passed' : 'failed'] += 1;
    };
    await check(() => compile(root));
    await check(() => step('types of the tests', () => typescript(root, ['-p', 'test'])));
    await check(() => step('lint and format', lint));
    for (const part of parts) {
      const files = isProof ? PROOF[part] : filters;
      let areTogether = false;
      if (part === 'lab') await check(async () => (areTogether = await findLabKernels(files)));
      heading(`Tests: ${part}`);
      const lane = (projects) => inTurn(projects, (project) => test(project, files));
      const runs = areTogether
        ? await Promise.all(PARTS[part].map(lane))
        : await inTurn(PARTS[part], lane);
      for (const reporter of runs.flat()) {
        for (const name of Object.keys(totals)) totals[name] += reporter.counts[name];
        skips.push(...reporter.skips);
        failures.push(...reporter.failures);
      }
    }
  } else {
    totals.failed += 1;
  }
  report(totals, skips, failures);
}

/** The same run in that version of Node.js: it is what `process.execPath` of the tests, and so what the lab starts programs with. */
async function runWithNode(version) {
  let program;
  try {
    program = await nodeOfVersion(root, version);
  } catch {
    // The step has printed why.
    report({ passed: 0, failed: 1, skipped: 0 }, [], []);
    return;
  }
  const child = spawn(program, [import.meta.filename, ...positionals], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, [PROOF_VARIABLE]: '1' },
  });
  process.exitCode = await new Promise((end) => child.once('close', (status) => end(status ?? 1)));
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

/**
 * Finds the kernel for the lab, and gets the second for the tests that want it: without that they are skipped and say why. True where what runs in the
 * guest may run beside what runs on this machine: User-mode Linux has one processor, and leaves the other to the rest. Two guests run then, too.
 */
async function findLabKernels(filters) {
  heading('Lab kernels');
  process.env[RUN_VARIABLE] = String(process.pid);
  const { kind } = await findKernel(root);
  const isWanted = filters.length === 0 || filters.some((one) => SECOND_KERNEL_TEST.includes(one));
  if (isWanted && values.kernel === undefined) await succeeds(() => prepareQemu(root));
  const areTogether = kind === 'uml' && availableParallelism() > 1;
  if (areTogether) process.env[GUESTS_VARIABLE] = String(GUESTS_AT_A_TIME);
  return areTogether;
}

async function lint() {
  const flags = ['--config-path=test/lint.json', '--diagnostic-level=warn', '--max-diagnostics=50'];
  await run(['node_modules/.bin/biome', 'check', ...flags, ...LINTED], { cwd: root });
}

async function inTurn(items, work) {
  const results = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Runs the tests of one project; resolves with the reporter, which has counted them. */
async function test(project, filters) {
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
  const mark = reporter.counts.failed > 0 ? paint('red', '✗') : paint('green', '✓');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`  ${mark} ${project}: ${summary(reporter.counts)} in ${seconds} s\n`);
  return reporter;
}

/** What a reader looks for stands at the end, whatever came between. */
function report(totals, skips, failures) {
  if (skips.length > 0) {
    heading('Skipped');
    for (const { test, reason } of skips) {
      process.stdout.write(`  ${paint('yellow', '-')} ${test}\n      ${paint('dim', reason)}\n`);
    }
  }
  if (failures.length > 0) {
    heading('Failed');
    process.stdout.write(`${failures.slice(0, FAILURES_SHOWN_MAX).map(cut).join('\n')}\n`);
  }
  const more =
    'npm run sanitize (the native module), npm test -- --node 24 (another version of Node.js)';
  process.stdout.write(`\n${paint('dim', `Not part of this run: ${more}`)}\n`);
  process.stdout.write(`\n${summary(totals)}\n`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

/** A failure with a large difference must not push the others away. */
function cut(text) {
  const lines = text.split('\n');
  if (lines.length <= FAILURE_LINES_MAX) return text;
  return [
    ...lines.slice(0, FAILURE_LINES_MAX),
    `      (${lines.length - FAILURE_LINES_MAX} more lines above)`,
  ].join('\n');
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
