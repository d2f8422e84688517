/** Direct routing beyond the connected subnets. */
import { describeRule, hostWith, server, service } from '../describe-rule.ts';

const HOST = hostWith('eth0 192.168.1.5/24', 'lo 127.0.0.1/8');
const FAR = server('10.0.0.11 80').replace('{', '{ # here');

describeRule('dr-across-router', [
  { it: 'points at the first such server', text: service(FAR), ...HOST, says: /10\.0\.0\.11/ },
  { it: 'accepts connected subnets', text: service(server()), ...HOST },
  { it: 'accepts the director itself', text: service(server('127.0.0.1 80')), ...HOST },
  { it: 'accepts NAT', text: service(FAR.replace(' # here', '')).replace('DR', 'NAT'), ...HOST },
  { it: 'says nothing when addresses are not known', text: service(FAR.replace(' # here', '')) },
]);
