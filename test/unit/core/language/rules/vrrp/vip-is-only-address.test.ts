/** Interfaces whose only address is virtual. */
import { describeRule, hostWith, vrrp } from '../describe-rule.ts';

const here = (text: string): string =>
  text.replace('virtual_ipaddress {', 'virtual_ipaddress { # here');

describeRule('vip-is-only-address', [
  {
    it: 'V5: warns when the only address of the interface is virtual',
    text: here(vrrp('priority 100')),
    ...hostWith('eth0 192.168.1.100/24', 'eth1 10.0.0.1/24'),
    says: /192\.168\.1\.100 is the only IPv4 address of eth0/,
    severity: 'warning',
  },
  {
    it: 'V5: whatever its prefix length, and whosever it is',
    text: here(vrrp('priority 100')) + here(vrrp('priority 100', 'W', '192.168.1.102/24', 52)),
    ...hostWith('eth0 192.168.1.100/32', 'eth1 10.0.0.1/24'),
  },
  {
    it: 'accepts a master that holds it beside its own',
    text: vrrp('priority 100'),
    ...hostWith('eth0 192.168.1.1/24', 'eth0 192.168.1.100/24'),
  },
  {
    it: 'says nothing of an interface without any address',
    text: vrrp('priority 100'),
    ...hostWith('eth1 192.168.1.1/24'),
  },
  {
    it: 'accepts an address owner',
    text: vrrp('priority 255'),
    ...hostWith('eth0 192.168.1.100/24'),
  },
  {
    it: 'accepts a source address that is configured',
    text: vrrp('priority 100\n  mcast_src_ip 10.0.0.1'),
    ...hostWith('eth0 192.168.1.100/24', 'eth1 10.0.0.1/24'),
  },
  {
    it: 'accepts a global IPv6 address: a link-local one is what it needs',
    text: vrrp('version 3', 'V', '2001:db8::100/64'),
    ...hostWith('eth0 2001:db8::100/64', 'eth0 fe80::1/64'),
  },
  { it: 'says nothing where the host is not known', text: vrrp('priority 100') },
]);
