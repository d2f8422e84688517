/** A fact on its way to those who want to know: numbered and dated once, by the main process. */
import type { Instant } from '../base/time.ts';
import type { Fact } from './catalogue.ts';
import type { ComponentName } from './entry.ts';

/** What subscribers get. */
export interface FactEnvelope {
  /** Counts all facts of a run from 1, without a gap. */
  readonly seq: number;
  readonly at: {
    /** When it happened, on the clock that never goes back; two facts of one host can be compared. */
    readonly monotonic: Instant;
    /** The same moment in milliseconds since the epoch. */
    readonly wall: number;
  };
  readonly component: ComponentName;
  readonly fact: Fact;
}

/** A report of a child process with the moment it was made. */
export interface Timed<Report> {
  readonly at: Instant;
  readonly report: Report;
}
