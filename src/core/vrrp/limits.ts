/**
 * The limits of the VRRP router in one place. Those of the protocol stand in `../wire/vrrp-limits.ts`.
 * `test/unit/limits.test.ts` holds those against each other that must agree.
 */
import { type Duration, milliseconds, seconds } from '../base/time.ts';

/**
 * Most timers handled for one `deadline` event. What is left stays due, and the driver asks again at once:
 * with a thousand instances taking over together the first advertisements leave while the last are built.
 */
export const DUE_PER_EVENT_MAX = 16;

/** Most announcements that wait for one address: bursts that come faster than the gap add up to no more. */
export const PENDING_FRAMES_MAX = 512;

/** Least gap between two announcements while the kernel refuses some for want of room. */
export const REFUSED_GAP_MIN: Duration = milliseconds(2);

/** Longest gap while all are refused. */
export const REFUSED_GAP_MAX: Duration = milliseconds(200);

/** Announcements that the kernel still refuses so long after the first are late, and that is said. */
export const REFUSED_PATIENCE: Duration = seconds(30);

/** Longest gap between two attempts to send late ones. */
export const LATE_GAP_MAX: Duration = seconds(30);
