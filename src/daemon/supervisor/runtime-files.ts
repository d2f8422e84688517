/**
 * The runtime directory and the PID file. What lies there is trusted by a successor and written by root, so
 * that nothing of it may be somebody else's: no link is followed, no foreign file is written or read.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type DirectoryLock, OsError } from 'dgram-extensions';
import { err, ok, type Result } from '../../core/base/result.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import { wrongAncestor } from './trusted-path.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const DIRECTORY_MODE = 0o755;
const PID_FILE_MODE = 0o644;
const PRIVATE_MODE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * As `mkdir -p`. Throws the error of mkdir. (Node's own, told to be recursive, never ends where the kernel
 * makes no directories, as in /proc.)
 */
export function makeDirectory(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const parent = dirname(path);
    if (parent === path || existsSync(parent)) throw error;
    makeDirectory(parent);
    makeOne(path);
  }
}

/** Whatever the mask of new files is: a directory that nobody may search is of no use. */
function makeOne(path: string): void {
  mkdirSync(path, { mode: DIRECTORY_MODE });
  chmodSync(path, DIRECTORY_MODE);
}

/**
 * Makes the runtime directory where there is none, and holds it: one supervisor at a time. The error is a line
 * for the operator.
 *
 * @param lock locks a directory; throws OsError
 */
export function holdRuntimeDirectory(
  given: string,
  lock: (path: string) => DirectoryLock,
): Result<DirectoryLock, string> {
  // A slash at the end would follow a link.
  const path = resolve(given);
  const refused = (reason: string): Result<DirectoryLock, string> =>
    err(`the runtime directory ${path} ${reason}`);
  let held: DirectoryLock;
  try {
    const above = wrongAncestor(path);
    if (above !== undefined) return refused(`cannot be trusted: ${above}`);
    makeDirectory(path);
    held = lock(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (error instanceof OsError && code === 'EAGAIN') return refused(heldBy(path));
    if (error instanceof OsError && (code === 'ENOTDIR' || code === 'ELOOP')) {
      return refused('is a symbolic link: name the directory itself');
    }
    return refused(`cannot be used: ${message}`);
  }
  const reason = foreign(fstatSync(held.fd));
  if (reason === undefined) return ok(held);
  held.close();
  return refused(`${reason}: others could change what is kept there`);
}

function isOurs({ uid }: Stats): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/** Why something is not ours alone, or undefined. */
function foreign(found: Stats): string | undefined {
  if (!isOurs(found)) {
    return `belongs to the user with the number ${found.uid}`;
  }
  if ((found.mode & WRITABLE_BY_OTHERS) === 0) return undefined;
  return `may be written by others (mode ${(found.mode & 0o7777).toString(8)})`;
}

/** /proc/locks (proc(5)) names the process by the inode; in another PID namespace it cannot. */
function heldBy(path: string): string {
  try {
    const inode = `:${statSync(path).ino}`;
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, kind, , , pid = '0', file = ''] = line.split(/\s+/);
      if (kind === 'FLOCK' && Number(pid) > 0 && file.endsWith(inode)) {
        return `is in use by another Tandem, process ${pid}`;
      }
    }
  } catch {
    // Without /proc the answer is shorter.
  }
  return 'is in use by another Tandem';
}

/** Writes a process id; why it could not, or undefined. A link, a FIFO and the like are refused. */
export function writePidFile(path: string, pid: number): Trouble | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, PID_FILE_MODE);
    const found = fstatSync(fd);
    // A second name of a file could be one of somebody else's choice; the owner of a file can rewrite it.
    if (!found.isFile() || found.nlink > 1 || !isOurs(found)) throw notOurs();
    ftruncateSync(fd);
    writeSync(fd, `${pid}\n`);
    // Whatever the mask of new files is: scripts of other users read it.
    fchmodSync(fd, PID_FILE_MODE);
    return undefined;
  } catch (error) {
    return fileTrouble('write-pid-file', path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Removes the PID file; why it could not, or undefined. */
export function removePidFile(path: string): Trouble | undefined {
  const trouble = removeFile(path);
  return trouble && { ...trouble, operation: 'remove-pid-file' };
}

/** Makes a new file of this name with this content, readable by us alone; a file of that name goes. Throws as `open` and `write`. */
export function writeNewFile(path: string, text: string): void {
  rmSync(path, { force: true });
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** As `replaceOwnFile`, for a dump. */
export function writeDump(path: string, text: string): Trouble | undefined {
  return replaceOwnFile(path, text, 'write-dump');
}

/**
 * Puts a file of this name in the place of what bears it, as a whole and readable by us alone: a reader finds the old text or the new
 * one. A link there goes, and what it points to stays. Why it could not, or undefined.
 */
export function replaceOwnFile(
  path: string,
  text: string,
  operation: Trouble['operation'] = 'save-configuration',
): Trouble | undefined {
  // In a directory where others may write, nobody knows this name beforehand.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  let isDrafted = false;
  try {
    writeNewFile(draft, text);
    isDrafted = true;
    renameSync(draft, path);
    return undefined;
  } catch (error) {
    if (isDrafted) rmSync(draft, { force: true });
    return fileTrouble(operation, path, error);
  }
}

/**
 * A directory for copies of the configuration, which have its secrets: made where there is none, and for us alone. Why not, or undefined. One that
 * is there, and the way to it, has to be ours: a link of somebody else would lead what we write to where he may not write.
 */
export function makeCopyDirectory(path: string): Trouble | undefined {
  const inside = join(resolve(path), '_');
  const refused = (reason: string): Trouble => {
    const detail = `${reason}: others could read or change what is kept there`;
    return { operation: 'save-configuration', about: path, errno: '', detail };
  };
  try {
    const before = wrongAncestor(inside);
    if (before !== undefined) return refused(before);
    if (!existsSync(path)) {
      mkdirSync(path, { mode: PRIVATE_MODE });
      chmodSync(path, PRIVATE_MODE);
    }
    const after = wrongAncestor(inside) ?? foreign(statSync(path));
    if (after !== undefined) return refused(after);
    if (!statSync(path).isDirectory()) throw notDirectory();
    return undefined;
  } catch (error) {
    return fileTrouble('save-configuration', path, error);
  }
}

/** Removes a file; why it could not, or undefined. One that is not there is no failure. */
export function removeFile(path: string): Trouble | undefined {
  try {
    unlinkSync(path);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return fileTrouble('remove-file', path, error);
  }
}

/** The content of a file of ours. Throws as `open`; EPERM when it is a link, not a file, somebody else's or larger than `bytesMax`. */
export function readOwnFile(path: string, bytesMax: number): string {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(fd);
    if (!found.isFile() || found.size > bytesMax || foreign(found) !== undefined) throw notOurs();
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function notDirectory(): Error {
  return Object.assign(new Error('it is no directory'), { code: 'ENOTDIR' });
}

function notOurs(): Error {
  return Object.assign(new Error('it is not an ordinary file of ours'), { code: 'EPERM' });
}

/** A failed operation on a file, for the log. The message of a system call repeats what the operation says. */
export function fileTrouble(
  operation: Trouble['operation'],
  path: string,
  error: unknown,
): Trouble {
  const { code = '', message, syscall } = error as NodeJS.ErrnoException;
  const detail = code === 'ELOOP' ? 'it is a symbolic link' : message;
  const isKnown = syscall === undefined || code === 'ELOOP';
  return { operation, about: path, errno: code, ...(isKnown && { detail }) };
}
