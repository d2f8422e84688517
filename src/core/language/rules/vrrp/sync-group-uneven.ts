/** Rule: members of a sync group move together, so they should want the same. */
import { tenthsText } from '../../../base/span-text.ts';
import type { VrrpInstanceConfig } from '../../../model/config.ts';
import type { Rule } from '../rule.ts';

/** Settings that should be the same, and how to say their values. */
const COMPARED: readonly {
  readonly what: string;
  readonly of: (instance: VrrpInstanceConfig) => string;
}[] = [
  { what: 'nopreempt', of: ({ preempt }) => (preempt ? 'off' : 'on') },
  { what: 'priority', of: ({ priority }) => String(priority) },
  { what: 'advert_int', of: ({ advertInterval }) => tenthsText(advertInterval) },
];

/** Reports groups whose members differ in preemption, priority or interval. */
export const SYNC_GROUP_UNEVEN: Rule = {
  name: 'sync-group-uneven',
  lacksAnywhere: ['priority', 'state', 'nopreempt', 'preempt_delay', 'advert_int'],
  reason:
    'The group becomes master only when the last member wants it, and leaves with the first: the lowest priority and the slowest interval decide for all',
  fix: 'Give all members the same priority, interval and preemption',
  check: ({ config, report }) => {
    const byName = new Map(config.vrrpInstances.map((one) => [one.name, one]));
    for (const group of config.syncGroups) {
      const members = group.members.flatMap((name) => byName.get(name) ?? []);
      for (const { what, of } of COMPARED) {
        const [first, ...rest] = members;
        const other = first && rest.find((one) => of(one) !== of(first));
        if (first === undefined || other === undefined) continue;
        report({
          at: { part: other, keyword: what },
          message: `sync group "${group.name}": ${what} is ${of(first)} in "${first.name}" and ${of(other)} in "${other.name}"`,
          suggestion: 'write the same in all members of the group',
        });
      }
    }
  },
};
