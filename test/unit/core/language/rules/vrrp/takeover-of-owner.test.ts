/** Owners with words that have no effect. */
import { describeRule, vrrp } from '../describe-rule.ts';

const DEFINED = `heartbeat lb02 {
 neighbor_ip 10.9.0.2
 key 0123456789abcdef0123456789abcdef
}
witness lan {
 address 192.168.1.1
}
`;

describeRule('takeover-of-owner', [
  {
    it: 'points at both words',
    text:
      DEFINED + vrrp('priority 255\n takeover_heartbeat lb02 # here\n takeover_witness lan # here'),
    says: /has priority 255, so takeover_heartbeat has no effect/,
    severity: 'warning',
  },
  {
    it: 'accepts them below 255',
    text: DEFINED + vrrp('priority 254\n takeover_heartbeat lb02\n takeover_witness lan'),
  },
  { it: 'accepts an owner without them', text: DEFINED + vrrp('priority 255') },
]);
