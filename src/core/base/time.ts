/**
 * Time as the cores know it: integer microseconds on a monotonic clock. The cores are given the
 * time, they never read it; conversion from and to other units happens at the edges only.
 */

/** A point on the monotonic clock, in microseconds since an arbitrary origin. Never decreases. */
export type Instant = number & { readonly __unit: 'instant-us' };

/** A span of time in whole microseconds; never negative. */
export type Duration = number & { readonly __unit: 'duration-us' };

/** The zero span. */
export const ZERO_DURATION: Duration = 0 as Duration;

/** An instant from microseconds of the monotonic clock; fractions are cut off. */
export function instant(us: number): Instant {
  return Math.floor(us) as Instant;
}

/** A span from microseconds; fractions are rounded. */
export function microseconds(us: number): Duration {
  return Math.round(us) as Duration;
}

/** A span from milliseconds. */
export function milliseconds(ms: number): Duration {
  return Math.round(ms * 1_000) as Duration;
}

/** A span from centiseconds, the unit of the VRRPv3 advertisement (RFC 9568 section 5.2.7). */
export function centiseconds(cs: number): Duration {
  return Math.round(cs * 10_000) as Duration;
}

/** A span from seconds; fractions down to a microsecond are kept. */
export function seconds(s: number): Duration {
  return Math.round(s * 1_000_000) as Duration;
}

/** The span in seconds, with its fraction. */
export function toSeconds(span: Duration): number {
  return span / 1_000_000;
}

/** The instant that lies `span` after `start`. */
export function after(start: Instant, span: Duration): Instant {
  return (start + span) as Instant;
}

/** The span from `start` to `end`; zero when `end` is not later. */
export function elapsed(start: Instant, end: Instant): Duration {
  return Math.max(0, end - start) as Duration;
}

/** The earlier of two optional instants; undefined only when both are. */
export function earliest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a < b ? a : b;
}
