/** Defaults below the instances. */
import { describeRule, vrrp } from '../describe-rule.ts';

const GLOBALS = 'global_defs {\n  vrrp_garp_master_repeat 3\n}\n';

describeRule('defaults-below-use', [
  {
    it: 'points at a default that stands below an instance',
    text: vrrp('') + GLOBALS.replace('repeat 3', 'repeat 3 # here'),
    says: /keepalived/,
  },
  { it: 'accepts it above', text: GLOBALS + vrrp('') },
  { it: 'accepts other settings below', text: `${vrrp('')}global_defs {\n  router_id a\n}\n` },
]);
