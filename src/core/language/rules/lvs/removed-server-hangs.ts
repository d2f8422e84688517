/** Rule: packets to a server that was removed vanish, unless the kernel is told to reset their connections. */
import type { Rule } from '../rule.ts';
import { reportUnmet } from './precondition.ts';

/** Reports the first server that its checks may remove on a host that does not reset its connections. */
export const REMOVED_SERVER_HANGS: Rule = {
  name: 'removed-server-hangs',
  reason:
    'A server that fails leaves the table, and IPVS drops what comes for its open connections without a word (drain_time is for servers that a reload takes out)',
  fix: 'Set the sysctl to 1, after the module ip_vs was loaded; then the clients get a reset at once',
  check: (input) => reportUnmet(input, ['expire_nodest_conn']),
};
