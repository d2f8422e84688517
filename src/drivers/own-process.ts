/** This process: its name and the mode of files that it makes. */
import { readFileSync, writeFileSync } from 'node:fs';

/** The name of the main thread, by which `ps`, `pidof` and `killall` know the process; at most 15 bytes. */
const NAME = '/proc/self/comm';

/** What can be set, and set back to what it was at first. */
export class OwnProcess {
  readonly #name: string;
  readonly #umask: number;

  constructor() {
    this.#umask = process.umask();
    try {
      this.#name = readFileSync(NAME, 'utf8').trim();
    } catch {
      this.#name = '';
    }
  }

  /** Names it; undefined: as at first. Without /proc it keeps its name. */
  rename(name: string | undefined): void {
    try {
      writeFileSync(NAME, name ?? this.#name);
    } catch {
      // A name is nothing to stop for.
    }
  }

  /** Mode bits that files do not get; undefined: as at first. */
  mask(umask: number | undefined): void {
    process.umask(umask ?? this.#umask);
  }
}
