/** Rule: routers of one group should have different priorities, and the default is the same for all. */
import { last, text } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports instances that leave the priority to the default of 100. */
export const DEFAULT_PRIORITY: Rule = {
  name: 'default-priority',
  lacks: ['priority', 'state'],
  reason: 'Between equal priorities the higher address decides, which nobody chose',
  fix: 'Write a priority on every router, each another one',
  check: ({ config, originOf, report }) => {
    for (const instance of config.vrrpInstances) {
      const block = originOf(instance)?.block;
      if (text(block, 'state') === 'MASTER' || last(block, 'priority') !== undefined) continue;
      report({
        at: { part: instance },
        message: `instance "${instance.name}" has no priority; 100 is used, as on every router without one`,
        suggestion: 'write a priority that no other router of the group has',
      });
    }
  },
};
