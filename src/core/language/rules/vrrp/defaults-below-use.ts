/** Rule: defaults for instances belong above the instances. */
import { placeOf } from '../../tree.ts';
import type { Rule } from '../rule.ts';

/** Keywords that keepalived copies into an instance where its block begins. */
const COPIED_AT_START: ReadonlySet<string> = new Set([
  'vrrp_garp_master_delay',
  'vrrp_garp_master_repeat',
  'vrrp_garp_master_refresh',
  'vrrp_garp_master_refresh_repeat',
  'vrrp_garp_lower_prio_delay',
  'vrrp_garp_lower_prio_repeat',
  'vrrp_min_garp',
  'vrrp_down_timer_adverts',
]);

/** Reports such keywords in a `global_defs` that stands below an instance. */
export const DEFAULTS_BELOW_USE: Rule = {
  name: 'defaults-below-use',
  reason: 'keepalived gives them to later instances only; Tandem gives them to all',
  fix: 'Move global_defs to the top of the file',
  check: ({ root, report }) => {
    const firstIndex = root.statements.findIndex(({ keyword }) => keyword.name === 'vrrp_instance');
    const first = root.statements[firstIndex];
    if (first === undefined) return;
    for (const typed of root.statements.slice(firstIndex)) {
      if (typed.keyword.name !== 'global_defs') continue;
      for (const inner of typed.block?.statements ?? []) {
        if (!COPIED_AT_START.has(inner.keyword.name)) continue;
        report({
          at: { typed: inner },
          message: `${inner.keyword.name} stands below an instance: keepalived would not use it there`,
          suggestion: 'move global_defs above the instances',
          related: [placeOf(first.statement, 'the first instance is here')],
        });
      }
    }
  },
};
