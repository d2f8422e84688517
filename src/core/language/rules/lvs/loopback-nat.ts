/** Rule: the director as its own real server works with DR at 127.0.0.1, not with NAT. */
import type { IpAddress } from '../../../base/address.ts';
import type { Rule } from '../rule.ts';

/** Reports NAT to a loopback address. */
export const LOOPBACK_NAT: Rule = {
  name: 'loopback-nat',
  lacksAnywhere: ['lvs_method'],
  reason: 'The kernel does not translate to a loopback address: connections hang',
  fix: 'Use DR at 127.0.0.1, or NAT to an address of an interface',
  check: ({ config, report }) => {
    for (const { realServers, sorryServer } of config.virtualServers) {
      const servers = sorryServer === undefined ? realServers : [...realServers, sorryServer];
      for (const server of servers) {
        if (server.forwarding.method !== 'NAT' || !isLoopback(server.address)) continue;
        report({
          at: { part: server },
          message: `NAT to ${server.address} does not work`,
          suggestion: 'use lvs_method DR here, or an address of an interface',
        });
      }
    }
  },
};

function isLoopback(address: IpAddress): boolean {
  return address === '::1' || address.startsWith('127.');
}
