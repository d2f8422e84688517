/** Servers that leave the table while connections are open. */
import { describeRule, server, service } from '../describe-rule.ts';

const CHECKED = service(server('192.168.1.11 80', 'TCP_CHECK {\n    }'));
const HERE = CHECKED.replace('192.168.1.11 80 {', '192.168.1.11 80 { # here');
const host = (value: string | undefined) => ({ host: { sysctl: () => value } });

describeRule('removed-server-hangs', [
  {
    it: 'H12: names the sysctl at the first such server',
    text: HERE,
    ...host('0'),
    says: /net\.ipv4\.vs\.expire_nodest_conn is 0 on this host: open connections/,
  },
  { it: 'H12: knows that it is 0 once the module is loaded', text: HERE, ...host(undefined) },
  { it: 'accepts a host that resets them', text: CHECKED, ...host('1') },
  {
    it: 'accepts servers that stay with weight 0',
    text: CHECKED.replace('TCP_CHECK', 'inhibit_on_failure\n    TCP_CHECK'),
    ...host('0'),
  },
  { it: 'says nothing about an unknown host', text: CHECKED },
]);
