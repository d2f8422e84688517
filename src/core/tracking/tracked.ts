/** Which definitions somebody tracks: the others are not run and not watched. */
import type { Config } from '../model/config.ts';
import { trackerKey } from '../model/tracker-fact.ts';
import type { TrackingConfig } from './events-and-actions.ts';

/** The scripts, processes and files that an instance or a sync group tracks. */
export function trackingOf({ tracked, vrrpInstances, syncGroups }: Config): TrackingConfig {
  const owners = [...vrrpInstances, ...syncGroups];
  const wanted = new Set(owners.flatMap(({ trackers = [] }) => trackers.map(trackerKey)));
  const isWanted =
    (kind: string) =>
    ({ name }: { readonly name: string }): boolean =>
      wanted.has(trackerKey({ kind, name }));
  return {
    scripts: tracked.scripts.filter(isWanted('script')),
    processes: tracked.processes.filter(isWanted('process')),
    files: tracked.files.filter(isWanted('file')),
  };
}
