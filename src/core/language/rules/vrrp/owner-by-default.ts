/** Rule: `state MASTER` without `priority` means 255, and 255 means more than "high". */
import { last, text } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports instances that became address owners because nobody wrote a priority. */
export const OWNER_BY_DEFAULT: Rule = {
  name: 'owner-by-default',
  lacks: ['priority'],
  reason:
    'An owner starts as master without listening, never yields, and ignores trackers with a weight',
  fix: 'Write a priority below 255',
  check: ({ config, originOf, report }) => {
    for (const instance of config.vrrpInstances) {
      const block = originOf(instance)?.block;
      if (text(block, 'state') !== 'MASTER' || last(block, 'priority') !== undefined) continue;
      report({
        at: { part: instance, keyword: 'state' },
        message: `instance "${instance.name}" has no priority; with state MASTER it gets 255, that of an address owner`,
        suggestion: 'write a priority below 255, such as 150',
      });
    }
  },
};
