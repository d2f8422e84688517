/** Announcements that are sent once. */
import { describeRule, vrrp } from '../describe-rule.ts';

const ONCE = 'garp_master_repeat 1\n  garp_master_delay 0';

describeRule('announce-once', [
  {
    it: 'tells that a lost frame is not made good',
    text: vrrp(ONCE.replace('1', '1 # here')),
    says: /once/,
    severity: 'notice',
  },
  { it: 'accepts a refresh', text: vrrp(`${ONCE}\n  garp_master_refresh 60`) },
  { it: 'accepts several frames', text: vrrp('garp_master_repeat 2\n  garp_master_delay 0') },
  { it: 'accepts the defaults', text: vrrp('') },
]);
