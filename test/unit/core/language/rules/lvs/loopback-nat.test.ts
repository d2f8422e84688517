/** NAT to the loopback address. */
import { describeRule, server, service } from '../describe-rule.ts';

const nat = (text: string): string => text.replace('DR', 'NAT');

describeRule('loopback-nat', [
  {
    it: 'points at the server',
    text: nat(service(server('127.0.0.1 80').replace('{', '{ # here'))),
    says: /127\.0\.0\.1/,
  },
  {
    it: 'points at a sorry server',
    text: nat(service(`sorry_server 127.0.0.1 80 # here\n  ${server()}`)),
  },
  {
    it: 'knows the one of IPv6',
    text: nat(service(server('::1 80').replace('{', '{ # here'), '2001:db8::1 80')),
  },
  { it: 'accepts DR', text: service(server('127.0.0.1 80')) },
  { it: 'accepts NAT to others', text: nat(service(server())) },
]);
