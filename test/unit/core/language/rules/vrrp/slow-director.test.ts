/** Directors that are missed later than servers. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const FAST = service(server('192.168.1.11 80', 'connect_timeout 1'));

describeRule('slow-director', [
  {
    it: 'compares the master-down interval with the detection of servers',
    text: vrrp('advert_int 10 # here') + FAST,
    says: /noticed after 30\.6 s, that of a server of 192\.168\.1\.100 80 after 6 s/,
    severity: 'notice',
  },
  { it: 'accepts the default interval', text: vrrp('advert_int 1') + FAST },
  { it: 'accepts it without virtual servers', text: vrrp('advert_int 10') },
  {
    it: 'accepts it where servers are checked more slowly',
    text: vrrp('advert_int 10') + FAST.replace('delay_loop 3', 'delay_loop 50'),
  },
  {
    it: 'is about the instance that holds the address',
    text: vrrp('advert_int 10', 'V', '192.168.9.9') + FAST,
  },
]);
