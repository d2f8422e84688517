/** Families about what instances track. */

import type { LeftOutTracker } from '../../../core/model/tracking.ts';
import type { TrackerView } from '../../../core/vrrp/events-and-actions.ts';
import { labelSet, withLabel } from './exposition.ts';
import { isUp, PREFIX, type Scrape } from './scrape.ts';

/** Writes the families; nothing where nothing is tracked. */
export function writeTrackerFamilies(scrape: Scrape): void {
  writeLeftOut(scrape);
  const { out, state } = scrape;
  const views = [...state.vrrp.values()];
  const isWatched = isUp(state, 'runner');
  const once = new Map<string, TrackerView['tracker']>();
  for (const { trackers } of views) {
    for (const { tracker } of trackers) once.set(`${tracker.kind} ${tracker.name}`, tracker);
  }
  if (once.size === 0) return;
  out.family(`${PREFIX}tracker_up`, 'gauge', 'Whether what is tracked is well: 1 good, 0 bad.');
  for (const tracker of once.values()) {
    const isGood = stateOf(tracker, isWatched);
    if (isGood !== undefined) out.sample(labelsOf(tracker), isGood ? 1 : 0);
  }
  writeChanges(scrape, once.values());
  out.family(`${PREFIX}tracker_file_value`, 'gauge', 'Number in a tracked file.');
  for (const tracker of once.values()) {
    if (tracker.kind === 'interface' || !isWatched || tracker.fact?.kind !== 'file') continue;
    out.sample(labelSet({ tracker: tracker.name }), tracker.fact.value);
  }
  out.family(`${PREFIX}tracker_weight`, 'gauge', 'What a tracker adds to the priority now.');
  for (const { name, trackers } of views) {
    for (const { tracker, weight } of trackers) {
      if (weight === 0) continue;
      const labels = { tracker: tracker.name, kind: tracker.kind, vrrp: name };
      out.sample(labelSet(labels), tracker.adds);
    }
  }
}

/** BFD sessions have families of their own, interfaces are in the changes of instances. */
function writeChanges({ out, history }: Scrape, trackers: Iterable<TrackerView['tracker']>): void {
  out.family(
    `${PREFIX}tracker_changes_total`,
    'counter',
    'Changes of what is tracked, by what it became.',
  );
  for (const tracker of trackers) {
    const { kind, name } = tracker;
    if (kind === 'interface' || kind === 'bfd') continue;
    const { ups, downs } = history.tracker(kind, name);
    const labels = labelsOf(tracker);
    if (kind === 'file') out.sample(withLabel(labels, 'to', 'number'), ups);
    else {
      out.sample(withLabel(labels, 'to', 'good'), ups);
      out.sample(withLabel(labels, 'to', 'bad'), downs);
    }
  }
}

/** What the configuration in force has no use for; of a sync group at each member. */
function writeLeftOut({ out, state }: Scrape): void {
  const { vrrpInstances, syncGroups } = state.config;
  const rows = new Set<string>();
  const add = (vrrp: string, leftOut: readonly LeftOutTracker[] = []): void => {
    for (const { kind, name } of leftOut) rows.add(labelSet({ tracker: name, kind, vrrp }));
  };
  for (const { name, leftOut } of vrrpInstances) add(name, leftOut);
  for (const { members, leftOut } of syncGroups) for (const name of members) add(name, leftOut);
  if (rows.size === 0) return;
  const help = 'Always 1: the instance goes on without this tracker, which cannot be used.';
  out.family(`${PREFIX}tracker_left_out`, 'gauge', help);
  for (const labels of rows) out.sample(labels, 1);
}

/** Undefined for a file, which is neither, and where nothing is known. */
function stateOf(tracker: TrackerView['tracker'], isWatched: boolean): boolean | undefined {
  if (tracker.kind === 'interface') return tracker.state === 'up';
  const { fact } = tracker;
  if (fact === undefined || fact.kind === 'file') return undefined;
  // BFD is of the vrrp process itself; the rest is old while the runner process is down.
  return isWatched || fact.kind === 'bfd' ? fact.isUp : undefined;
}

function labelsOf({ name, kind }: TrackerView['tracker']): string {
  return labelSet({ tracker: name, kind });
}
