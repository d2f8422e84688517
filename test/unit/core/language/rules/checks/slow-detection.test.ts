/** Time until a dead server leaves. */
import { describeRule, server, service } from '../describe-rule.ts';

describeRule('slow-detection', [
  {
    it: 'tells the time with the default of delay_loop',
    text: service(server()).replace('  delay_loop 3\n', '').replace('{', '{ # here'),
    says: /for 71 s/,
    severity: 'notice',
  },
  {
    it: 'points at delay_loop',
    text: service(server()).replace('delay_loop 3', 'delay_loop 100 # here'),
  },
  {
    it: 'adds retries and limits',
    text: service(server('192.168.1.11 80', 'connect_timeout 20\n    retry 3')).replace(
      'delay_loop 3',
      'delay_loop 3 # here',
    ),
    says: /for 86 s/,
  },
  { it: 'accepts less than a minute', text: service(server()) },
  {
    it: 'counts the fastest check of a server',
    text: service(
      server('192.168.1.11 80').replace(
        'TCP_CHECK {',
        'PING_CHECK {\n    }\n    TCP_CHECK {\n    }\n    TCP_CHECK {\n      delay_loop 90',
      ),
    ),
  },
]);
