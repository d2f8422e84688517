/** IPv6 addresses that become source addresses. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const IPV6_SERVICE = service(server('2001:db8::11 80'), '2001:db8::100 80');

describeRule('vip-as-source', [
  {
    it: 'warns of a /64 beside IPv6 servers',
    text: vrrp('version 3', 'V', '2001:db8::100/64 # here') + IPV6_SERVICE,
    says: /source address/,
  },
  { it: 'accepts a /128', text: vrrp('version 3', 'V', '2001:db8::100/128') + IPV6_SERVICE },
  {
    it: 'accepts no prefix, which is /128',
    text: vrrp('version 3', 'V', '2001:db8::100') + IPV6_SERVICE,
  },
  {
    it: 'accepts preferred_lft 0',
    text: vrrp('version 3', 'V', '2001:db8::100/64 preferred_lft 0') + IPV6_SERVICE,
  },
  { it: 'accepts a link-local address', text: vrrp('version 3', 'V', 'fe80::1/64') + IPV6_SERVICE },
  { it: 'accepts a /64 without virtual servers', text: vrrp('version 3', 'V', '2001:db8::100/64') },
  {
    it: 'looks at excluded addresses too',
    text: vrrp('virtual_ipaddress_excluded {\n 2001:db8::100/64 # here\n }') + IPV6_SERVICE,
  },
]);
