/** Rule: beside virtual servers an IPv6 address should be a /128, which is never chosen as a source. */
import { ipFamily, isLinkLocal } from '../../../base/address.ts';
import { all, asOptions, option } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports IPv6 addresses with a shorter prefix and no preferred lifetime, where IPv6 servers are checked. */
export const VIP_AS_SOURCE: Rule = {
  name: 'vip-as-source',
  reason:
    'Linux takes such an address as the source of its own connections: checks of real servers that have it too fail, and so do tunnels',
  fix: 'Write /128, or preferred_lft 0',
  check: ({ config, originOf, report }) => {
    const checksIpv6 = config.virtualServers.some((server) =>
      server.realServers.some(({ address }) => ipFamily(address) === 'ipv6'),
    );
    if (!checksIpv6) return;
    for (const instance of config.vrrpInstances) {
      const block = originOf(instance)?.block;
      for (const keyword of ['virtual_ipaddress', 'virtual_ipaddress_excluded']) {
        for (const entry of all(block, keyword).flatMap((typed) => typed.block?.entries ?? [])) {
          const [prefix, rest] = entry.values;
          if (typeof prefix !== 'object' || prefix.kind !== 'prefix') continue;
          const { address, length } = prefix;
          if (ipFamily(address) === 'ipv4' || isLinkLocal(address) || length === 128) continue;
          if (option(asOptions(rest), 'preferred_lft') !== undefined) continue;
          report({
            at: { token: entry.token },
            message: `${address}/${length} becomes a source address of this host, also for checks of the real servers`,
            suggestion: `write ${address}/128, or preferred_lft 0 behind it`,
          });
        }
      }
    }
  },
};
