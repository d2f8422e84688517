/** Rule: with NAT the director routes the answers, so the kernel has to forward. */
import type { Rule } from '../rule.ts';
import { reportUnmet } from './precondition.ts';

/** Reports the first NAT server of each family on a host that does not forward it. */
export const NAT_WITHOUT_FORWARDING: Rule = {
  name: 'nat-without-forwarding',
  lacksAnywhere: ['lvs_method'],
  reason: 'The servers answer, but the answers end at the director',
  fix: 'Set the sysctl to 1',
  check: (input) => reportUnmet(input, ['ip_forward', 'ipv6_forwarding']),
};
