/** Real servers without checkers. */
import { describeRule, server, service } from '../describe-rule.ts';

const BARE = 'real_server 192.168.1.12 80 { # here\n  }';

describeRule('servers-unchecked', [
  {
    it: 'warns where others are checked',
    text: service(`${server()}\n  ${BARE}`),
    says: /192\.168\.1\.12 80 has no checker/,
    severity: 'warning',
  },
  {
    it: 'tells once when none is',
    text: service(`${BARE}\n  ${BARE.replace('12', '13').replace(' # here', '')}`),
    says: /no real server is checked/,
    severity: 'notice',
  },
  { it: 'accepts checked servers', text: service(server()) },
  {
    it: 'counts checkers of every kind',
    text: service('real_server 192.168.1.12 80 {\n    PING_CHECK {\n    }\n  }'),
  },
]);
