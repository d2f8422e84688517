/** Attempts that outlast delay_loop. */
import { describeRule, service } from '../describe-rule.ts';

const check = (lines: string): string =>
  service(`real_server 192.168.1.11 80 {\n    TCP_CHECK {\n      ${lines}\n    }\n  }`).replace(
    'delay_loop 3',
    'delay_loop 1',
  );

describeRule('timeout-outlasts-loop', [
  {
    it: 'tells when a server that hangs is taken out',
    text: check('connect_timeout 10 # here\n      retry 3\n      delay_before_retry 3'),
    says: /after 50 s, although delay_loop is 1 s/,
    severity: 'notice',
  },
  { it: 'accepts the defaults', text: check('') },
  { it: 'accepts what is in proportion', text: check('connect_timeout 3\n      retry 2') },
]);
