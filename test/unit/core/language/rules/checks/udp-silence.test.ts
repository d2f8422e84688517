/** Datagrams that want no reply. */
import { describeRule, service } from '../describe-rule.ts';

const check = (lines: string): string =>
  service(`real_server 192.168.1.11 80 {\n    UDP_CHECK {\n      ${lines}\n    }\n  }`);

describeRule('udp-silence', [
  {
    it: 'warns of a limit before which a dead host is not noticed',
    text: check('connect_timeout 2 # here'),
    says: /UDP_CHECK takes silence for a success after 2 s/,
    severity: 'warning',
  },
  { it: 'accepts one that is longer', text: check('connect_timeout 4') },
  { it: 'accepts a reply that is required', text: check('connect_timeout 2\n      require_reply') },
  {
    it: 'is about no other check',
    text: check('connect_timeout 4').replace('UDP_CHECK', 'PING_CHECK').replace('out 4', 'out 2'),
  },
]);
