/** Local ports. */
import { describeRule, service } from '../describe-rule.ts';

const check = (more: string): string =>
  service(`real_server 192.168.1.11 80 {\n    TCP_CHECK {\n      ${more}\n    }\n  }`);

describeRule('bind-port-alone', [
  { it: 'points at bind_port', text: check('bind_port 4000 # here'), says: /bindto/ },
  { it: 'accepts it with bindto', text: check('bindto 192.168.1.5\n      bind_port 4000') },
  { it: 'accepts bindto alone', text: check('bindto 192.168.1.5') },
]);
