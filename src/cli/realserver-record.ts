/** The record of what setups changed on this host: a file below `/run`, which is gone after a restart of the host as they are. */
import { join } from 'node:path';
import { err, ok, type Result } from '../core/base/result.ts';
import { type Change, readRecord, recordText } from '../core/realserver/record.ts';
import {
  makeDirectory,
  readOwnFile,
  removeFile,
  replaceOwnFile,
} from '../daemon/supervisor/runtime-files.ts';

const NAME = 'realserver.json';
const BYTES_MAX = 16 << 20;

/** What setups changed, in order; the error is a line for people. */
export function readChanges(recordDir: string): Result<readonly Change[], string> {
  const path = join(recordDir, NAME);
  try {
    const changes = readRecord(readOwnFile(path, BYTES_MAX));
    return changes === undefined ? err(`${path} is not a record of a setup`) : ok(changes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? ok([]) : err(`${path} cannot be read: ${message}`);
  }
}

/** Writes it; without changes the file goes. Why it could not, or undefined. */
export function writeChanges(recordDir: string, changes: readonly Change[]): string | undefined {
  const path = join(recordDir, NAME);
  try {
    makeDirectory(recordDir);
  } catch (error) {
    return `${recordDir} cannot be made: ${(error as Error).message}`;
  }
  const trouble =
    changes.length === 0 ? removeFile(path) : replaceOwnFile(path, recordText(changes));
  return trouble && `${path} cannot be written: ${trouble.detail ?? trouble.errno}`;
}
