/** Peers that are this router. */
import { describeRule, hostWith, vrrp } from '../describe-rule.ts';

const peers = (peer: string): string =>
  vrrp(`unicast_src_ip 192.168.1.5\n  unicast_peer {\n    192.168.1.6\n    ${peer}\n  }`);

describeRule('own-address-as-peer', [
  { it: 'points at the own source', text: peers('192.168.1.5 # here'), says: /source address/ },
  {
    it: 'points at a virtual address',
    text: peers('192.168.1.100 # here'),
    says: /virtual address/,
  },
  {
    it: 'points at an address of the host',
    text: peers('192.168.1.9 # here'),
    ...hostWith('eth1 192.168.1.9/24'),
    says: /of this host/,
  },
  { it: 'accepts others', text: peers('192.168.1.7'), ...hostWith('eth0 192.168.1.5/24') },
]);
