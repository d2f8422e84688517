/** A file whose beginning is read whenever it changes: by inotify on its directory (`fs.watch`), and by a slow look besides. */
import { constants, type FSWatcher, watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { OneAtATime } from '../core/base/one-at-a-time.ts';
import { FILE_BYTES_MAX } from '../core/tracking/file-value.ts';

/** A writer truncates a file before it writes: what is empty is read again after this time before it is believed, milliseconds. */
const EMPTY_MS = 50;
/** A change is read after this time, so that several writes in a row are one, milliseconds. */
const SETTLE_MS = 5;
/** Without a notification: another directory in the place of the watched one, a link whose target changes, milliseconds. */
const LOOK_MS = 1_000;
/** Readable and writable for its owner, as keepalived makes it. */
const MODE = 0o600;
/** Names a file without opening it (open(2)); Node has no name for it. */
const O_PATH = 0o10000000;

/** What is watched, and who is told. */
export interface TrackedFileOptions {
  readonly path: string;
  /** The beginning of the file; undefined when it is not there, is no regular file or cannot be read. Told when it may have changed. */
  readonly onRead: (text: string | undefined) => void;
}

/** One file that is watched. */
export class TrackedFile {
  readonly #options: TrackedFileOptions;
  readonly #look: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  /** Which directory is watched. */
  #directory = '';
  #planned: NodeJS.Timeout | undefined;
  /** A file system that does not answer holds up no other file. */
  readonly #reading = new OneAtATime({
    work: () => this.#read(),
    again: () => {
      if (!this.#isClosed) this.#plan(SETTLE_MS);
    },
  });
  #isClosed = false;

  constructor(options: TrackedFileOptions) {
    this.#options = options;
    this.#look = setInterval(() => void this.#lookAgain(), LOOK_MS);
    void this.#lookAgain();
  }

  /** Watches no more. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#look);
    clearTimeout(this.#planned);
    this.#watcher?.close();
  }

  async #lookAgain(): Promise<void> {
    await this.#watchDirectory();
    await this.#reading.run();
  }

  async #watchDirectory(): Promise<void> {
    const directory = dirname(this.#options.path);
    const found = await identityOf(directory);
    if (this.#isClosed || found === this.#directory) return;
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#directory = found;
    if (found === '') return;
    try {
      const watcher = watch(directory, { persistent: false });
      watcher.on('change', (_, name) => {
        if (name === null || String(name) === basename(this.#options.path)) this.#plan(SETTLE_MS);
      });
      watcher.on('error', () => {
        this.#directory = '';
      });
      this.#watcher = watcher;
    } catch {
      // No inotify left: the slow look goes on.
      this.#directory = '';
    }
  }

  #plan(milliseconds: number): void {
    clearTimeout(this.#planned);
    this.#planned = setTimeout(() => void this.#reading.run(), milliseconds);
  }

  async #read(): Promise<void> {
    let text = await beginningOf(this.#options.path);
    if (text === '') {
      await new Promise((resolve) => setTimeout(resolve, EMPTY_MS));
      text = await beginningOf(this.#options.path);
    }
    if (!this.#isClosed) this.#options.onRead(text);
  }
}

/**
 * Makes a file that holds a number, where there is none; with `overwrite` also where there is one. Resolves with what went wrong, in an operator's
 * words.
 */
export async function initTrackedFile(
  path: string,
  { value, overwrite }: { readonly value: number; readonly overwrite: boolean },
): Promise<string | undefined> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (overwrite ? 0 : O_EXCL);
  try {
    const file = await open(path, flags, MODE);
    try {
      const found = await file.stat();
      if (!found.isFile()) return `${path} is not a regular file`;
      // Who may write the directory, and not that file, may give it a second name there.
      if (found.nlink > 1) return `${path} has another name: whose file it is cannot be told`;
      await file.truncate(0);
      await file.write(`${value}\n`);
    } finally {
      await file.close();
    }
    return undefined;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    return isThere ? undefined : `${path}: ${(error as Error).message}`;
  }
}

/**
 * Undefined for what cannot be read as a file. Who may write the directory may put a link to a device there, and to open some is to
 * set them going (a watchdog, a tape): what it is, is looked at without opening it.
 */
async function beginningOf(path: string): Promise<string | undefined> {
  try {
    const place = await open(path, O_PATH);
    try {
      return (await place.stat()).isFile() ? await headOf(`/proc/self/fd/${place.fd}`) : undefined;
    } finally {
      await place.close();
    }
  } catch {
    return undefined;
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = new Uint8Array(FILE_BYTES_MAX);
    const { bytesRead } = await file.read(bytes, 0, FILE_BYTES_MAX, 0);
    return Buffer.from(bytes.buffer, 0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}

/** Device and inode; empty when there is no such directory. */
async function identityOf(directory: string): Promise<string> {
  try {
    const { dev, ino } = await stat(directory);
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}
