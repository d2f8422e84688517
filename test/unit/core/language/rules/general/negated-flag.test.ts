/** Words like "off" behind flags. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

describeRule('negated-flag', [
  {
    it: 'points at the word',
    text: service(`alpha off # here\n  ${server()}`),
    says: /"alpha" has no arguments/,
  },
  { it: 'looks into instances', text: vrrp('nopreempt false # here') },
  { it: 'looks into global_defs', text: 'global_defs {\n  lvs_flush no # here\n}\n' },
  { it: 'accepts words that count', text: vrrp('strict_mode off') },
  { it: 'accepts other words', text: service(`alpha because\n  ${server()}`) },
]);
