/** Rule: one-packet scheduling keeps no connection, so answers cannot be translated back. */
import type { Rule } from '../rule.ts';

/** Reports `ops` with NAT servers. */
export const ONE_PACKET_NAT: Rule = {
  name: 'one-packet-nat',
  lacksAnywhere: ['lvs_method'],
  reason: 'Clients get answers from the address of the real server and drop them',
  fix: 'Use DR or TUN, or remove ops',
  check: ({ config, report }) => {
    for (const server of config.virtualServers) {
      if (!server.onePacket) continue;
      if (!server.realServers.some(({ forwarding }) => forwarding.method === 'NAT')) continue;
      report({
        at: { part: server, keyword: 'ops' },
        message: 'with ops the answers of NAT servers are not translated',
        suggestion: 'use lvs_method DR or TUN, or remove ops',
      });
    }
  },
};
