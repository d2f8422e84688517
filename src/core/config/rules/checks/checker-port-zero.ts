/** Rule: a check over the network needs a port to connect to. */
import type { Rule } from '../rule.ts';

/** Reports checks with port 0: servers of a mark, a group or a service for all ports. */
export const CHECKER_PORT_ZERO: Rule = {
  name: 'checker-port-zero',
  reason: 'There is nothing at port 0: the server is down for ever',
  fix: 'Write connect_port in the checker, or a port behind the address of the server',
  check: ({ config, report }) => {
    for (const { realServers } of config.virtualServers) {
      for (const { checks } of realServers) {
        for (const check of checks) {
          if (check.target.port !== 0) continue;
          report({
            at: { part: check },
            message: `${check.type} has no port to connect to: the server is always down`,
            suggestion: 'write connect_port',
          });
        }
      }
    }
  },
};
