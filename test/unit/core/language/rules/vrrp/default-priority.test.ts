/** No priority at all. */
import { describeRule, vrrp } from '../describe-rule.ts';

describeRule('default-priority', [
  {
    it: 'tells that 100 is used',
    text: vrrp('state BACKUP').replace('{', '{ # here'),
    says: /100/,
    severity: 'notice',
  },
  { it: 'accepts a priority', text: vrrp('state BACKUP\n  priority 100') },
  { it: 'leaves a MASTER to owner-by-default', text: vrrp('state MASTER') },
]);
