/**
 * A named pipe that lines are written to and that nobody need read: opened for both directions and without waiting, so
 * that a write never waits either. One that is there is used as it is; one that we made is removed at the end.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run: (program: string, words: readonly string[]) => Promise<{ readonly stdout: string }> =
  promisify(execFile);

/** Mode of a FIFO that is made: keepalived's 0644 less its umask 0177. */
const MODE = '600';
const FLAGS = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const WRITABLE_BY_ALL = 0o002;

const ANOTHER = 'there is something else at this path, not a FIFO';

/** Where it is, and whose it is when it has to be made. */
export interface FifoPlace {
  readonly path: string;
  /** Absent: `userIfAny`, else ours. */
  readonly user?: string;
  /** A user that need not exist. */
  readonly userIfAny?: string;
  /** Absent: that of the user. */
  readonly group?: string;
  /** One that is there is ours as well: a process before this one made it. */
  readonly isOurs?: boolean;
}

/** An open FIFO. */
export class Fifo {
  readonly path: string;
  readonly #fd: number;
  /** It is removed at the end. */
  readonly isOurs: boolean;
  readonly #stats: Stats;

  private constructor(path: string, fd: number, isOurs: boolean) {
    this.path = path;
    this.#fd = fd;
    this.isOurs = isOurs;
    this.#stats = fstatSync(fd);
  }

  /** Opens it, and makes it when there is none. Rejects with what an operator can act on. */
  static async open(place: FifoPlace): Promise<Fifo> {
    const { path } = place;
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFIFO()) throw new Error(ANOTHER);
    if (found === undefined) await make(place);
    const fd = openSync(path, FLAGS);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFIFO()) throw new Error(ANOTHER);
      if (found !== undefined) await refuseStranger(place, stats);
      return new Fifo(path, fd, found === undefined || place.isOurs === true);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** True while a reader that opens the path gets this pipe. */
  get isInPlace(): boolean {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    return found !== undefined && found.ino === this.#stats.ino && found.dev === this.#stats.dev;
  }

  /** Writes a text of at most 4,096 bytes at once; false when the pipe has no room for it. Throws what else is wrong. */
  write(text: string): boolean {
    try {
      writeSync(this.#fd, text);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return false;
      throw error;
    }
  }

  /** Closes it, so that a reader sees its end, and removes it when it is ours. */
  close(): void {
    if (this.isOurs && this.isInPlace) {
      try {
        unlinkSync(this.path);
      } catch {
        // The directory is gone or closed to us: nothing of ours is lost.
      }
    }
    closeSync(this.#fd);
  }
}

/**
 * Where everybody may make files (/tmp), one that is there may be anybody's, who could write into it what the reader takes for ours. There it has to
 * belong to us, to the owner of the directory or to the user of the keyword; the kernel has the same rule, where it is switched on
 * (fs.protected_fifos, proc_sys_fs(5)). Elsewhere whoever may write the directory has made it for its reader.
 */
async function refuseStranger(place: FifoPlace, { uid }: Stats): Promise<void> {
  const { uid: directoryUid, mode } = statSync(dirname(place.path));
  if ((mode & WRITABLE_BY_ALL) === 0) return;
  if (uid === 0 || uid === process.geteuid?.() || uid === directoryUid) return;
  const user = place.user ?? place.userIfAny;
  if (user !== undefined && (await uidOf(user)) === uid) return;
  throw new Error(
    `the user with the number ${uid} has made it, in a directory where everybody may; remove it, or name its user behind the path`,
  );
}

/** Node makes no FIFOs and knows no names of users. */
async function make({ path, user, userIfAny, group }: FifoPlace): Promise<void> {
  await said(run('mkfifo', ['-m', MODE, '--', path]));
  const isThere =
    user === undefined && userIfAny !== undefined && (await uidOf(userIfAny)) !== undefined;
  const owner = ownerOf(isThere ? userIfAny : user, group);
  if (owner === undefined) return;
  try {
    await give(path, owner);
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}

/** Gives the pipe itself away, not what its path leads to by then: who may write the directory could have put another file there. */
async function give(path: string, owner: string): Promise<void> {
  const fd = openSync(path, FLAGS);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFIFO() || stats.uid !== process.geteuid?.()) throw new Error(ANOTHER);
    const chown = spawn('chown', ['--', owner, '/proc/self/fd/3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
    });
    await said(endOf(chown));
  } finally {
    closeSync(fd);
  }
}

/** Rejects, with what it wrote, unless the status is 0. */
function endOf(program: ChildProcess): Promise<void> {
  let stderr = '';
  program.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    program.once('error', reject);
    program.once('close', (status) => {
      if (status === 0) resolve();
      else reject(Object.assign(new Error(`chown ended with status ${status}`), { stderr }));
    });
  });
}

/** Undefined when there is no such user. */
async function uidOf(user: string): Promise<number | undefined> {
  try {
    return Number((await run('id', ['-u', '--', user])).stdout);
  } catch {
    return undefined;
  }
}

/** `user:group`; a user alone brings its own group. */
function ownerOf(user: string | undefined, group: string | undefined): string | undefined {
  const name = group?.replace(/^:/, '') ?? '';
  return user === undefined ? undefined : `${user}:${name}`;
}

/** A program's last line is what it complains about. */
async function said(running: Promise<unknown>): Promise<void> {
  try {
    await running;
  } catch (error) {
    const stderr = (error as { readonly stderr?: string }).stderr ?? '';
    const line = stderr.trim().split('\n').at(-1) ?? '';
    throw line === '' ? error : new Error(line);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
