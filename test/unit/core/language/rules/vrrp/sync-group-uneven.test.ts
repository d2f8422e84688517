/** Members of a group that want different things. */
import { describeRule, vrrp } from '../describe-rule.ts';

const GROUP = 'vrrp_sync_group G {\n  group {\n    V\n    W\n  }\n}\n';
const members = (v: string, w: string): string =>
  GROUP + vrrp(v) + vrrp(w, 'W', '192.168.2.100/24', 52);

describeRule('sync-group-uneven', [
  {
    it: 'points at a priority that differs',
    text: members('priority 100', 'priority 90 # here'),
    says: /priority is 100 in "V" and 90 in "W"/,
  },
  {
    it: 'points at an interval that differs',
    text: members('advert_int 1', 'advert_int 2 # here'),
    says: /1 s in "V" and 2 s in "W"/,
  },
  {
    it: 'points at nopreempt in one only',
    text: members('', 'nopreempt # here'),
    says: /off in "V" and on in "W"/,
  },
  { it: 'accepts equal members', text: members('priority 100', 'priority 100') },
  {
    it: 'accepts instances of no group',
    text: vrrp('priority 100') + vrrp('priority 90', 'W', '192.168.2.100/24', 52),
  },
]);
