/** Addresses of virtual servers that nobody holds. */
import { describeRule, hostWith, server, service, vrrp } from '../describe-rule.ts';

const FOREIGN = service(server(), '192.168.1.200 80').replace('{', '{ # here');

describeRule('vip-not-held', [
  { it: 'points at the virtual server', text: vrrp('') + FOREIGN, says: /192\.168\.1\.200/ },
  { it: 'accepts an address of an instance', text: vrrp('') + service(server()) },
  {
    it: 'accepts an excluded address',
    text:
      vrrp('virtual_ipaddress_excluded {\n    192.168.1.200\n  }') + FOREIGN.replace(' # here', ''),
  },
  {
    it: 'accepts a static address',
    text: `static_ipaddress {\n  192.168.1.200/24 dev eth0\n}\n${vrrp('')}${FOREIGN.replace(' # here', '')}`,
  },
  {
    it: 'accepts an address of the host',
    text: vrrp('') + FOREIGN.replace(' # here', ''),
    ...hostWith('eth0 192.168.1.200/24'),
  },
  { it: 'says nothing without instances', text: FOREIGN.replace(' # here', '') },
  {
    it: 'says nothing about marks',
    text: vrrp('') + service(server('192.168.1.11'), 'fwmark 7').replace('protocol TCP', ''),
  },
  {
    it: 'names some addresses of a group once',
    text: `virtual_server_group G {\n  192.168.9.1-9 80\n}\n${vrrp('')}${service(server(), 'group G').replace('{', '{ # here')}`,
    says: /192\.168\.9\.3 and 6 more/,
  },
]);
