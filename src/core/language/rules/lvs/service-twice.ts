/** Rule: one service, one virtual server. */
import { serviceKey, type VirtualServerConfig } from '../../../model/config.ts';
import { placeOf } from '../../tree.ts';
import { listed } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports virtual servers that name a service which one above names already. */
export const SERVICE_TWICE: Rule = {
  name: 'service-twice',
  reason:
    'The kernel has the service once: the servers of both end up in it, with scheduler and persistence of the first',
  fix: 'Write the service in one block, or give it another port or protocol',
  check: ({ config, originOf, report }) => {
    const owner = new Map<string, VirtualServerConfig>();
    for (const server of config.virtualServers) {
      const taken = new Map<VirtualServerConfig, string[]>();
      for (const key of server.services.map(serviceKey)) {
        const other = owner.get(key);
        if (other === undefined) owner.set(key, server);
        else if (other !== server) {
          const keys = taken.get(other);
          if (keys === undefined) taken.set(other, [key]);
          else keys.push(key);
        }
      }
      for (const [other, keys] of taken) {
        const there = originOf(other)?.statement;
        report({
          at: { part: server },
          message: `${listed(keys)} belongs to virtual server ${other.title} already; the servers of both are mixed`,
          suggestion: 'put all servers into one block',
          related: there === undefined ? [] : [placeOf(there, 'the first one is here')],
        });
      }
    }
  },
};
