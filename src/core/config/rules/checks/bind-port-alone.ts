/** Rule: bind_port counts only together with bindto. */
import { flag, last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports, once for each virtual server, a `bind_port` without `bindto`. */
export const BIND_PORT_ALONE: Rule = {
  name: 'bind-port-alone',
  reason: 'The local port is ignored, so a firewall rule for it never matches',
  fix: 'Write bindto with the local address',
  check: ({ config, originOf, report }) => {
    for (const { realServers } of config.virtualServers) {
      for (const check of realServers.flatMap(({ checks }) => checks)) {
        const block = originOf(check)?.block;
        const typed = last(block, 'bind_port');
        if (typed === undefined || flag(block, 'bindto')) continue;
        report({
          at: { typed },
          message: 'bind_port has no effect without bindto',
          suggestion: 'write bindto with the local address',
        });
        break;
      }
    }
  },
};
