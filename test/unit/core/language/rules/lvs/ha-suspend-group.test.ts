/** ha_suspend and groups. */
import { describeRule, server, service } from '../describe-rule.ts';

const GROUP = 'virtual_server_group G {\n  192.168.1.100 80\n}\n';

describeRule('ha-suspend-group', [
  {
    it: 'points at ha_suspend',
    text: GROUP + service(`ha_suspend # here\n  ${server()}`, 'group G'),
    says: /never run/,
  },
  { it: 'accepts it with an address', text: service(`ha_suspend\n  ${server()}`) },
  { it: 'accepts a group without it', text: GROUP + service(server(), 'group G') },
]);
