/** Rule: an announcement may get lost, and the first often does while a switch port still learns. */

import { addressesOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports instances that announce each address with one frame only. */
export const ANNOUNCE_ONCE: Rule = {
  name: 'announce-once',
  reason: 'A lost frame leaves neighbours with the old hardware address until their caches expire',
  fix: 'Keep a second burst (garp_master_delay) or a refresh (garp_master_refresh)',
  check: ({ config, report }) => {
    for (const instance of config.vrrpInstances) {
      const { repeat, delay, refresh } = instance.announce;
      if (repeat > 1 || delay > 0 || refresh > 0 || addressesOf(instance).length === 0) continue;
      report({
        at: { part: instance, keyword: 'garp_master_repeat' },
        message: `a new master of "${instance.name}" announces each address once and never again`,
        suggestion: 'write garp_master_delay 1 or more, or garp_master_refresh',
      });
    }
  },
};
