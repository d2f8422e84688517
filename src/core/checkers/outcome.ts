/** How probes end: the outcomes, what a judge found, and the result that the health core gets. */
import type { Duration } from '../base/time.ts';

/** Every way a probe can end. `ok` is the only success; `local-error` says nothing about the server. */
export type ProbeOutcome =
  | 'ok'
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'reset'
  | 'closed'
  | 'bad-status'
  | 'bad-digest'
  | 'bad-content'
  | 'bad-response'
  | 'too-large'
  | 'bad-exit'
  | 'tls-failure'
  | 'local-error';

/** The end of one probe. */
export interface ProbeResult {
  readonly outcome: ProbeOutcome;
  /** One line for logs: what was seen and what was expected; no secrets, no bodies. */
  readonly detail: string;
  readonly elapsed: Duration;
  /** What a success says about the weight of the server; absent: nothing. */
  readonly weight?: WeightShare;
}

/**
 * What a check says about the weight of its server: a number to add to the one that is configured, or one to take in
 * its place. The shares of several checks add up, as differences from the configured weight.
 */
export type WeightShare =
  | { readonly kind: 'add'; readonly amount: number }
  | { readonly kind: 'replace'; readonly weight: number };

/** What was found, without the time it took. */
export interface Finding {
  readonly outcome: ProbeOutcome;
  readonly detail: string;
  /** See `ProbeResult`. */
  readonly weight?: WeightShare;
  /** Present when all else is well and a text remains to be searched, which takes time. */
  readonly search?: PendingSearch;
}

/** A search of a regular expression that has not been made. */
export interface PendingSearch {
  /** Length of the text times size of the pattern: what the search costs at the very worst. */
  readonly steps: number;
  /** Makes the search and gives the finding that counts; to be called once. */
  run(): Finding;
}
