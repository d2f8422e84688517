/**
 * `npm run sanitize`: builds the native module with AddressSanitizer and UndefinedBehaviorSanitizer, runs the tests that load it, and puts the
 * ordinary build back. A sanitizer that finds something ends the test process with a report. The exit status is that of the tests.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { prepare } from '../deploy/setup/setup.mjs';
import { heading, run, step } from '../deploy/setup/terminal.mjs';

const root = resolve(import.meta.dirname, '..');
/** Files below them use sockets, timers and probes of the native module. */
const TESTS = ['test/unit/dgram-extensions', 'test/unit/drivers', 'test/unit/daemon'];

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
    await step('its tests', async () => {
      const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'];
      const argv = [process.execPath, ...vitest, '--project', 'unit', ...TESTS];
      const output = await run(argv, { cwd: root, env });
      return /Tests .*/.exec(stripVTControlCharacters(output))?.[0];
    });
  } finally {
    await step('ordinary build again', () => build('--force-check', {}));
  }
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
