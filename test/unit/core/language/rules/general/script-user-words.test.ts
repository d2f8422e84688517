/** Words behind commands. */
import { describeRule, vrrp } from '../describe-rule.ts';

describeRule('script-user-words', [
  {
    it: 'points at an argument that is taken for a user',
    text: vrrp('notify_master /bin/alert MASTER # here'),
    says: /"MASTER" is taken for the user/,
  },
  { it: 'points at an option', text: vrrp('notify_master /bin/alert --up # here') },
  { it: 'looks at the group too', text: vrrp('notify_master /bin/alert root /tmp/x # here') },
  {
    it: 'accepts a user and a group',
    text: vrrp('notify_master "/bin/alert MASTER" www-data adm'),
  },
  { it: 'accepts numbers', text: vrrp('notify_master /bin/alert 1000 1000') },
  { it: 'accepts no words', text: vrrp('notify_master /bin/alert') },
  {
    it: 'leaves unknown users to the check of the host',
    text: vrrp('notify_master /bin/alert MASTER'),
    host: { userExists: () => false },
  },
]);
