/** Unicast without unicast_src_ip. */
import { describeRule, vrrp } from '../describe-rule.ts';

const PEERS = 'unicast_peer {\n    192.168.1.6\n  }';

describeRule('unicast-source-missing', [
  {
    it: 'tells which address is used',
    text: vrrp(PEERS.replace('{', '{ # here')),
    says: /first address of eth0/,
    severity: 'notice',
  },
  { it: 'accepts a source', text: vrrp(`unicast_src_ip 192.168.1.5\n  ${PEERS}`) },
  { it: 'has nothing to say about multicast', text: vrrp('') },
]);
