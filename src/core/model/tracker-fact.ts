/** What is known of something that is tracked: one fact for each, which the runner process finds out, or BFD, and the vrrp process acts on. */
import type { ProgramOutcome } from './program-outcome.ts';

/** A tracked object besides interfaces. */
export type TrackerFact =
  /** `vrrp_script`, by its results with `rise` and `fall`. */
  | {
      readonly kind: 'script';
      readonly name: string;
      readonly isUp: boolean;
      /** The result that decided; absent for the failure that `init_fail` assumes. */
      readonly outcome?: ProgramOutcome;
    }
  /** `vrrp_track_process`, by its quorum. */
  | {
      readonly kind: 'process';
      readonly name: string;
      readonly isUp: boolean;
      /** Matching processes when it was decided. */
      readonly running: number;
    }
  /** `track_file`, the number in it; 0 where there is none. */
  | FileFact
  /** `bfd_instance`, by the state of its session; the vrrp process itself finds it out. */
  | { readonly kind: 'bfd'; readonly name: string; readonly isUp: boolean };

/** What is known of a `track_file`. */
export interface FileFact {
  readonly kind: 'file';
  readonly name: string;
  readonly value: number;
  /** What is not there, so that the value is 0: a regular file that can be read, or a number at its beginning. */
  readonly lacks?: 'file' | 'number';
}

/** Kinds of tracked objects besides interfaces. */
export type TrackedKind = TrackerFact['kind'];

/** Names one tracked object: kind and name. */
export function trackerKey({
  kind,
  name,
}: {
  readonly kind: string;
  readonly name: string;
}): string {
  return `${kind} ${name}`;
}
