/** state MASTER without a priority. */
import { describeRule, vrrp } from '../describe-rule.ts';

describeRule('owner-by-default', [
  {
    it: 'points at a state MASTER without priority',
    text: vrrp('state MASTER # here'),
    says: /255/,
  },
  { it: 'accepts a MASTER with a priority', text: vrrp('state MASTER\n  priority 150') },
  { it: 'accepts an owner that is meant', text: vrrp('state MASTER\n  priority 255') },
  { it: 'has nothing to say about a BACKUP', text: vrrp('state BACKUP') },
]);
