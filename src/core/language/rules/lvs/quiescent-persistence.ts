/** Rule: a server kept with weight 0 keeps its persistent clients unless the kernel is told otherwise. */
import type { Rule } from '../rule.ts';
import { reportUnmet } from './precondition.ts';

/** Reports the first server with inhibit_on_failure in a persistent virtual server on such a host. */
export const QUIESCENT_PERSISTENCE: Rule = {
  name: 'quiescent-persistence',
  reason:
    'inhibit_on_failure gives a failed server weight 0, and persistence leads its clients to it until their time is over',
  fix: 'Set the sysctl to 1, after the module ip_vs was loaded; or leave inhibit_on_failure out. No keyword of keepalived sets it, so Tandem does not set it either',
  check: (input) => reportUnmet(input, ['expire_quiescent_template']),
};
