/** Rule: what changes the priority of one member of a sync group should change that of all. */

import { trackersOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports groups that allow weighted trackers and whose members have different ones. */
export const SYNC_GROUP_TRACKING: Rule = {
  name: 'sync-group-tracking',
  reason:
    'When one member loses priority and the others do not, the group neither stays nor leaves cleanly: its members want different things',
  fix: 'Put the trackers into the sync group, or list them alike in all members',
  check: ({ config, originOf, definitionOf, report }) => {
    const byName = new Map(config.vrrpInstances.map((one) => [one.name, one]));
    for (const group of config.syncGroups) {
      const members = group.members.flatMap((name) => byName.get(name) ?? []);
      const weighted = members.map((member) =>
        trackersOf(originOf(member), definitionOf)
          .filter(({ weight }) => weight !== 0)
          .map(({ kind, name, weight }) => `${kind} ${name} ${weight}`)
          .sort()
          .join(', '),
      );
      const typed = originOf(group);
      const allowed = typed?.block?.statements.some(({ keyword }) =>
        ['sync_group_tracking_weight', 'global_tracking'].includes(keyword.name),
      );
      if (allowed !== true || weighted.every((one) => one === weighted[0])) continue;
      report({
        at: { part: group },
        message: `the members of sync group "${group.name}" track different things by weight`,
        suggestion: 'put the trackers into the sync group, or list them alike in all members',
      });
    }
  },
};
