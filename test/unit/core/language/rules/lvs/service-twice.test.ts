/** Two virtual servers for one service. */
import { describeRule, server, service } from '../describe-rule.ts';

describeRule('service-twice', [
  {
    it: 'points at the second',
    text: service(server()) + service(server('192.168.1.12 80')).replace('{', '{ # here'),
    says: /tcp:192\.168\.1\.100:80/,
  },
  {
    it: 'finds a service inside a group',
    text: `virtual_server_group G {\n  192.168.1.99-101 80\n}\n${service(server(), 'group G')}${service(server()).replace('{', '{ # here')}`,
  },
  {
    it: 'accepts another protocol',
    text: service(server()) + service(server()).replace('TCP\n', 'UDP\n'),
  },
  {
    it: 'accepts another port',
    text: service(server()) + service(server('192.168.1.11 81'), '192.168.1.100 81'),
  },
]);
