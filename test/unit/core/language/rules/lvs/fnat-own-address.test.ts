/** Connections of FNAT that end at a failover. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const SYNC = 'global_defs {\n  lvs_sync_daemon eth0 inst V\n}\n';
const FNAT = service(server()).replace('DR', 'FNAT');

describeRule('fnat-own-address', [
  {
    it: 'says it where connections are carried over for nothing',
    text: SYNC + vrrp('') + FNAT.replace('100 80 {', '100 80 { # here'),
    says: /open connections end at a failover/,
    severity: 'notice',
  },
  {
    it: 'accepts a source that moves',
    text: SYNC + vrrp('') + FNAT.replace('FNAT', 'FNAT\n  fnat_source 192.168.1.100'),
  },
  { it: 'accepts directors that do not tell each other', text: vrrp('') + FNAT },
  { it: 'accepts DR', text: SYNC + vrrp('') + service(server()) },
]);
