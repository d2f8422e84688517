/** Rule: the source of advertisements must be an address this router always has. */

import { addressesOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports a source that is a virtual address of the instance, or that the host does not have. */
export const SOURCE_NOT_OWN: Rule = {
  name: 'source-not-own',
  reason:
    'Nothing can be sent from an address that is not there: the router stays silent, and its peers become master',
  fix: 'Write an address of the interface, another one on each router',
  check: ({ config, host, report }) => {
    const present = host.addresses && new Set(host.addresses.map(({ address }) => address));
    for (const instance of config.vrrpInstances) {
      const { sourceAddress } = instance;
      if (sourceAddress === undefined) continue;
      const isVirtual = addressesOf(instance).some(({ address }) => address === sourceAddress);
      const isForeign = present !== undefined && !present.has(sourceAddress);
      if (!isVirtual && !isForeign) continue;
      const keyword = instance.unicastPeers.length > 0 ? 'unicast_src_ip' : 'mcast_src_ip';
      report({
        at: { part: instance, keyword },
        message: isVirtual
          ? `source address ${sourceAddress} is a virtual address of the instance, which a backup does not have`
          : `source address ${sourceAddress} is not an address of this host`,
        suggestion: `write an address of ${instance.interface || 'this host'}`,
      });
    }
  },
};
