/** A directory held by one process at a time: flock(2). */
import { native } from './native.ts';
import { checked } from './os-error.ts';

/** The lock of a directory; it ends with `close` or with the process. */
export class DirectoryLock {
  #fd: number;

  /**
   * Opens and locks a directory; a symbolic link is not followed (ENOTDIR). Throws OsError: EAGAIN when another
   * process holds it.
   */
  constructor(path: string) {
    this.#fd = checked(`lock ${path}`, native().lockOpen(path));
  }

  /** The open directory: what is looked at through it is what is locked, whatever becomes of the path. */
  get fd(): number {
    return this.#fd;
  }

  /** Twice is harmless. */
  close(): void {
    if (this.#fd < 0) return;
    native().close(this.#fd);
    this.#fd = -1;
  }
}
