/** A quorum nothing depends on. */
import { describeRule, server, service } from '../describe-rule.ts';

const TWO = server('192.168.1.11 80') + server('192.168.1.12 80');

describeRule('quorum-without-effect', [
  {
    it: 'points at the quorum',
    text: service(`quorum 2 # here\n  ${TWO}`),
    says: /changes nothing/,
    severity: 'notice',
  },
  {
    it: 'accepts it with a sorry server',
    text: service(`quorum 2\n  sorry_server 192.168.1.9 80\n  ${TWO}`),
  },
  { it: 'accepts it with a script', text: service(`quorum 2\n  quorum_down /bin/true\n  ${TWO}`) },
  {
    it: 'accepts it with a FIFO',
    text: `global_defs {\n  lvs_notify_fifo /run/f\n}\n${service(`quorum 2\n  ${TWO}`)}`,
  },
  { it: 'accepts the default', text: service(TWO) },
]);
