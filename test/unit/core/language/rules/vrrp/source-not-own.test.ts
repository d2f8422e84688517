/** Sources that are not there. */
import { describeRule, hostWith, vrrp } from '../describe-rule.ts';

describeRule('source-not-own', [
  {
    it: 'points at a virtual address',
    text: vrrp('mcast_src_ip 192.168.1.100 # here'),
    says: /backup/,
  },
  {
    it: 'points at an address the host does not have',
    text: vrrp('unicast_src_ip 192.168.1.5 # here\n  unicast_peer {\n    192.168.1.6\n  }'),
    ...hostWith('eth0 192.168.1.7/24'),
    says: /not an address of this host/,
  },
  {
    it: 'accepts an address of the host',
    text: vrrp('mcast_src_ip 192.168.1.5'),
    ...hostWith('eth0 192.168.1.5/24'),
  },
  { it: 'accepts any other address of an unknown host', text: vrrp('mcast_src_ip 192.168.1.5') },
]);
