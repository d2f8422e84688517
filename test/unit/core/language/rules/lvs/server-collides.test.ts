/** Real servers that are one in the kernel. */
import { describeRule, server, service } from '../describe-rule.ts';

describeRule('server-collides', [
  {
    it: 'completes a missing port',
    text: service(server('192.168.1.11 80') + server('192.168.1.11').replace('{', '{ # here')),
    says: /192\.168\.1\.11:80/,
  },
  {
    it: 'knows that NAT keeps the port',
    text: service(server('192.168.1.11 80') + server('192.168.1.11 81')).replace('DR', 'NAT'),
  },
  { it: 'accepts two hosts', text: service(server('192.168.1.11 80') + server('192.168.1.12 80')) },
  {
    it: 'knows that a mark keeps what is written',
    text: service(server('192.168.1.11 80') + server('192.168.1.11 81'), 'fwmark 7')
      .replace('protocol TCP', '')
      .replace('DR', 'NAT'),
  },
]);
