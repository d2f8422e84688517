/** Checks without a port. */
import { describeRule, server, service } from '../describe-rule.ts';

const mark = (more: string): string => service(more, 'fwmark 7').replace('protocol TCP', '');

describeRule('checker-port-zero', [
  {
    it: 'points at a check of a server of a mark',
    text: mark(server('192.168.1.11').replace('TCP_CHECK {', 'TCP_CHECK { # here')),
    says: /always down/,
  },
  {
    it: 'accepts connect_port',
    text: mark(server('192.168.1.11').replace('TCP_CHECK {', 'TCP_CHECK {\n      connect_port 80')),
  },
  { it: 'takes the port of the service', text: service(server('192.168.1.11')) },
]);
