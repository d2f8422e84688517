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
    throw new Error(explainNpm(error.output ?? error.message));
  }
}

/** npm's error codes that have one cause, and what a person is told. */
const NPM_REFUSALS = [
  {
    pattern:
      /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    text: 'npm does not reach its registry: is there a network, and does `npm config get registry` name one that is there?',
  },
  { pattern: /\bENOSPC\b/, text: 'no space is left on the disk' },
  {
    pattern: /\b(?:EACCES|EPERM|EROFS)\b/,
    text: 'npm may not write there: does the directory belong to the user who runs this?',
  },
];

/** What npm's output means: in one line and the first line that names the cause, or npm's own words where we know none better. */
export function explainNpm(output) {
  const lines = output.split('\n');
  for (const { pattern, text } of NPM_REFUSALS) {
    // Behind the code alone, npm tells what it wanted.
    const named = lines.filter((row) => pattern.test(row));
    const longest = named.toSorted((a, b) => b.length - a.length)[0];
    if (longest !== undefined) return `${text}\n${longest.replace(/^npm error /, 'npm: ')}`;
  }
  // npm says what is wrong first, and then explains itself at length.
  return lines.slice(0, FAILURE_LINES_MAX).join('\n');
}
