/** The instance of lvs_sync_daemon. */
import { describeRule, vrrp } from '../describe-rule.ts';

const sync = (line: string): string =>
  `global_defs {\n  lvs_sync_daemon ${line}\n}\n${vrrp('', 'VI_1')}`;

describeRule('sync-daemon-instance', [
  { it: 'points at an unknown instance', text: sync('eth1 VI_2 # here'), says: /"VI_2"/ },
  { it: 'reads the word behind inst', text: sync('eth1 id 7 inst VI_2 # here') },
  { it: 'accepts an instance', text: sync('eth1 inst VI_1 id 7') },
  { it: 'accepts none', text: sync('eth1 id 7') },
  { it: 'accepts the interface alone', text: sync('eth1') },
]);
