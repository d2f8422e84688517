/** Rule: connections of Full-NAT survive a failover only where their source moves to the other director. */
import { isFullNat } from '../../../firewall/full-nat/wish.ts';
import type { Rule } from '../rule.ts';

/** Reports FNAT services without `fnat_source` whose connections are synchronised. */
export const FNAT_OWN_ADDRESS: Rule = {
  name: 'fnat-own-address',
  lacksAnywhere: ['fnat_source'],
  reason:
    'The other director has another address: servers do not know its packets, and open connections end at a failover although lvs_sync_daemon carries them over',
  fix: 'Write fnat_source with an address that moves together with that of the service',
  check: ({ config, report }) => {
    if (config.vrrpInstances.length === 0 || config.global.ipvs?.syncDaemon === undefined) return;
    for (const server of config.virtualServers) {
      if (server.fullNatSource !== undefined || !server.realServers.some(isFullNat)) continue;
      report({
        at: { part: server },
        message: `servers of ${server.title} see the address of this director, so that open connections end at a failover`,
        suggestion: 'write fnat_source with an address of virtual_ipaddress_excluded',
      });
    }
  },
};
