/** Rule: a unicast peer is another router; this one talking to itself hears nobody. */

import { addressesOf } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports peers that are the instance's own source, its virtual address, or an address of this host. */
export const OWN_ADDRESS_AS_PEER: Rule = {
  name: 'own-address-as-peer',
  reason: 'A file copied from the other router lists this one as peer, and both become master',
  fix: 'List the addresses of the other routers only',
  check: ({ config, host, originOf, report }) => {
    const virtual = new Set(
      config.vrrpInstances.flatMap((one) => addressesOf(one).map(({ address }) => address)),
    );
    const present = new Set((host.addresses ?? []).map(({ address }) => address));
    for (const instance of config.vrrpInstances) {
      const own = new Set(addressesOf(instance).map(({ address }) => address));
      for (const { address } of instance.unicastPeers) {
        const what =
          address === instance.sourceAddress
            ? 'the source address of this router'
            : own.has(address)
              ? 'a virtual address of this instance'
              : present.has(address) && !virtual.has(address)
                ? 'an address of this host'
                : undefined;
        if (what === undefined) continue;
        const entries = originOf(instance)?.block?.statements ?? [];
        const entry = entries
          .filter((typed) => typed.keyword.name === 'unicast_peer')
          .flatMap((typed) => typed.block?.entries ?? [])
          .find((one) => one.values[0] === address);
        report({
          at: entry === undefined ? { part: instance } : { token: entry.token },
          message: `peer ${address} is ${what}`,
          suggestion: 'list the addresses of the other routers only',
        });
      }
    }
  },
};
