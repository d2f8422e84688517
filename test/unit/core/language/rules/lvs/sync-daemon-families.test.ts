/** Synchronisation and families. */
import { describeRule, server, service } from '../describe-rule.ts';

const SYNC = 'global_defs {\n  lvs_sync_daemon eth1\n}\n';
const MIXED = service(server('2001:db8::11 80')).replace('DR', 'TUN');

describeRule('sync-daemon-families', [
  {
    it: 'points at the first server of the other family',
    text: SYNC + MIXED.replace('::11 80 {', '::11 80 { # here'),
    says: /2001:db8::11/,
  },
  { it: 'accepts it without synchronisation', text: MIXED },
  { it: 'accepts one family', text: SYNC + service(server()) },
]);
