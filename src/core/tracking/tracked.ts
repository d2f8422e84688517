/** Which definitions somebody tracks: the others are not run and not watched. */
import { checkerOf } from '../checkers/table.ts';
import type { Config } from '../model/config.ts';
import { trackerKey } from '../model/tracker-fact.ts';
import type { TrackingConfig } from './events-and-actions.ts';

/** The scripts, processes and files that an instance, a sync group or a check tracks. */
export function trackingOf(config: Config): TrackingConfig {
  const { tracked, vrrpInstances, syncGroups } = config;
  const owners = [...vrrpInstances, ...syncGroups];
  const wanted = new Set(owners.flatMap(({ trackers = [] }) => trackers.map(trackerKey)));
  for (const key of trackedByChecks(config)) wanted.add(key);
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

function trackedByChecks({ virtualServers }: Config): readonly string[] {
  return virtualServers.flatMap(({ realServers }) =>
    realServers.flatMap(({ checks }) =>
      checks.flatMap((check) => {
        const tracked = checkerOf(check).tracks?.(check);
        return tracked === undefined ? [] : trackerKey(tracked);
      }),
    ),
  );
}
