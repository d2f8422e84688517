/** FNAT on a host whose IPVS does without connection tracking. */
import { describeRule, server, service } from '../describe-rule.ts';

const FNAT = service(server()).replace('DR', 'FNAT').replace('80 {\n  delay', '80 {\n  delay');
const host = (value: string | undefined) => ({
  host: { sysctl: (name: string) => (name === 'net.ipv4.vs.conntrack' ? value : '1') },
});

describeRule('fnat-without-conntrack', [
  {
    it: 'names the setting and the word at the first server',
    text: FNAT.replace('192.168.1.11 80 {', '192.168.1.11 80 { # here'),
    ...host('0'),
    says: /net\.ipv4\.vs\.conntrack is 0/,
  },
  {
    it: 'misses it where the module is not loaded: it begins as 0',
    text: FNAT.replace('192.168.1.11 80 {', '192.168.1.11 80 { # here'),
    ...host(undefined),
  },
  { it: 'accepts a host that has it', text: FNAT, ...host('1') },
  {
    it: 'accepts lvs_conntrack, which sets it',
    text: `global_defs {\n  lvs_conntrack\n}\n${FNAT}`,
    ...host('0'),
  },
  { it: 'accepts NAT', text: FNAT.replace('FNAT', 'NAT'), ...host('0') },
]);
