/** Time as a process sees it. A test brings its own; the real one is made in `daemon/compose/`. */
import type { Instant } from '../../core/base/time.ts';

/** An alarm that is set for one instant at a time. */
export interface WakeTimer {
  /** Wakes once at `at` (monotonic microseconds) instead of earlier; soon when that has passed. */
  arm(at: number): void;
  /** Wakes no more. */
  close(): void;
}

/** The monotonic clock. */
export interface ProcessClock {
  /** Now, in monotonic microseconds. */
  now(): Instant;
  /** An alarm that is not set yet; it calls `onDue`. */
  timer(onDue: () => void): WakeTimer;
}
