/** Rule: direct routing changes only the hardware address, so the server must be in a connected subnet. */
import { type IpAddress, inSamePrefix, ipFamily } from '../../../base/address.ts';
import type { HostAddress } from '../../host.ts';
import { listed } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports DR servers that are in no subnet of this host. */
export const DR_ACROSS_ROUTER: Rule = {
  name: 'dr-across-router',
  lacksAnywhere: ['lvs_method'],
  reason:
    'The packet keeps the virtual address as destination: a router on the way sends it back to the director',
  fix: 'Use TUN or NAT for servers behind a router',
  check: ({ config, host, report }) => {
    const { addresses } = host;
    if (addresses === undefined || addresses.length === 0) return;
    for (const { title, realServers } of config.virtualServers) {
      const far = realServers.filter(
        ({ address, forwarding }) => forwarding.method === 'DR' && !isNear(address, addresses),
      );
      const [first] = far;
      if (first === undefined) continue;
      report({
        at: { part: first },
        message: `virtual server ${title}: ${listed(far.map(({ address }) => address))} is in no subnet of this host, and DR cannot cross a router`,
        suggestion: 'use lvs_method TUN or NAT',
      });
    }
  },
};

function isNear(address: IpAddress, addresses: readonly HostAddress[]): boolean {
  const family = ipFamily(address);
  return addresses.some(
    (own) =>
      ipFamily(own.address) === family && inSamePrefix(own.address, address, own.prefixLength),
  );
}
