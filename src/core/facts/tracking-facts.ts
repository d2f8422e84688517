/** Facts about what instances track beside interfaces: scripts, processes, files. */
import { outcomeText } from '../model/program-outcome.ts';
import type { TrackerFact } from '../model/tracker-fact.ts';
import type { TrackingReport } from '../tracking/events-and-actions.ts';
import { trackedText } from './causes.ts';
import type { FactEntries, Reported } from './entry.ts';

/** Fields of the facts about trackers, by id. */
export interface TrackingFacts {
  readonly 'track.changed': Reported<TrackingReport, 'trackerChanged'>;
  readonly 'track.result': Reported<TrackingReport, 'scriptResult'>;
  readonly 'track.busy': Reported<TrackingReport, 'scriptBusy'>;
  readonly 'track.file-ignored': Reported<TrackingReport, 'fileIgnored'>;
  readonly 'track.processes-polled': { readonly reason: string };
}

/** Their entries. */
export const TRACKING_FACTS: FactEntries<TrackingFacts> = {
  'track.changed': {
    component: 'runner',
    level: ({ fact, isFirst }) =>
      isFirst && isUp(fact) ? 'info' : isUp(fact) ? 'notice' : 'warning',
    text: ({ fact }) => trackedText(fact),
    meaning:
      'A tracked script, process or file is in another state than before, or its first state is known. Instances that track it change their priority, or begin or end a FAULT.',
    fields: {
      fact: 'not shown; `kind` and `tracker` name it, `up` or `value` is its state',
      isFirst: 'true when nothing was known before',
    },
    shown: ({ fact }) => ({
      kind: fact.kind,
      tracker: fact.name,
      ...(fact.kind === 'file' ? { value: fact.value } : { up: fact.isUp }),
    }),
    limit: ({ fact: { kind, name } }) => ({ kind, about: `${kind} ${name}` }),
  },
  'track.result': {
    component: 'runner',
    level: 'info',
    text: ({ script, outcome }) => `script ${script}: ${outcomeText(outcome)}`,
    meaning:
      'A tracked script gave another result than the last time. Whether that changes its state depends on `rise` and `fall`; a line `track.changed` says so.',
    fields: { script: 'name of the script', outcome: 'the result, as text' },
    shown: ({ outcome }) => ({ outcome: outcomeText(outcome) }),
    limit: ({ script }) => ({ about: script }),
  },
  'track.busy': {
    component: 'runner',
    level: 'warning',
    text: ({ script, skipped }) =>
      `script ${script} is still running at the time of its next start; ${skipped === 1 ? 'this start is' : `${skipped} starts in a row are`} left out`,
    meaning:
      'A tracked script takes longer than its `interval`. Its `timeout` ends it; give it a longer interval or make it faster.',
    fields: { script: 'name of the script', skipped: 'starts in a row that were left out' },
    limit: ({ script }) => ({ about: script }),
  },
  'track.processes-polled': {
    component: 'main',
    level: 'info',
    text: ({ reason }) =>
      `tracked processes are looked for five times a second, because the kernel does not tell of them: ${reason}`,
    meaning:
      'A `vrrp_track_process` notices a start or an end within 0.2 s instead of at once. The kernel tells of processes only in the first network namespace, and only where it is built with CONFIG_PROC_EVENTS.',
    fields: { reason: 'what stands against it' },
    limit: () => ({}),
  },
  'track.file-ignored': {
    component: 'runner',
    level: 'warning',
    text: ({ file, text }) =>
      `file ${file} holds a number that does not fit 32 bits, ${JSON.stringify(text)}; its last number goes on to count`,
    meaning: 'Write a number that fits into the tracked file.',
    fields: { file: 'name of the track_file', text: 'what it holds' },
    limit: ({ file }) => ({ about: file }),
  },
};

function isUp(fact: TrackerFact): boolean {
  return fact.kind === 'file' || fact.isUp;
}
