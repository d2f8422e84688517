/**
 * The real-time signals (signal(7)), which `process.on` does not know and whose default action ends the
 * process. A module of its own, `dgram-extensions/signals`: what is to be done first must import little.
 */
import { native } from './native.ts';
import { checked } from './os-error.ts';

/** Ignores all real-time signals that would end the process. Throws NativeModuleError. */
export function ignoreRealTimeSignals(): void {
  native().signalsIgnore();
}

/** Tells of some real-time signals; one at a time exists in a process. Does not keep the process alive. */
export class RealTimeSignals {
  #fd: number;

  /**
   * @param numbers as kill(2) takes them; what is no real-time signal of this C library is left out
   * @param handler gets the number; several that come at once are told once. Throws OsError (EBUSY: there is one).
   */
  constructor(numbers: readonly number[], handler: (number: number) => void) {
    const bytes = new Uint8Array(Uint32Array.from(numbers).buffer);
    this.#fd = checked('watch signals', native().signalsOpen(bytes, handler));
    native().reference(this.#fd, false);
  }

  /** The signals are ignored from now on. Twice is harmless. */
  close(): void {
    if (this.#fd < 0) return;
    native().close(this.#fd);
    this.#fd = -1;
  }
}
