/**
 * Limits of waits in scenarios, wide enough for a guest with one processor.
 */

/** From the start of a director until it serves: its start (15 s in a guest on a loaded machine), the election (3.6 s), the first checks. */
export const SETTLE_MS_MAX = 60_000;

/** From the death of a real server until it is out: delay_loop and all retries of the slowest sample, and their margins. */
export const DETECT_MS_MAX = 40_000;
