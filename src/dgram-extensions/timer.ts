/**
 * A timer with absolute deadlines on CLOCK_MONOTONIC, a timerfd: never early, microseconds late where the
 * event loop's own timers are whole milliseconds and may fire early, and without drift.
 */

import { native } from './native.ts';
import { checked } from './os-error.ts';

/** One deadline at a time. Keeps the process alive until closed, unless unref() is called. */
export class Timer {
  #fd: number;

  /** `handler` gets the time of monotonicUs() at its call. Throws OsError and NativeModuleError. */
  constructor(handler: (nowUs: number) => void) {
    this.#fd = checked('timerfd_create', native().timerOpen(handler));
  }

  /** Whether close() was called. */
  get closed(): boolean {
    return this.#fd < 0;
  }

  /**
   * Fires once at `deadlineUs`, a time of monotonicUs(), in place of any earlier deadline; at once, in the
   * next turn of the loop, when that has passed. Throws RangeError for NaN and infinities, and OsError
   * EBADF once closed.
   */
  arm(deadlineUs: number): void {
    if (!Number.isFinite(deadlineUs)) throw new RangeError(`${deadlineUs} is not a time`);
    checked('timerfd_settime', native().timerArm(this.#fd, deadlineUs));
  }

  /** Forgets the deadline; an expiry not yet delivered is not delivered. Throws OsError once closed. */
  disarm(): void {
    checked('timerfd_settime', native().timerStop(this.#fd));
  }

  /** Lets the timer keep the process alive, as it does from the start. */
  ref(): void {
    if (!this.closed) native().reference(this.#fd, true);
  }

  /** Lets the process end although the timer may be armed. */
  unref(): void {
    if (!this.closed) native().reference(this.#fd, false);
  }

  /** No handler runs afterwards. Twice is harmless. */
  close(): void {
    if (this.closed) return;
    const fd = this.#fd;
    this.#fd = -1;
    native().close(fd);
  }
}
