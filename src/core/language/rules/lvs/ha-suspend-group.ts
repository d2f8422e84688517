/** Rule: ha_suspend waits for the address of the service, and a group has none. */
import { flag } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';

/** Reports `ha_suspend` in a virtual server of a group. */
export const HA_SUSPEND_GROUP: Rule = {
  name: 'ha-suspend-group',
  reason:
    'keepalived never sees the address of a group, so its checks never run and dead servers stay; Tandem runs them while this host has an address of the group',
  fix: 'Write the addresses as virtual servers when the file has to work with keepalived too',
  check: ({ config, originOf, report }) => {
    for (const server of config.virtualServers) {
      if (!server.key.startsWith('group ') || !flag(originOf(server)?.block, 'ha_suspend'))
        continue;
      report({
        at: { part: server, keyword: 'ha_suspend' },
        message:
          'ha_suspend with a group: keepalived never runs the checks; here they run while this host has an address of the group',
        suggestion: 'for keepalived too, write the addresses as virtual servers',
      });
    }
  },
};
