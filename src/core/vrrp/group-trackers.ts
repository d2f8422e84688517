/** What a sync group tracks counts for each of its members, as if it tracked it itself; what both track counts once. */
import type { SyncGroupConfig, VrrpInstanceConfig } from '../model/config.ts';
import type { VrrpConfig } from './events-and-actions.ts';

/** The configuration with the trackers of groups at their members. */
export function withGroupTrackers(config: VrrpConfig): VrrpConfig {
  return { ...config, instances: membersWithTrackers(config.instances, config.syncGroups) };
}

/** Instances with the trackers of their groups. */
export function membersWithTrackers(
  instances: readonly VrrpInstanceConfig[],
  groups: readonly SyncGroupConfig[],
): readonly VrrpInstanceConfig[] {
  const groupOf = new Map<string, SyncGroupConfig>();
  for (const group of groups) {
    for (const member of group.members) groupOf.set(member, group);
  }
  return instances.map((instance) => {
    const group = groupOf.get(instance.name);
    return group === undefined ? instance : withTrackers(instance, group);
  });
}

function withTrackers(instance: VrrpInstanceConfig, group: SyncGroupConfig): VrrpInstanceConfig {
  const own = instance.trackers ?? [];
  const trackers = (group.trackers ?? []).filter(
    ({ kind, name }) => !own.some((one) => one.kind === kind && one.name === name),
  );
  const trackInterfaces = (group.trackInterfaces ?? []).filter(
    ({ name }) =>
      name !== instance.interface && !instance.trackInterfaces.some((one) => one.name === name),
  );
  if (trackers.length + trackInterfaces.length === 0) return instance;
  return {
    ...instance,
    trackInterfaces: [...instance.trackInterfaces, ...trackInterfaces],
    ...(own.length + trackers.length === 0 ? {} : { trackers: [...own, ...trackers] }),
  };
}
