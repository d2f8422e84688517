/** Outer and inner address of NAT servers. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const OUTSIDE = vrrp('', 'OUTSIDE', '1.1.1.1/24', 61);
const INSIDE = vrrp('', 'INSIDE', '192.168.1.1/24', 62);
const NAT = service(server(), '1.1.1.1 80').replace('DR', 'NAT');
const GROUP = 'vrrp_sync_group G {\n  group {\n    OUTSIDE\n    INSIDE\n  }\n}\n';

describeRule('nat-without-sync-group', [
  {
    it: 'points at the instance with the gateway',
    text: OUTSIDE + INSIDE.replace('{', '{ # here') + NAT,
    says: /"INSIDE".*"OUTSIDE"/,
  },
  { it: 'accepts a sync group of both', text: GROUP + OUTSIDE + INSIDE + NAT },
  { it: 'accepts DR', text: OUTSIDE + INSIDE + NAT.replace('NAT', 'DR') },
  {
    it: 'accepts an instance that has nothing to do with the servers',
    text: OUTSIDE + INSIDE.replace('192.168.1.1', '10.0.0.1') + NAT,
  },
  { it: 'does not take a /32 for a gateway', text: OUTSIDE + INSIDE.replace('1/24', '1/32') + NAT },
]);
