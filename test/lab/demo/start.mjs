/**
 * `npm start`: set-up, then the demonstration (`test/lab/demo/`). Options after `--`: see `npm start -- --help`.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findKernel, takeKernelOption } from '../setup/kernel.mjs';
import { compile, prepare } from '../setup/setup.mjs';
import { heading } from '../setup/terminal.mjs';

const root = resolve(import.meta.dirname, '..', '..', '..');
const program = resolve(root, 'test', 'dist', 'demo', 'launch.js');
const args = optionsOf(process.argv.slice(2));
const hasColour = process.stdout.isTTY || process.env.FORCE_COLOR === '1';

/** Questions to a lab that runs already need no set-up. */
const needsSetUp = !existsSync(program) || !['--in', '--stop', '--help'].includes(args[0]);

process.exitCode = (await setUp()) ? await run() : 1;

/** The arguments without those for the set-up; ends the program when they make no sense. */
function optionsOf(words) {
  try {
    return takeKernelOption(words);
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    process.exit(2);
  }
}

async function setUp() {
  if (!needsSetUp) return true;
  try {
    heading('Set-up');
    await prepare(root);
    await compile(root);
    await findKernel(root);
    return true;
  } catch (error) {
    if (process.env.DEBUG !== undefined) process.stderr.write(`${error.stack}\n`);
    process.stdout.write('\nThe set-up did not succeed; the reason stands above.\n');
    return false;
  }
}

async function run() {
  const { launch } = await import(program);
  return launch(args, hasColour);
}
