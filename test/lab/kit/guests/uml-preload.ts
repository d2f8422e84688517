/**
 * The library preloaded into User-mode Linux (`uml-xstate.c` says why), compiled into `.lab/build` when it is first needed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_STATE, REPOSITORY_ROOT } from '../paths.ts';

const SOURCE = join(REPOSITORY_ROOT, 'test', 'lab', 'kit', 'guests', 'uml-xstate.c');
const LIBRARY = join(LAB_STATE, 'build', 'uml-xstate.so');
const COMPILERS = ['cc', 'gcc', 'clang'];
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC'];

/** Path of the library, compiled now when it is not up to date. @throws Error when no compiler makes it; the message says what to do. */
export function preloadLibrary(): string {
  if (modified(LIBRARY) >= modified(SOURCE)) return LIBRARY;
  mkdirSync(join(LAB_STATE, 'build'), { recursive: true });
  // Another process may be doing the same.
  const unfinished = `${LIBRARY}.${process.pid}`;
  for (const compiler of COMPILERS) {
    const { error, status, stderr } = spawnSync(compiler, [...FLAGS, '-o', unfinished, SOURCE], {
      encoding: 'utf8',
    });
    if (error !== undefined) continue;
    if (status !== 0) {
      rmSync(unfinished, { force: true });
      throw new Error(`${compiler} could not compile ${SOURCE}:\n${stderr.trim()}`);
    }
    renameSync(unfinished, LIBRARY);
    return LIBRARY;
  }
  throw new Error(
    `User-mode Linux needs a small library, and no C compiler (${COMPILERS.join(', ')}) is here: apt-get install gcc libc6-dev`,
  );
}

/** Milliseconds of the last change; 0 when there is no such file. */
function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
