/** Prefix lengths against the subnets of the interface. */
import { describeRule, hostWith, vrrp } from '../describe-rule.ts';

const HOST = hostWith('eth0 192.168.1.5/24', 'lo 127.0.0.1/8');

describeRule('vip-prefix', [
  {
    it: 'tells that an address without prefix is held as /32 inside a bigger subnet',
    text: vrrp('', 'V', '192.168.1.100 # here'),
    ...HOST,
    says: /held as \/32; its interface is in 192\.168\.1\.5\/24/,
    severity: 'notice',
  },
  {
    it: 'tells that an address without prefix is outside the subnets of its interface',
    text: vrrp('', 'V', '10.9.9.9 # here'),
    ...HOST,
    says: /outside/,
    severity: 'notice',
  },
  {
    it: 'says it once for an instance',
    text: vrrp('', 'V', '192.168.1.100 # here\n    192.168.1.101\n    192.168.1.102'),
    ...HOST,
  },
  {
    it: 'warns of a prefix wider than the subnet',
    text: vrrp('', 'V', '192.168.1.100/16 # here'),
    ...HOST,
    says: /wider/,
    severity: 'warning',
  },
  { it: 'accepts the prefix of the subnet', text: vrrp('', 'V', '192.168.1.100/24'), ...HOST },
  { it: 'accepts a written /32', text: vrrp('', 'V', '192.168.1.100/32'), ...HOST },
  { it: 'accepts a subnet of its own with its prefix', text: vrrp('', 'V', '1.1.1.1/24'), ...HOST },
  {
    it: 'is not misled by the address itself when this host is master',
    text: vrrp('', 'V', '10.9.9.9 # here'),
    ...hostWith('eth0 192.168.1.5/24', 'eth0 10.9.9.9/32'),
    says: /outside/,
  },
  { it: 'says nothing when addresses are not known', text: vrrp('', 'V', '192.168.1.100') },
  {
    it: 'says nothing about an interface without addresses',
    text: vrrp('', 'V', '192.168.1.100'),
    ...hostWith('eth1 192.168.1.5/24'),
  },
  { it: 'leaves IPv6 alone', text: vrrp('version 3', 'V', '2001:db8::1'), ...HOST },
  {
    it: 'leaves an address with a peer alone',
    text: vrrp('', 'V', '192.168.1.100 peer 192.168.1.1'),
    ...HOST,
  },
]);
