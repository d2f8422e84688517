/** Rule: real servers that differ only in a port the kernel does not use are one server. */
import type { IpAddress } from '../../../base/address.ts';
import { endpointKey, type RealServerConfig, type ServiceIdentity } from '../../../model/config.ts';
import { placeOf } from '../../tree.ts';
import type { Rule, RuleInput } from '../rule.ts';

/** Reports real servers that are one destination once ports are completed. */
export const SERVER_COLLIDES: Rule = {
  name: 'server-collides',
  reason:
    'Both are checked, but the kernel has one: the weight is that of the first, and the state flaps between two opinions',
  fix: 'Write each server once, with the port of the service (DR, TUN) or its own (NAT)',
  check: (input) => {
    for (const { services, realServers } of input.config.virtualServers) {
      const [service] = services;
      if (service === undefined) continue;
      const byAddress = new Map<IpAddress, RealServerConfig[]>();
      for (const server of realServers) {
        const others = byAddress.get(server.address);
        if (others === undefined) byAddress.set(server.address, [server]);
        else others.push(server);
      }
      if (byAddress.size === realServers.length) continue;
      for (const servers of byAddress.values()) reportTwins(servers, service, input);
    }
  },
};

/** Real servers of one address of which some are the same for the kernel. */
function reportTwins(
  servers: readonly RealServerConfig[],
  service: ServiceIdentity,
  { originOf, report }: RuleInput,
): void {
  const seen = new Map<string, RealServerConfig>();
  for (const server of servers) {
    const key = kernelKey(server, service);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, server);
      continue;
    }
    const there = originOf(first)?.statement;
    report({
      at: { part: server },
      message: `this is ${key} for the kernel, as another real server above is`,
      suggestion: 'remove one of them, or use NAT to reach several ports of one host',
      related: there === undefined ? [] : [placeOf(there, 'the first one is here')],
    });
  }
}

function kernelKey(server: RealServerConfig, service: ServiceIdentity): string {
  const isKept =
    service.kind === 'fwmark' || (server.port !== 0 && server.forwarding.method === 'NAT');
  return endpointKey(server.address, isKept ? server.port : service.port);
}
