/** Rule: the kernel translates the source of IPVS connections only when it tracks them. */
import type { Rule } from '../rule.ts';
import { reportUnmet } from './precondition.ts';

/** Reports the first FNAT server on a host whose IPVS does without connection tracking. */
export const FNAT_WITHOUT_CONNTRACK: Rule = {
  name: 'fnat-without-conntrack',
  lacksAnywhere: ['lvs_method', 'lvs_conntrack'],
  reason: 'Servers see the client and answer it directly: connections hang',
  fix: 'Write lvs_conntrack in global_defs, or set the sysctl to 1',
  check: (input) => {
    if (input.config.global.switchesConntrack) return;
    reportUnmet(input, ['vs_conntrack'], 'write lvs_conntrack in global_defs');
  },
};
