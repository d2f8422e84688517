/** Rule: an address of a virtual server should be held by an instance, else no packet reaches it. */
import { directorAddresses, listed, serviceAddresses } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports virtual servers with addresses that neither an instance nor this host holds. */
export const VIP_NOT_HELD: Rule = {
  name: 'vip-not-held',
  lacksAnywhere: ['vrrp_instance', 'virtual_ipaddress', 'virtual_ipaddress_excluded'],
  reason: 'Packets for an address that no director holds never arrive',
  fix: 'Add the address to virtual_ipaddress of an instance',
  check: (input) => {
    const { config, report } = input;
    if (config.vrrpInstances.length === 0) return;
    const held = directorAddresses(input);
    for (const server of config.virtualServers) {
      const missing = [...serviceAddresses(server)].filter((address) => !held.has(address));
      if (missing.length === 0) continue;
      report({
        at: { part: server },
        message: `no vrrp_instance holds ${listed(missing)}`,
        suggestion:
          'add it to virtual_ipaddress of an instance, or set it on the host by other means',
      });
    }
  },
};
