/** Rule: one router id serves one instance on an interface, also where the peers differ. */
import type { VrrpInstanceConfig } from '../../../model/config.ts';
import { placeOf } from '../../tree.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/**
 * Reports unicast instances of one family that share interface and router id. With a common peer the
 * configuration is refused before rules run; one unicast and one multicast instance may share an id.
 */
export const VRID_SHARED: Rule = {
  name: 'vrid-shared',
  reason:
    'Advertisements are told apart by interface, family and router id; only the first instance runs',
  fix: 'Give each instance a router id of its own',
  check: ({ config, originOf, report }) => {
    const seen = new Map<string, VrrpInstanceConfig>();
    for (const instance of config.vrrpInstances) {
      const { interface: device, family, vrid, unicastPeers } = instance;
      if (unicastPeers.length === 0 || device === '') continue;
      const key = `${device} ${family} ${vrid}`;
      const other = seen.get(key);
      if (other === undefined) {
        seen.set(key, instance);
        continue;
      }
      const there = originOf(other);
      const place = last(there?.block, 'virtual_router_id') ?? there;
      report({
        at: { part: instance, keyword: 'virtual_router_id' },
        message: `unicast instances "${other.name}" and "${instance.name}" both use virtual router id ${vrid} on ${device}; only the first runs`,
        suggestion: `give "${instance.name}" a router id of its own`,
        related:
          place === undefined ? [] : [placeOf(place.statement, `"${other.name}" uses it here`)],
      });
    }
  },
};
