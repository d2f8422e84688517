/** Replacing a file as a whole: a reader, or a crash, finds the old text or the new one. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** Writes a file that exists; mode and owner stay. Returns what went wrong, or undefined. */
export function replaceFile(name: string, text: string): string | undefined {
  let temporary: string | undefined;
  try {
    // A symbolic link goes on pointing to the file.
    const path = realpathSync(name);
    const { mode, uid, gid } = statSync(path);
    temporary = `${path}.${randomBytes(6).toString('hex')}`;
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    const own = statSync(temporary);
    if (own.uid !== uid || own.gid !== gid) chownSync(temporary, uid, gid);
    chmodSync(temporary, mode & 0o7777);
    renameSync(temporary, path);
    return undefined;
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return error instanceof Error ? error.message : String(error);
  }
}
