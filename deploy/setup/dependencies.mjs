/**
 * The npm packages: installed by `npm ci` when `node_modules` does not hold what the lock file says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './terminal.mjs';

const FAILURE_LINES_MAX = 20;

/** True when `node_modules` holds exactly what the lock file asks for (packages for other platforms aside). */
export function dependenciesAreCurrent(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const present = installed[path];
    if (present === undefined) return entry.optional === true || entry.peer === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
}

/** Installs the npm packages; returns how many there are. */
export async function installDependencies(root) {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev'];
  try {
    const output = await run(['npm', 'ci', ...flags], { cwd: root });
    return /added (\d+) packages/.exec(output)?.[1];
  } catch (error) {
    // npm says what is wrong first, and then explains itself at length.
    const lines = (error.output ?? error.message).split('\n').slice(0, FAILURE_LINES_MAX);
    throw new Error(lines.join('\n'));
  }
}
