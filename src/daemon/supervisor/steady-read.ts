/**
 * Reads files as they were at one moment. A file that is written, exchanged, made or removed while a configuration is
 * read may give half of what was meant, and half a configuration can be valid. Then all of it is read again.
 */

import { err, ok, type Result } from '../../core/base/result.ts';
import type { SourceLoader, SourceText } from '../../core/language/source.ts';
import { fileStamp } from '../../drivers/file-stamp.ts';

/** How often and how patiently. */
export interface SteadyOptions {
  /** How long nothing may change after the first read, milliseconds; 0 = only the read itself counts. */
  readonly quietMs: number;
  /** Milliseconds before each further attempt; there are as many. */
  readonly pausesMs: readonly number[];
  /** Waits; tests bring their own. */
  readonly wait?: (milliseconds: number) => void;
}

/** For a start and for commands: no wait unless something changed. */
export const AT_ONCE: SteadyOptions = { quietMs: 0, pausesMs: [100, 200, 400, 800, 1_600] };

/**
 * For a reload: whoever writes a file in pieces writes the next one soon. Copies over a network and generators that
 * flush line by line stay below this pause.
 */
export const SETTLED: SteadyOptions = { ...AT_ONCE, quietMs: 100 };

/** What `read` makes of the files, or the name of a file that did not stay as it was. */
export function readSteadily<T>(
  loader: SourceLoader,
  read: (loader: SourceLoader) => T,
  options: SteadyOptions,
): Result<T, string> {
  const wait = options.wait ?? sleep;
  let quietMs = options.quietMs;
  let changed = '';
  for (const pauseMs of [0, ...options.pausesMs]) {
    wait(pauseMs);
    const watched = new WatchedFiles(loader);
    const result = read(watched);
    wait(quietMs);
    const change = watched.change();
    if (change === undefined) return ok(result);
    changed = change;
    quietMs = Math.max(quietMs, QUIET_AFTER_CHANGE_MS);
  }
  return err(changed);
}

/** Once a file has changed, it is known to be worked on. */
const QUIET_AFTER_CHANGE_MS = 100;

/** A loader that remembers what it looked at. */
class WatchedFiles implements SourceLoader {
  readonly #loader: SourceLoader;
  readonly #stamps = new Map<string, string>();
  readonly #globs: {
    readonly pattern: string;
    readonly directory: string;
    readonly found: string;
  }[] = [];

  constructor(loader: SourceLoader) {
    this.#loader = loader;
  }

  read(path: string): SourceText {
    const found = this.#loader.read(path);
    // What was read has answered; to touch another could hold us.
    const touches = found.ok || found.reason !== 'late';
    const isBusy = !found.ok && found.reason === 'changing';
    if (touches && !this.#stamps.has(path)) this.#stamps.set(path, isBusy ? '' : fileStamp(path));
    return found;
  }

  glob(pattern: string, directory: string): readonly string[] {
    const found = this.#loader.glob(pattern, directory);
    this.#globs.push({ pattern, directory, found: found.join('\n') });
    return found;
  }

  /** The file or pattern that does not give any more what it gave. */
  change(): string | undefined {
    for (const [path, stamp] of this.#stamps) if (fileStamp(path) !== stamp) return path;
    return this.#globs.find(
      ({ pattern, directory, found }) => this.#loader.glob(pattern, directory).join('\n') !== found,
    )?.pattern;
  }
}

/** Blocks this thread: a start has nothing else to do, and a reload reads in a thread of its own. */
function sleep(milliseconds: number): void {
  if (milliseconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
