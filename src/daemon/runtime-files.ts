/** The runtime directory and the PID file. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TroubleFact } from './messages.ts';

const DIRECTORY_MODE = 0o755;

/**
 * As `mkdir -p`. Throws the error of mkdir. (Node's own, told to be recursive, never ends where the kernel
 * makes no directories, as in /proc.)
 */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: DIRECTORY_MODE });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const parent = dirname(path);
    if (parent === path || existsSync(parent)) throw error;
    makeDirectory(parent);
    mkdirSync(path, { mode: DIRECTORY_MODE });
  }
}

/** Writes our process id; why it could not, or undefined. */
export function writePidFile(path: string | undefined): TroubleFact | undefined {
  if (path === undefined) return undefined;
  try {
    writeFileSync(path, `${process.pid}\n`);
    return undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return { operation: `write the PID file ${path}`, errno: code, message: '' };
  }
}
