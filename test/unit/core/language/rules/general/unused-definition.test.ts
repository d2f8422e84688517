/** Definitions nobody uses. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const SCRIPT = 'vrrp_script A {\n  script /bin/true\n}\n';
const GROUP = 'virtual_server_group G {\n  192.168.1.100 80\n}\n';
const FILE = 'track_file F {\n  file /run/tandem/f\n}\n';

describeRule('unused-definition', [
  {
    it: 'points at a script nothing tracks',
    text: SCRIPT.replace('{', '{ # here') + vrrp(''),
    says: /vrrp_script "A"/,
  },
  { it: 'accepts a tracked script', text: SCRIPT + vrrp('track_script {\n    A\n  }') },
  {
    it: 'accepts a script of a sync group',
    text: `${SCRIPT}${vrrp('')}${vrrp('', 'W', '192.168.1.101', 52)}vrrp_sync_group S {\n  group {\n    V\n    W\n  }\n  track_script {\n    A\n  }\n}\n`,
  },
  {
    it: 'points at a group nothing uses',
    text: GROUP.replace('{', '{ # here') + service(server()),
    says: /virtual_server_group "G"/,
  },
  { it: 'accepts a group in use', text: GROUP + service(server(), 'group G') },
  {
    it: 'accepts a file of a checker',
    text:
      FILE +
      service('real_server 192.168.1.11 80 {\n    FILE_CHECK {\n      track_file F\n    }\n  }'),
  },
  { it: 'points at a file nothing reads', text: FILE.replace('{', '{ # here') + vrrp('') },
]);
