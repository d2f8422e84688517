/** NAT on a host that does not forward. */
import { describeRule, server, service } from '../describe-rule.ts';

const NAT = service(server()).replace('DR', 'NAT');
const host = (ipv4: boolean) => ({
  host: {
    sysctl: (name: string) => (name === 'net.ipv4.ip_forward' && !ipv4 ? '0' : '1'),
  },
});

describeRule('nat-without-forwarding', [
  {
    it: 'names the sysctl at the first server',
    text:
      NAT.replace('192.168.1.11 80 {', '192.168.1.11 80 { # here') +
      NAT.replace('100 80', '100 81'),
    ...host(false),
    says: /net\.ipv4\.ip_forward/,
  },
  { it: 'accepts a host that forwards', text: NAT, ...host(true) },
  { it: 'accepts DR', text: service(server()), ...host(false) },
  { it: 'says nothing about an unknown host', text: NAT },
]);
