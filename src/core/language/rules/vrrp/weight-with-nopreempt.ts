/** Rule: a tracker that only lowers the priority moves nothing where nobody preempts. */

import { listed, trackersOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports instances with nopreempt and trackers that have a weight. */
export const WEIGHT_WITH_NOPREEMPT: Rule = {
  name: 'weight-with-nopreempt',
  reason:
    'With nopreempt a backup leaves a master of lower priority alone, so a check that lowers the priority never causes a failover',
  fix: 'Use weight 0: a failed check is then a fault, and the instance leaves MASTER',
  check: ({ config, originOf, definitionOf, report }) => {
    for (const instance of config.vrrpInstances) {
      if (instance.preempt) continue;
      const weighted = trackersOf(originOf(instance), definitionOf).filter(
        ({ weight }) => weight !== 0,
      );
      const [first] = weighted;
      if (first === undefined) continue;
      report({
        at: { token: first.entry.token },
        message: `with nopreempt the weight of ${listed(weighted.map(({ name }) => name))} moves no mastership: the backup does not take over from a lower priority`,
        suggestion:
          'remove the weight, so that a failure is a fault, or remove nopreempt on all routers',
      });
    }
  },
};
