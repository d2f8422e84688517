/** One router id for two unicast instances. */
import { describeRule, vrrp } from '../describe-rule.ts';

const unicast = (peer: string, name: string, vip: string): string =>
  vrrp(`unicast_src_ip 192.168.1.5\n  unicast_peer {\n    ${peer}\n  }`, name, vip);

describeRule('vrid-shared', [
  {
    it: 'points at the second instance with other peers',
    text:
      unicast('192.168.1.6', 'V', '192.168.1.100') +
      unicast('192.168.1.7', 'W', '192.168.1.101').replace('router_id 51', 'router_id 51 # here'),
    says: /"V" and "W"/,
  },
  {
    it: 'accepts one unicast and one multicast instance',
    text: unicast('192.168.1.6', 'V', '192.168.1.100') + vrrp('', 'W', '192.168.1.101'),
  },
  {
    it: 'accepts the same id on another interface',
    text:
      unicast('192.168.1.6', 'V', '192.168.1.100') +
      unicast('192.168.1.7', 'W', '192.168.1.101').replace('eth0', 'eth1'),
  },
]);
