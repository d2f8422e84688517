/** Rule: a real server should not be reached at a virtual address. */

import { holders, serviceAddresses } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports real servers with the address of their service, or one that an instance holds. */
export const SERVER_IS_VIP: Rule = {
  name: 'server-is-vip',
  reason:
    'The check goes through the service itself, and packets go round in a circle or end at the director',
  fix: 'Write the own address of the server; for the director itself 127.0.0.1 with DR',
  check: ({ config, report }) => {
    const held = holders(config);
    for (const server of config.virtualServers) {
      const own = serviceAddresses(server);
      for (const real of server.realServers) {
        const isOwn = own.has(real.address);
        const holder = held.get(real.address);
        if (!isOwn && holder === undefined) continue;
        report({
          at: { part: real },
          message: isOwn
            ? `real server ${real.address} has the address of its own service`
            : `real server ${real.address} is a virtual address of instance "${holder?.name ?? ''}"`,
          suggestion: 'write the own address of the server; for this director 127.0.0.1 with DR',
        });
      }
    }
  },
};
