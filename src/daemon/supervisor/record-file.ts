/**
 * A file in the runtime directory for a successor, if this supervisor is killed. A reboot empties that directory; the boot id in the file guards against
 * directories that survive one.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Trouble } from '../../core/facts/troubles.ts';
import { fileTrouble, readOwnFile, writeNewFile } from './runtime-files.ts';

/** Changes are gathered this long before they are written, milliseconds. */
const GATHER_MS = 200;

/** What a record is of. */
export interface RecordFileOptions {
  readonly runtimeDir: string;
  /** Of the file. */
  readonly name: string;
  /** One that is larger is not ours. */
  readonly bytesMax: number;
  /** Gives what is written, called then: an object for JSON. */
  readonly collect: () => object;
  /** Told what could not be read or written, and why. */
  readonly onTrouble: (trouble: Trouble) => void;
}

/** One such file. */
export class RecordFile {
  readonly #options: RecordFileOptions;
  readonly #path: string;
  readonly #bootId = bootId();
  #timer: NodeJS.Timeout | undefined;
  #written = '';

  constructor(options: RecordFileOptions) {
    this.#options = options;
    this.#path = join(options.runtimeDir, options.name);
  }

  /** What a predecessor left in this boot; undefined when there is none or it can't be read. */
  read(): Readonly<Record<string, unknown>> | undefined {
    try {
      const parsed: unknown = JSON.parse(readOwnFile(this.#path, this.#options.bytesMax));
      if (typeof parsed !== 'object' || parsed === null) return undefined;
      const { bootId: boot, ...rest } = parsed as Readonly<Record<string, unknown>>;
      return boot === this.#bootId ? rest : undefined;
    } catch (error) {
      // Absent at every first start; unreadable means that we know nothing, which is safe.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#failed('read', error);
      return undefined;
    }
  }

  /** Something may have changed: writes soon, once for many calls. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.write();
    }, GATHER_MS);
  }

  /** An orderly stop removed everything: nothing is left to know. */
  remove(): void {
    clearTimeout(this.#timer);
    this.#written = '';
    try {
      rmSync(this.#path, { force: true });
    } catch (error) {
      this.#failed('remove', error);
    }
  }

  /** Writes now: what is to be collected, or something else in its place. */
  write(content: object = this.#options.collect()): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = JSON.stringify({ bootId: this.#bootId, ...content });
    if (text === this.#written) return;
    const draft = `${this.#path}.new`;
    let isDrafted = false;
    try {
      writeNewFile(draft, text);
      isDrafted = true;
      renameSync(draft, this.#path);
      this.#written = text;
    } catch (error) {
      // A full disk must not stop us: the record only helps a successor; the next change tries again.
      this.#written = '';
      this.#failed('write', error);
      if (isDrafted) rmSync(draft, { force: true });
    }
  }

  #failed(what: 'read' | 'write' | 'remove', error: unknown): void {
    this.#options.onTrouble(fileTrouble(`${what}-record`, this.#path, error));
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
