/** Persistence with servers that stay with weight 0. */
import { describeRule, server, service } from '../describe-rule.ts';

const KEPT = service(
  `persistence_timeout 60\n  ${server('192.168.1.11 80', 'inhibit_on_failure')}`,
);
const host = (value: string | undefined) => ({ host: { sysctl: () => value } });

describeRule('quiescent-persistence', [
  {
    it: 'H13: names the sysctl at the first such server',
    text: KEPT.replace('192.168.1.11 80 {', '192.168.1.11 80 { # here'),
    ...host('0'),
    says: /net\.ipv4\.vs\.expire_quiescent_template is 0/,
  },
  {
    it: 'H13: knows that it is 0 once the module is loaded',
    text: KEPT.replace('192.168.1.11 80 {', '192.168.1.11 80 { # here'),
    ...host(undefined),
  },
  { it: 'accepts a host that expires templates', text: KEPT, ...host('1') },
  { it: 'accepts persistence alone', text: KEPT.replace('inhibit_on_failure', ''), ...host('0') },
  {
    it: 'accepts inhibit_on_failure alone',
    text: KEPT.replace('persistence_timeout 60', ''),
    ...host('0'),
  },
  { it: 'says nothing about an unknown host', text: KEPT },
]);
