/** Rule: an address of a virtual server should be held by an instance, else no packet reaches it. */
import type { Rule } from './rule.ts';

/** Reports virtual servers whose address no instance of this configuration holds. */
export const VIP_NOT_HELD: Rule = {
  name: 'vip-not-held',
  reason: 'Packets for an address that no director holds never arrive',
  check: ({ config, report }) => {
    if (config.vrrpInstances.length === 0) return;
    const held = new Set(
      config.vrrpInstances
        .flatMap((one) => [...one.addresses, ...one.excludedAddresses])
        .map((one) => one.address),
    );
    for (const server of config.virtualServers) {
      const missing = server.services.find(
        (service) => service.kind === 'address' && !held.has(service.address),
      );
      if (missing?.kind !== 'address') continue;
      report('lint-vip-not-held', server, undefined, `no vrrp_instance holds ${missing.address}`, {
        suggestion:
          'add it to virtual_ipaddress of an instance, or set it on the host by other means',
      });
    }
  },
};
