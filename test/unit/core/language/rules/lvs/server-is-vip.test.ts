/** Real servers with virtual addresses. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

describeRule('server-is-vip', [
  {
    it: 'points at the address of the own service',
    text: service(server('192.168.1.100 80').replace('{', '{ # here')),
    says: /own service/,
  },
  {
    it: 'points at an address of an instance',
    text:
      vrrp('', 'V', '192.168.1.50') + service(server('192.168.1.50 80').replace('{', '{ # here')),
    says: /instance "V"/,
  },
  { it: 'accepts the director at 127.0.0.1', text: vrrp('') + service(server('127.0.0.1 80')) },
  { it: 'accepts servers', text: vrrp('') + service(server()) },
]);
