/** One address in two instances. */
import { describeRule, vrrp } from '../describe-rule.ts';

const OTHER = vrrp('priority 90', 'W', '192.168.1.100/24', 52);

describeRule('vip-twice', [
  {
    it: 'points at the second instance with an address',
    text: vrrp('') + OTHER.replace('virtual_ipaddress {', 'virtual_ipaddress { # here'),
    says: /192\.168\.1\.100/,
  },
  { it: 'accepts different addresses', text: vrrp('') + vrrp('', 'W', '192.168.1.101/24', 52) },
  {
    it: 'counts excluded addresses',
    text:
      vrrp('') +
      vrrp('virtual_ipaddress_excluded {\n 192.168.1.100/24\n }', 'W', '192.168.1.101', 52).replace(
        'virtual_ipaddress {',
        'virtual_ipaddress { # here',
      ),
  },
  {
    it: 'lets a link-local address serve on two interfaces',
    text:
      vrrp('version 3', 'V', 'fe80::1 dev eth0') + vrrp('version 3', 'W', 'fe80::1 dev eth1', 52),
  },
  {
    it: 'does not let a link-local address serve twice on one interface',
    text:
      vrrp('version 3', 'V', 'fe80::1 dev eth0') +
      vrrp('version 3', 'W', 'fe80::1 dev eth0', 52).replace(
        'virtual_ipaddress {',
        'virtual_ipaddress { # here',
      ),
  },
]);
