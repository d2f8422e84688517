/** How the instances of a configuration stand to its sync groups, and which of them start as Master. */
import type { VrrpInstanceConfig } from '../model/config.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { VrrpConfig } from './events-and-actions.ts';
import type { Membership } from './instance-events.ts';

/** Answers the membership of each instance of a configuration. All members of a group start alike. */
export function membershipsOf(config: VrrpConfig): (instance: VrrpInstanceConfig) => Membership {
  const byName = new Map(config.instances.map((instance) => [instance.name, instance]));
  const out = new Map<string, Membership>();
  for (const group of config.syncGroups) {
    const members = group.members.flatMap((name) => byName.get(name) ?? []);
    const startsAsMaster = members.every(ownerStart);
    for (const { name } of members) out.set(name, { group: group.name, startsAsMaster });
  }
  return (instance) =>
    out.get(instance.name) ?? { group: undefined, startsAsMaster: ownerStart(instance) };
}

function ownerStart(config: VrrpInstanceConfig): boolean {
  return config.priority === OWNER_PRIORITY && config.initialState === 'MASTER';
}
