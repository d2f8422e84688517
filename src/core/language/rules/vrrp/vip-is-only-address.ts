/** Rule: an interface needs an address of its own beside the virtual ones, to send advertisements from. */
import { ipFamily, isLinkLocal } from '../../../base/address.ts';
import { OWNER_PRIORITY } from '../../../wire/protocol.ts';
import { addressesOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports an interface whose only address is virtual. An address owner has it for its own. */
export const VIP_IS_ONLY_ADDRESS: Rule = {
  name: 'vip-is-only-address',
  reason:
    'A backup does not hold the virtual address, so the interface has nothing to send advertisements from: the instance stays in FAULT, and the address stays on the host, also while another router is master',
  fix: 'Give the interface an address of its own, and take the virtual address out of the configuration of the network',
  check: ({ config, host, report }) => {
    if (host.addresses === undefined) return;
    const virtual = new Set(
      config.vrrpInstances.flatMap((one) => addressesOf(one).map(({ address }) => address)),
    );
    for (const instance of config.vrrpInstances) {
      const { family, sourceAddress, priority } = instance;
      if (sourceAddress !== undefined || priority === OWNER_PRIORITY) continue;
      const sources = host.addresses.filter(
        (one) =>
          one.interface === instance.interface &&
          ipFamily(one.address) === family &&
          (family === 'ipv4' || isLinkLocal(one.address)),
      );
      const [first] = sources;
      if (first === undefined || !sources.every(({ address }) => virtual.has(address))) continue;
      const kind = family === 'ipv4' ? 'IPv4' : 'IPv6 link-local';
      report({
        at: { part: instance, keyword: 'virtual_ipaddress' },
        message: `virtual address ${first.address} is the only ${kind} address of ${instance.interface}, which needs one of its own to send advertisements from`,
        suggestion: `give ${instance.interface} an address of its own`,
      });
    }
  },
};
