/**
 * `npm run sanitize`: builds the native module with AddressSanitizer and UndefinedBehaviorSanitizer, runs the tests that load it, and puts the
 * ordinary build back. A sanitizer that finds something ends the test process with a report. The exit status is that of the tests.
 */
import { execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { prepare } from './lab/setup/setup.mjs';
import { heading, run, step } from './lab/setup/terminal.mjs';

const root = resolve(import.meta.dirname, '..');
/** Files below them use sockets, timers and probes of the native module. */
const TESTS = ['test/unit/dgram-extensions', 'test/unit/drivers', 'test/unit/daemon'];

/** They take two minutes; a test that blocks its process has no other limit. */
const MS_MAX = 900_000;

const build = (flag, env) =>
  run([process.execPath, 'src/dgram-extensions/build.mjs', flag], { cwd: root, env });

try {
  heading('Set-up');
  await prepare(root);
  await sanitize();
} catch (error) {
  if (process.env.DEBUG !== undefined) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}

async function sanitize() {
  heading('Sanitizers');
  const env = sanitizerEnvironment();
  try {
    await step('native module', () => build('--sanitize', env));
    process.exitCode = await runTests(env);
  } finally {
    await step('ordinary build again', () => build('--force-check', {}));
  }
}

/** Shows the tests as they run; resolves with their exit status. */
function runTests(env) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'];
  const argv = [...vitest, '--project', 'unit', ...TESTS];
  const stdio = ['ignore', 'inherit', 'inherit'];
  const options = { cwd: root, env: { ...process.env, ...env }, stdio, timeout: MS_MAX };
  const child = spawn(process.execPath, argv, options);
  return new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)));
}

/** Node.js itself is not instrumented, so that the library must be there before it; its own leaks are not our business. */
function sanitizerEnvironment() {
  const library = (name) =>
    execFileSync(process.env.CC ?? 'cc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
  return {
    LD_PRELOAD: `${library('libasan.so')}:${library('libubsan.so')}`,
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  };
}
