/** Changes of sync groups, matched by name. What they mean for mastership is in `mastership.ts`. */
import { SYNC_GROUP_SETTINGS } from '../language/settings/sync-group.ts';
import type { Config, SyncGroupConfig } from '../model/config.ts';
import type { Change } from './config-plan.ts';
import { diffFields, effectInPlace } from './fields.ts';

/** Groups that are added, changed or removed. */
export function diffGroups(running: Config, next: Config): Change[] {
  const before = new Map(running.syncGroups.map((one) => [one.name, one]));
  const after = new Set(next.syncGroups.map((one) => one.name));
  return [
    ...running.syncGroups.flatMap((one) =>
      after.has(one.name) ? [] : [whole('remove', one, 'its members go on by themselves')],
    ),
    ...next.syncGroups.flatMap((one) => {
      const old = before.get(one.name);
      if (old === undefined) return [whole('add', one, 'its members move together from then on')];
      const fields = diffFields(old, one, SYNC_GROUP_SETTINGS);
      if (fields.length === 0) return [];
      return [{ ...skeleton('change', one), effect: effectInPlace(fields), fields }];
    }),
  ];
}

function whole(change: 'add' | 'remove', group: SyncGroupConfig, consequence: string): Change {
  return {
    ...skeleton(change, group),
    effect: change === 'add' ? 'starts' : 'ends',
    about: group.members.join(', '),
    consequences: [consequence],
  };
}

function skeleton(change: Change['change'], { name }: SyncGroupConfig): Omit<Change, 'effect'> {
  return { change, type: 'vrrp_sync_group', name, fields: [], consequences: [], parts: [] };
}
