/** ops with NAT. */
import { describeRule, server, service } from '../describe-rule.ts';

const OPS = service(`ops # here\n  ${server()}`).replace('TCP\n', 'UDP\n');

describeRule('one-packet-nat', [
  { it: 'points at ops', text: OPS.replace('DR', 'NAT'), says: /not translated/ },
  { it: 'accepts DR', text: OPS.replace(' # here', '') },
  { it: 'accepts NAT without ops', text: service(server()).replace('DR', 'NAT') },
]);
