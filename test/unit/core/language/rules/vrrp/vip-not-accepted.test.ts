/** Strict mode and no_accept. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const STRICT = 'global_defs {\n  vrrp_strict\n}\n';

describeRule('vip-not-accepted', [
  {
    it: 'warns when a virtual server uses an address of a strict instance',
    text: STRICT + vrrp('').replace('{', '{ # here') + service(server()),
    says: /virtual server 192\.168\.1\.100 80/,
    severity: 'warning',
  },
  {
    it: 'tells that the addresses do not answer without virtual servers',
    text: STRICT + vrrp('').replace('{', '{ # here'),
    says: /ping/,
    severity: 'notice',
  },
  { it: 'points at strict_mode', text: vrrp('strict_mode # here') },
  {
    it: 'points at no_accept',
    text: vrrp('no_accept # here') + service(server()),
    severity: 'warning',
  },
  {
    it: 'accepts strict mode with accept in version 3',
    text: vrrp('strict_mode\n  version 3\n  accept'),
  },
  { it: 'accepts an owner', text: STRICT + vrrp('state MASTER\n  priority 255') },
  { it: 'accepts the default', text: vrrp('') + service(server()) },
]);
