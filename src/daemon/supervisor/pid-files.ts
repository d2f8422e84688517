/** The PID files of all processes: written when a process is there, removed at the stop, with directories of keepalived's that are empty then. */
import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { PidFiles } from './place-names.ts';
import { fileTrouble, makeDirectory, removePidFile, writePidFile } from './runtime-files.ts';
import type { ChildName } from './state.ts';

/** Directories that are made for PID files alone. */
const OWN_DIRECTORY = /^\/run\/keepalived(\/|$)/;

/** Those of one run. */
export class WrittenPidFiles {
  readonly #files: PidFiles;
  /** The newest process of each role: a successor writes over what was there. */
  readonly #written = new Set<string>();

  constructor(files: PidFiles) {
    this.#files = files;
  }

  /** Of this process; why it could not, or undefined. */
  main(): Trouble | undefined {
    return this.#write(this.#files.main, process.pid);
  }

  /**
   * Of a child that is ready.
   *
   * @param runsBfd there are BFD sessions, which the vrrp process runs: their file has its number
   */
  child(name: ChildName, pid: number, runsBfd: boolean): readonly Trouble[] {
    if (name === 'runner') return [];
    const bfd = name === 'vrrp' && runsBfd ? this.#write(this.#files.bfd, pid) : undefined;
    return [this.#write(this.#files[name], pid), bfd].filter((one) => one !== undefined);
  }

  /** All that were written. */
  remove(): readonly Trouble[] {
    const troubles = [...this.#written].map((path) => removePidFile(path));
    for (const path of this.#written) removeEmpty(dirname(path));
    this.#written.clear();
    return troubles.filter((one) => one !== undefined);
  }

  #write(path: string | undefined, pid: number): Trouble | undefined {
    if (path === undefined) return undefined;
    const directory = dirname(path);
    try {
      if (OWN_DIRECTORY.test(directory)) makeDirectory(directory);
    } catch (error) {
      return fileTrouble('write-pid-file', path, error);
    }
    const trouble = writePidFile(path, pid);
    if (trouble === undefined) this.#written.add(path);
    return trouble;
  }
}

/** With those above it; another director may have its files there. */
function removeEmpty(directory: string): void {
  if (!OWN_DIRECTORY.test(directory)) return;
  try {
    rmdirSync(directory);
  } catch {
    return;
  }
  removeEmpty(dirname(directory));
}
