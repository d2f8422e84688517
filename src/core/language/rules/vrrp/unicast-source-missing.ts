/** Rule: unicast peers know each other by address, so the source should not depend on the interface. */
import type { Rule } from '../rule.ts';

/** Reports unicast instances without `unicast_src_ip`. */
export const UNICAST_SOURCE_MISSING: Rule = {
  name: 'unicast-source-missing',
  lacks: ['unicast_src_ip', 'mcast_src_ip'],
  reason:
    'The first address of the interface is used; when that changes, peers that check their sources stop listening',
  fix: 'Write unicast_src_ip with the address the peers list',
  check: ({ config, report }) => {
    for (const instance of config.vrrpInstances) {
      if (instance.unicastPeers.length === 0 || instance.sourceAddress !== undefined) continue;
      report({
        at: { part: instance, keyword: 'unicast_peer' },
        message: `instance "${instance.name}" has unicast peers but no unicast_src_ip; the first address of ${instance.interface} is used`,
        suggestion: 'write unicast_src_ip with the address that the peers list',
      });
    }
  },
};
