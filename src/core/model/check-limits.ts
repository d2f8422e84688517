/** Bounds that the language and the health core share. */

/**
 * Most probes at a time, unless told otherwise. Each holds a descriptor. 40,000 silent servers at the
 * default timings (5 s to time out, 60 s between checks) need 3,100.
 */
export const RUNNING_PROBES_MAX = 8_192;

/** Most probes at a time. */
export interface ProbeLimits {
  /** In all, at least 1; absent = as many as there are places. */
  readonly all?: number;
  /** At one address, whatever the port, at least 1; absent = no limit. */
  readonly perAddress?: number;
}
