/** Rule: the server that stands in should not be one of those it stands in for. */
import type { Rule } from '../rule.ts';

/** Reports sorry servers that are a real server of the same virtual server. */
export const SORRY_IS_SERVER: Rule = {
  name: 'sorry-is-server',
  reason: 'When it is needed it is among those that failed; nobody checks it in that role',
  fix: 'Name a server of its own, the director for instance',
  check: ({ config, report }) => {
    for (const { sorryServer, realServers } of config.virtualServers) {
      if (sorryServer === undefined) continue;
      const { address, port } = sorryServer;
      const twin = realServers.find((one) => one.address === address && one.port === port);
      if (twin === undefined) continue;
      report({
        at: { part: sorryServer },
        message: `sorry server ${address} ${port} is one of the real servers: it stands in although it may be the one that failed`,
        suggestion: 'name a server that is not in the pool',
      });
    }
  },
};
