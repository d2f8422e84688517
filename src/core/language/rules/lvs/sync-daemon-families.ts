/** Rule: the kernel does not synchronise connections when a server is of another family than its service. */
import { ipFamily } from '../../../base/address.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports the first server of the other family where connections are to be synchronised. */
export const SYNC_DAEMON_FAMILIES: Rule = {
  name: 'sync-daemon-families',
  reason:
    'The kernel refuses the server while the daemon runs, or the daemon while it has such a server',
  fix: 'Keep to one family, or do without lvs_sync_daemon',
  check: ({ config, globals, report }) => {
    if (last(globals, 'lvs_sync_daemon') === undefined) return;
    for (const { services, realServers } of config.virtualServers) {
      const family = services[0]?.family;
      const other = realServers.find(({ address }) => ipFamily(address) !== family);
      if (family === undefined || other === undefined) continue;
      report({
        at: { part: other },
        message: `${other.address} is of another family than its service, which excludes lvs_sync_daemon`,
        suggestion: 'use a tunnel of one family, or remove lvs_sync_daemon',
      });
      return;
    }
  },
};
