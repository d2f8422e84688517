/** Rule: an address belongs to one instance; when two hold it, the one that leaves takes it from the other. */
import { isLinkLocal } from '../../../base/address.ts';
import { placeOf } from '../../tree.ts';
import { addressesOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports addresses of two instances. Link-local ones are exempt on different interfaces. */
export const VIP_TWICE: Rule = {
  name: 'vip-twice',
  reason: 'When one of the instances leaves MASTER it removes the address the other still needs',
  fix: 'Keep the address in one of them; a sync group holds instances together',
  check: ({ config, originOf, report }) => {
    const seen = new Map<string, object>();
    for (const instance of config.vrrpInstances) {
      for (const { address, interface: device } of addressesOf(instance)) {
        const key = isLinkLocal(address) ? `${address}%${device}` : address;
        const other = seen.get(key);
        if (other === undefined) seen.set(key, instance);
        else if (other !== instance) {
          const there = originOf(other)?.statement;
          report({
            at: { part: instance, keyword: 'virtual_ipaddress' },
            message: `${address} belongs to another instance too`,
            suggestion:
              'leave it in one of them, and put both into a sync group if they belong together',
            related: there === undefined ? [] : [placeOf(there, 'the other instance is here')],
          });
        }
      }
    }
  },
};
