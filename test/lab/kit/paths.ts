/**
 * Where the lab finds the built program and keeps its working files. Everything is relative to the repository root, which
 * is three levels up from this file both in `test/lab/kit` and in `test/dist/kit`, so the same code works from either.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute path of the repository root. */
export const REPOSITORY_ROOT: string = resolve(import.meta.dirname, '..', '..', '..');

/**
 * The built program: `node MAIN_PROGRAM run -f FILE`. It is the bundle, as it is installed: a start of it costs less than half of one that reads
 * hundreds of files, and a guest pays for each of them. `TANDEM_LAB_PROGRAM=dist` takes the files as the compiler leaves them.
 */
export const MAIN_PROGRAM: string = join(
  REPOSITORY_ROOT,
  process.env['TANDEM_LAB_PROGRAM'] === 'dist' ? 'dist' : 'bundle/dist',
  'main.js',
);

/** Directory of the lab's own built programs (web server, client, runner). */
export const LAB_PROGRAMS: string = join(REPOSITORY_ROOT, 'test', 'dist', 'kit', 'programs');

/** Directory of the sample configurations. */
export const CONF_DIRECTORY: string = join(REPOSITORY_ROOT, 'conf');

/** Working files of labs (logs, captures, generated configurations): kept after a run so that a failure can be read. */
export const LAB_STATE: string = join(REPOSITORY_ROOT, '.lab');

/** Parent of the nodes' runtime directories, one for each namespace and of the same name. */
export const RUNTIME_ROOT = '/run/tandem-lab';

/** Makes and returns a working directory `.lab/NAME`; existing files in it are left alone. */
export function labDirectory(name: string): string {
  const directory = join(LAB_STATE, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}
