/**
 * Configuration files, read with limits: only regular files, no more than a configuration may have, and no longer
 * than a person waits. A file on a network file system whose server is gone holds whoever opens it, so
 * another process does (`ApartReader`). Files that are directories or executable are not configuration
 * (keepalived's rule).
 */
import { closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { type ApartFile, ApartReader, NativeModuleError, OsError } from 'dgram-extensions';
import type { SecretFile } from '../core/language/host.ts';
import { CONFIG_LIMITS } from '../core/language/limits.ts';
import type { SourceText } from '../core/language/source.ts';

/** How long is waited; tests bring their own. */
export interface FileLimits {
  /** For one file. */
  readonly fileMs?: number;
  /** For all that did not answer together: after that no other file is waited for. */
  readonly lostMs?: number;
}

/** What is read, beside the limits. */
export interface FileOptions extends FileLimits {
  /** Files that a person named in a command. Only these may be descriptors of this process. */
  readonly given?: readonly string[];
}

/** Files of this host, for the time of one check. `close` it. */
export class LimitedFiles {
  readonly #fileMs: number;
  readonly #lostMs: number;
  readonly #reader: ApartReader;
  readonly #late = new Set<string>();
  readonly #given: ReadonlySet<string>;

  constructor(options: FileOptions = {}) {
    this.#fileMs = options.fileMs ?? FILE_MS_MAX;
    this.#lostMs = options.lostMs ?? LOST_MS_MAX;
    this.#given = new Set(options.given);
    this.#reader = new ApartReader(this.#fileMs * 1_000);
  }

  /** The text of a file. Never throws on what it finds. */
  read(path: string): SourceText {
    if (isOwnDescriptor(path)) {
      // An include would find the pipes that this process has for itself, and wait for ever.
      return this.#given.has(path) ? readOwnDescriptor(path) : { ok: false, reason: 'special' };
    }
    for (let tries = READS_OF_A_CHANGING_FILE; ; tries--) {
      const found = this.#look(path, CONFIG_LIMITS.fileLength + 1);
      if (found !== 'EAGAIN' || tries === 1) return sourceText(found);
    }
  }

  /** A file with a secret: a regular one of a few lines of text. Its mode is that of the file that was read. */
  readSecret(path: string): SecretFile {
    const found = isOwnDescriptor(path) ? 'ENOENT' : this.#look(path, SECRET_BYTES_MAX + 1);
    if (typeof found === 'string' || (found.mode & S_IFMT) !== S_IFREG) {
      return { state: 'unreadable' };
    }
    const text = Buffer.from(found.bytes).toString('utf8');
    // Bytes that are no text would all be read as the same character.
    if (found.bytes.length > SECRET_BYTES_MAX || text.includes('\ufffd')) {
      return { state: 'unreadable' };
    }
    return { state: (found.mode & 0o077) === 0 ? 'private' : 'exposed', text };
  }

  /** Whether there is something at a path. False for what does not answer. */
  exists(path: string): boolean {
    if (isOwnDescriptor(path)) return existsSync(path);
    return typeof this.#look(path, 0) === 'object';
  }

  /** False for a path that does not answer: touching it would hold us. */
  isReachable(path: string): boolean {
    return isOwnDescriptor(path) || this.#look(path, 0) !== 'ETIMEDOUT';
  }

  /** Ends the process that reads. Twice is harmless. */
  close(): void {
    this.#reader.close();
  }

  /** Whether a path need not be tried again: it, or a directory above it, did not answer; or too many did not. */
  #isLate(path: string): boolean {
    if (this.#late.size * this.#fileMs >= this.#lostMs) return true;
    return [...this.#late].some((late) => path === late || path.startsWith(`${late}/`));
  }

  /** What is at a path, or the errno's name. */
  #look(path: string, bytesMax: number): ApartFile | string {
    if (this.#isLate(path)) return 'ETIMEDOUT';
    try {
      return this.#reader.read(path, bytesMax);
    } catch (error) {
      // Where no process can be had, a file that answers is still read.
      if (error instanceof NativeModuleError) return lookHere(path, bytesMax);
      if (!(error instanceof OsError)) throw error;
      if (error.syscall === 'fork') return lookHere(path, bytesMax);
      if (error.code === 'ETIMEDOUT') this.#late.add(path);
      return error.code;
    }
  }
}

const SECRET_BYTES_MAX = 4_096;
const FILE_MS_MAX = 5_000;
const LOST_MS_MAX = 10_000;
/** An editor needs less than a read to write a file; what changes for longer is written by a program. */
const READS_OF_A_CHANGING_FILE = 3;

function sourceText(found: ApartFile | string): SourceText {
  if (typeof found === 'string') return { ok: false, reason: REASONS[found] ?? 'unreadable' };
  const kind = found.mode & S_IFMT;
  if (kind === S_IFDIR) return { ok: false, reason: 'directory' };
  if (kind !== S_IFREG) return { ok: false, reason: 'special' };
  if ((found.mode & 0o111) !== 0) return { ok: false, reason: 'executable' };
  return { ok: true, text: Buffer.from(found.bytes).toString('utf8') };
}

const REASONS: Readonly<Record<string, (SourceText & { readonly ok: false })['reason']>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'denied',
  ETIMEDOUT: 'late',
  EAGAIN: 'changing',
};

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** What the shell gives us to read: `/dev/stdin`, `<(command)`. Another process would see its own there. */
function isOwnDescriptor(path: string): boolean {
  return /^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/\d+)$/.test(path);
}

/** A pipe has its writer in the person who called us. A running director has nobody at its descriptors. */
function readOwnDescriptor(path: string): SourceText {
  if (!isMainThread) return { ok: false, reason: 'special' };
  try {
    return { ok: true, text: readSome(path, CONFIG_LIMITS.fileLength + 1).toString('utf8') };
  } catch (error) {
    return { ok: false, reason: REASONS[codeOf(error)] ?? 'unreadable' };
  }
}

/** Looks at a file in this process. */
function lookHere(path: string, bytesMax: number): ApartFile | string {
  try {
    const { mode } = statSync(path);
    const isRead = (mode & S_IFMT) === S_IFREG && bytesMax > 0;
    return { mode, bytes: isRead ? readSome(path, bytesMax, constants.O_NONBLOCK) : EMPTY };
  } catch (error) {
    return codeOf(error);
  }
}

const EMPTY = new Uint8Array(0);
const CHUNK_BYTES = 1 << 20;

/** At most so many bytes of a file, which may be endless. */
function readSome(path: string, bytesMax: number, flags = 0): Buffer {
  const fd = openSync(path, constants.O_RDONLY | flags);
  try {
    const chunks: Buffer[] = [];
    let left = bytesMax;
    while (left > 0) {
      const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
      const count = readSync(fd, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(fd);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
