/**
 * Files read in a process of its own, so that a file system that does not answer holds neither the caller nor the
 * end of its process. The process is forked without starting a program (about a millisecond) and serves
 * any number of files.
 */

import { readSync, writeSync } from 'node:fs';
import { native } from './native.ts';
import { checked, OsError } from './os-error.ts';

/** What was found at a path. */
export interface ApartFile {
  /** `st_mode`. Its file type is 0 for files that the kernel makes up, as in /proc: they are never read. */
  readonly mode: number;
  /** The first bytes of a regular file; empty for all else. The null device counts as an empty regular file. */
  readonly bytes: Uint8Array;
}

const ETIMEDOUT = -110;
const EIO = -5;
const NUMBER_BYTES = 4;

/** Reads files, one at a time, waiting for each no longer than its limit. */
export class ApartReader {
  readonly #limitUs: number;
  #fd = -1;

  /** `limitUs` is the time for one file, in microseconds. The process starts with the first file. */
  constructor(limitUs: number) {
    this.#limitUs = limitUs;
  }

  /**
   * The file at `path` with at most `bytesMax` of its bytes; 0 looks at it without opening. Follows links. Throws
   * OsError: ETIMEDOUT past the limit (the next call starts a new process), EAGAIN for a file that changed
   * while it was read, and what open(2) and read(2) say.
   */
  read(path: string, bytesMax: number): ApartFile {
    const name = Buffer.from(path, 'utf8');
    if (name.length >= PATH_MAX || name.includes(0))
      throw new OsError(`open(${path})`, ENAMETOOLONG);
    this.#start();
    const deadlineUs = native().monotonicUs() + this.#limitUs;
    try {
      const sizes = new Uint8Array(Uint32Array.of(bytesMax, name.length).buffer);
      writeSync(this.#fd, Buffer.concat([sizes, name]));
      const result = this.#number(deadlineUs);
      const mode = this.#number(deadlineUs);
      checked(`open(${path})`, result);
      const bytes = (mode & S_IFMT) === S_IFREG ? this.#content(path, deadlineUs) : EMPTY;
      return { mode, bytes };
    } catch (error) {
      if (error instanceof OsError && error.errno !== ETIMEDOUT && error.errno !== EIO) throw error;
      this.close();
      const isLate = error instanceof OsError && error.errno === ETIMEDOUT;
      throw new OsError(`read(${path})`, isLate ? ETIMEDOUT : EIO);
    }
  }

  /** Ends the process. Twice is harmless, and so is reading on: it starts another one. */
  close(): void {
    if (this.#fd < 0) return;
    native().close(this.#fd);
    this.#fd = -1;
  }

  #start(): void {
    if (this.#fd >= 0) return;
    this.#fd = checked('fork', native().apartOpen(SLICE_US));
  }

  #content(path: string, deadlineUs: number): Uint8Array {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const length = checked(`read(${path})`, this.#number(deadlineUs));
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(this.#take(length, deadlineUs));
    }
  }

  /** The next 32 bits of the answer, signed. */
  #number(deadlineUs: number): number {
    return new Int32Array(this.#take(NUMBER_BYTES, deadlineUs).buffer)[0] ?? 0;
  }

  /** So many bytes of the answer, in a buffer of their own. */
  #take(length: number, deadlineUs: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readNow(this.#fd, bytes, filled);
      if (count === 0) throw new OsError('read', EIO);
      if (count !== undefined) filled += count;
      if (native().monotonicUs() > deadlineUs) throw new OsError('read', ETIMEDOUT);
    }
    return bytes;
  }
}

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const PATH_MAX = 4096;
const ENAMETOOLONG = -36;
const EMPTY = new Uint8Array(0);

/** Fills `bytes` from an offset on with what comes within a slice; undefined when nothing does. */
function readNow(fd: number, bytes: Uint8Array, from: number): number | undefined {
  try {
    return readSync(fd, bytes, from, bytes.length - from, null);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A signal wakes a read with a time limit, whatever its handler says (signal(7)).
    if (code === 'EAGAIN' || code === 'EINTR') return undefined;
    throw error;
  }
}

/** A worker can be ended only while it runs JavaScript: so long it may sleep at once, in microseconds. */
const SLICE_US = 100_000;
