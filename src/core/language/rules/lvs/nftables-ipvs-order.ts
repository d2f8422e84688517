/** Rule: nftables_ipvs stands before its own settings. */
import type { Rule } from '../rule.ts';

const RESET: readonly string[] = ['nftables_ipvs_priority', 'nftables_ipvs_start_fwmark'];

/** Reports settings above `nftables_ipvs`, which sets them back to their defaults. */
export const NFTABLES_IPVS_ORDER: Rule = {
  name: 'nftables-ipvs-order',
  reason: 'nftables_ipvs resets priority and first mark; what stands above it is lost',
  fix: 'Move nftables_ipvs above its settings',
  check: ({ globals, report }) => {
    const statements = globals?.statements ?? [];
    const index = statements.findIndex(({ keyword }) => keyword.name === 'nftables_ipvs');
    for (const typed of statements.slice(0, Math.max(0, index))) {
      if (!RESET.includes(typed.keyword.name)) continue;
      report({
        at: { typed },
        message: `${typed.keyword.name} stands above nftables_ipvs, which resets it`,
        suggestion: 'move it below nftables_ipvs',
      });
    }
  },
};
