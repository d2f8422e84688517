/** Sorry servers out of the pool. */
import { describeRule, server, service } from '../describe-rule.ts';

describeRule('sorry-is-server', [
  {
    it: 'points at the sorry server',
    text: service(`sorry_server 192.168.1.11 80 # here\n  ${server()}`),
    says: /192\.168\.1\.11 80/,
  },
  {
    it: 'accepts a server of its own',
    text: service(`sorry_server 192.168.1.9 80\n  ${server()}`),
  },
  {
    it: 'accepts another port of NAT',
    text: service(`sorry_server 192.168.1.11 81\n  ${server()}`).replace('DR', 'NAT'),
  },
]);
