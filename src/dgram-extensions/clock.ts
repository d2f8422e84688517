/** The monotonic clock and the interface table: what needs no object. */

import { native } from './native.ts';

/**
 * CLOCK_MONOTONIC in microseconds, nanoseconds as the fraction: the clock of Timer deadlines and of
 * MessageInfo.receivedUs.
 */
export function monotonicUs(): number {
  return native().monotonicUs();
}

/** The index of a network interface, or 0 when there is none of that name. if_nametoindex(3). */
export function interfaceIndex(name: string): number {
  return native().interfaceIndex(name);
}
