/** Limits of connections. */
import { describeRule, server, service } from '../describe-rule.ts';

const limited = (lower: string, upper: string): string =>
  service(server('192.168.1.11 80', `lthreshold ${lower}\n    ${upper}`));

describeRule('thresholds', [
  {
    it: 'points at a lower limit above the upper one',
    text: limited('20 # here', 'uthreshold 10'),
    says: /10 is used/,
  },
  {
    it: 'points at a lower limit alone',
    text: limited('20 # here', ''),
    says: /without uthreshold/,
  },
  { it: 'accepts a pair', text: limited('10', 'uthreshold 20') },
  { it: 'accepts none', text: service(server()) },
]);
