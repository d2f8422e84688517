/** Rule: a check over the network needs a port to connect to. */
import { checkerOf } from '../../../checkers/table.ts';
import type { CheckConfig } from '../../../model/config.ts';
import { findCheck } from '../derived.ts';
import type { Rule } from '../rule.ts';

/** Reports, once for each virtual server, a check with port 0: servers of a mark, a group or a service for all ports. */
export const CHECKER_PORT_ZERO: Rule = {
  name: 'checker-port-zero',
  lacks: ['connect_port'],
  reason: 'There is nothing at port 0: the server is down for ever',
  fix: 'Write connect_port in the checker, or a port behind the address of the server',
  concerns: hasNoPort,
  check: ({ config, report }) => {
    for (const { realServers } of config.virtualServers) {
      const check = findCheck(realServers, hasNoPort);
      if (check === undefined) continue;
      report({
        at: { part: check },
        message: `${check.type} has no port to connect to: the server is always down`,
        suggestion: 'write connect_port',
      });
    }
  },
};

function hasNoPort(check: CheckConfig): boolean {
  const checker = checkerOf(check);
  return checker.usesPorts && checker.endpoints(check).some(({ port }) => port === 0);
}
