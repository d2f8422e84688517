/** What the machine of all trackers is told, what it orders, and what it reports. */
import type { ProgramOutcome } from '../model/program-outcome.ts';
import type { TrackerFact } from '../model/tracker-fact.ts';
import type { TrackFileConfig, TrackProcessConfig, TrackScriptConfig } from '../model/tracking.ts';
import type { ProgramEnd, ProgramRequest } from '../programs/program-request.ts';

/** The definitions that somebody tracks. */
export interface TrackingConfig {
  readonly scripts: readonly TrackScriptConfig[];
  readonly processes: readonly TrackProcessConfig[];
  readonly files: readonly TrackFileConfig[];
}

/** What the machine is told. */
export type TrackingEvent =
  /** First configuration or a reload. `known` is what a predecessor of this process had found out. */
  | {
      readonly type: 'configure';
      readonly config: TrackingConfig;
      readonly known: readonly TrackerFact[];
    }
  | { readonly type: 'programEnded'; readonly end: ProgramEnd }
  /** How many processes match, for each name of `vrrp_track_process`. */
  | { readonly type: 'processesCounted'; readonly counts: ReadonlyMap<string, number> }
  /** A tracked file was read: its beginning; undefined when it is not there or cannot be read. */
  | { readonly type: 'fileRead'; readonly name: string; readonly text: string | undefined }
  | { readonly type: 'deadline' };

/** What the machine orders. */
export type TrackingAction =
  | { readonly type: 'runProgram'; readonly request: ProgramRequest }
  | { readonly type: 'cancelProgram'; readonly key: string }
  | TrackingReport;

/** What the machine reports. */
export type TrackingReport =
  /** A fact is new or another one. `isFirst`: nothing was known before. */
  | { readonly type: 'trackerChanged'; readonly fact: TrackerFact; readonly isFirst: boolean }
  /** A script gave another result than the last time; its state need not change by it. */
  | {
      readonly type: 'scriptResult';
      readonly script: string;
      readonly outcome: ProgramOutcome;
    }
  /** A script was still running when it should have started again; so many periods in a row. */
  | { readonly type: 'scriptBusy'; readonly script: string; readonly skipped: number }
  /** A file holds a number that is out of range; what it held before goes on to count. */
  | { readonly type: 'fileIgnored'; readonly file: string; readonly text: string };
