/** Rule: with NAT the address clients use and the gateway the servers use must be on one director. */
import { inSamePrefix, ipFamily } from '../../../base/address.ts';
import type { Config, VrrpInstanceConfig } from '../../../model/config.ts';
import { placeOf } from '../../tree.ts';
import { addressesOf, holders, serviceAddresses } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports instances for service and gateway of NAT servers that are not in one sync group. */
export const NAT_WITHOUT_SYNC_GROUP: Rule = {
  name: 'nat-without-sync-group',
  lacksAnywhere: ['lvs_method'],
  reason:
    'When one of the addresses moves alone, requests and answers pass different directors and are lost',
  fix: 'Put both instances into one vrrp_sync_group',
  check: ({ config, originOf, report }) => {
    const holder = holders(config);
    const reported = new Set<string>();
    for (const server of config.virtualServers) {
      for (const address of serviceAddresses(server)) {
        const outside = holder.get(address);
        if (outside === undefined) continue;
        const inside = gatewayOf(server.realServers, outside, config);
        if (inside === undefined || together(outside, inside, config)) continue;
        const key = `${outside.name} ${inside.name}`;
        if (reported.has(key)) continue;
        reported.add(key);
        const there = originOf(outside)?.statement;
        report({
          at: { part: inside },
          message: `"${inside.name}" holds the gateway of NAT servers of ${server.title}, "${outside.name}" its address, and no sync group holds them together`,
          suggestion: `write vrrp_sync_group with "${outside.name}" and "${inside.name}"`,
          related:
            there === undefined ? [] : [placeOf(there, 'the address of the service is here')],
        });
      }
    }
  },
};

type Servers = Config['virtualServers'][number]['realServers'];

/** Another instance with an address in the subnet of a NAT server. */
function gatewayOf(
  servers: Servers,
  outside: VrrpInstanceConfig,
  config: Config,
): VrrpInstanceConfig | undefined {
  // Servers of Full-NAT need no gateway.
  const server = servers.find(
    ({ forwarding }) => forwarding.method === 'NAT' && forwarding.isFull !== true,
  );
  if (server === undefined) return undefined;
  const family = ipFamily(server.address);
  const most = family === 'ipv4' ? 32 : 128;
  return config.vrrpInstances.find(
    (instance) =>
      instance !== outside &&
      addressesOf(instance).some(
        ({ address, prefixLength }) =>
          ipFamily(address) === family &&
          prefixLength < most &&
          inSamePrefix(address, server.address, prefixLength),
      ),
  );
}

function together(a: VrrpInstanceConfig, b: VrrpInstanceConfig, config: Config): boolean {
  return config.syncGroups.some(
    ({ members }) => members.includes(a.name) && members.includes(b.name),
  );
}
