/** What is known of something that is tracked: one fact for each, which the runner process finds out and the vrrp process acts on. */
import type { ProgramOutcome } from './program-outcome.ts';

/** A tracked object that the runner process watches. */
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
  | { readonly kind: 'file'; readonly name: string; readonly value: number };

/** Kinds of tracked objects that the runner process watches. */
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
