/** Plans between two texts, object by object. */
import { describe, expect, it } from 'vitest';
import { lines, planOf, server, service, vrrp } from './support.ts';

interface Case {
  readonly it: string;
  readonly from: string;
  readonly to: string;
  readonly changes: readonly string[];
}

const ONE = service(server('10.0.0.1 80') + server('10.0.0.2 80'));

const CASES: readonly Case[] = [
  {
    it: 'finds nothing between equal files',
    from: vrrp('V') + ONE,
    to: vrrp('V') + ONE,
    changes: [],
  },
  {
    it: 'takes a BFD session in place',
    from: 'bfd_instance peer {\n  neighbor_ip 192.0.2.6\n  min_tx 100\n}\n',
    to: 'bfd_instance peer {\n  neighbor_ip 192.0.2.6\n  min_tx 200\n}\n',
    changes: ['~ bfd_instance peer in-place: min_tx 0.1 s -> 0.2 s'],
  },
  {
    it: 'does not mind the order of blocks',
    from: vrrp('V') + vrrp('W', '', 52, '192.0.2.101'),
    to: vrrp('W', '', 52, '192.0.2.101') + vrrp('V'),
    changes: [],
  },
  {
    it: 'takes a priority in place',
    from: vrrp('V'),
    to: vrrp('V').replace('priority 100', 'priority 90'),
    changes: ['~ vrrp_instance V in-place: priority 100 -> 90'],
  },
  {
    it: 'says settings with the words of the file',
    from: vrrp('V'),
    to: vrrp('V', 'nopreempt\n  preempt_delay 0\n  garp_master_delay 2\n  lower_prio_no_advert'),
    changes: [
      '~ vrrp_instance V in-place: nopreempt off -> on; lower_prio_no_advert off -> on; garp_master_delay 5 s -> 2 s; garp_lower_prio_delay 5 s -> 5 s',
    ].map((line) => line.replace('; garp_lower_prio_delay 5 s -> 5 s', '')),
  },
  {
    it: 'takes fast_recovery of a check in place',
    from: service(server('10.0.0.1 80', '', 'HTTP_GET {\n  url {\n  path /\n  }\n  }')),
    to: service(
      server('10.0.0.1 80', '', 'HTTP_GET {\n  fast_recovery\n  url {\n  path /\n  }\n  }'),
    ),
    changes: [
      '~ virtual_server 192.0.2.100 80 in-place',
      '  ~ real_server 10.0.0.1 80 in-place',
      '    ~ check HTTP_GET#1 in-place: fast_recovery off -> on',
    ],
  },
  {
    it: 'restarts an instance with another router id',
    from: vrrp('V'),
    to: vrrp('V', '', 52),
    changes: ['~ vrrp_instance V restarts: virtual_router_id 51 -> 52'],
  },
  {
    it: 'V21: an instance that becomes unicast goes on',
    from: vrrp('V'),
    to: vrrp('V', 'unicast_src_ip 192.0.2.1\n  unicast_peer {\n    192.0.2.2\n  }'),
    changes: [
      '~ vrrp_instance V in-place: unicast_peer null -> 192.0.2.2; source address null -> 192.0.2.1',
    ],
  },
  {
    it: 'names each address that comes or goes',
    from: vrrp('V', '', 51, '192.0.2.100/24\n    192.0.2.101/24'),
    to: vrrp('V', '', 51, '192.0.2.101/25\n    192.0.2.102/24'),
    changes: [
      '~ vrrp_instance V in-place: virtual_ipaddress 192.0.2.100/24 dev eth0 -> null; virtual_ipaddress 192.0.2.101/24 dev eth0 -> 192.0.2.101/25 dev eth0; virtual_ipaddress null -> 192.0.2.102/24 dev eth0',
    ],
  },
  {
    it: 'notices another order of addresses',
    from: vrrp('V', '', 51, '192.0.2.100/24\n    192.0.2.101/24'),
    to: vrrp('V', '', 51, '192.0.2.101/24\n    192.0.2.100/24'),
    changes: [
      '~ vrrp_instance V in-place: virtual_ipaddress (order) 192.0.2.100/24 dev eth0, 192.0.2.101/24 dev eth0 -> 192.0.2.101/24 dev eth0, 192.0.2.100/24 dev eth0',
    ],
  },
  {
    it: 'V21: sees a new name as a change of the same virtual router',
    from: vrrp('V'),
    to: vrrp('W'),
    changes: ['~ vrrp_instance W in-place: name V -> W'],
  },
  {
    it: 'V21: sees that another virtual router got the name',
    from: vrrp('V'),
    to: vrrp('W') + vrrp('V', '', 52, '192.0.2.101'),
    changes: ['~ vrrp_instance W in-place: name V -> W', '+ vrrp_instance V starts'],
  },
  {
    it: 'compares sync groups by name',
    from: `${vrrp('V')}${vrrp('W', '', 52, '192.0.2.101')}${vrrp('X', '', 53, '192.0.2.102')}vrrp_sync_group G {\n  group {\n    V\n    W\n  }\n}\n`,
    to: `${vrrp('V')}${vrrp('W', '', 52, '192.0.2.101')}${vrrp('X', '', 53, '192.0.2.102')}vrrp_sync_group G {\n  group {\n    V\n    X\n  }\n}\n`,
    changes: ['~ vrrp_sync_group G in-place: group W -> null; group null -> X'],
  },
  {
    it: 'tells what waits for the next start',
    from: `global_defs {\n  vrrp_startup_delay 1\n}\n${vrrp('V')}`,
    to: `global_defs {\n  vrrp_startup_delay 2\n}\n${vrrp('V')}`,
    changes: ['~ global_defs next-start: vrrp_startup_delay 1 s -> 2 s'],
  },
  {
    it: 'compares virtual servers by their service',
    from: ONE,
    to: ONE.replace('100 80', '100 81') + ONE.replace('lvs_sched rr', 'lvs_sched wlc'),
    changes: [
      '+ virtual_server 192.0.2.100 81 starts',
      '~ virtual_server 192.0.2.100 80 in-place: lvs_sched rr -> wlc',
    ],
  },
  {
    it: 'compares real servers by address and port',
    from: ONE,
    to: service(server('10.0.0.1 80', 'weight 3') + server('10.0.0.2 8080')),
    changes: [
      '~ virtual_server 192.0.2.100 80 in-place',
      '  - real_server 10.0.0.2 80 ends',
      '  ~ real_server 10.0.0.1 80 in-place: weight 1 -> 3',
      '  + real_server 10.0.0.2 8080 starts',
    ],
  },
  {
    it: 'lets a check with another rhythm go on',
    from: service(server('10.0.0.1 80')),
    to: service(server('10.0.0.1 80', '', 'TCP_CHECK {\n  retry 3\n  }')),
    changes: [
      '~ virtual_server 192.0.2.100 80 in-place',
      '  ~ real_server 10.0.0.1 80 in-place',
      '    ~ check TCP_CHECK#1 in-place: retry 1 -> 3',
    ],
  },
  {
    it: 'starts a check anew that asks another question',
    from: service(server('10.0.0.1 80')),
    to: service(server('10.0.0.1 80', '', 'TCP_CHECK {\n  connect_port 81\n  }')),
    changes: [
      '~ virtual_server 192.0.2.100 80 in-place',
      '  ~ real_server 10.0.0.1 80 in-place',
      '    ~ check TCP_CHECK#1 restarts: connect_port 80 -> 81',
    ],
  },
  {
    it: 'tells checks of another kind apart',
    from: service(server('10.0.0.1 80')),
    to: service(server('10.0.0.1 80', '', 'HTTP_GET {\n  url {\n  path /\n  }\n  }')),
    changes: [
      '~ virtual_server 192.0.2.100 80 in-place',
      '  ~ real_server 10.0.0.1 80 in-place',
      '    - check TCP_CHECK#1 ends',
      '    + check HTTP_GET#1 starts',
    ],
  },
  {
    it: 'sees another sorry server as another server',
    from: service(`sorry_server 10.0.0.8 80\n${server('10.0.0.1 80')}`),
    to: service(`sorry_server 10.0.0.9 80\n${server('10.0.0.1 80')}`),
    changes: [
      '~ virtual_server 192.0.2.100 80 in-place',
      '  - sorry_server 10.0.0.8 80 ends',
      '  + sorry_server 10.0.0.9 80 starts',
    ],
  },
  {
    it: 'lists keywords that have no effect yet',
    from: vrrp('V'),
    to: `global_defs {\n  enable_snmp_vrrp\n}\n${vrrp('V')}`,
    changes: [
      '~ global_defs none-yet: enable_snmp_vrrp null -> on; not supported yet null -> enable_snmp_vrrp',
    ],
  },
];

describe('diffConfig', () => {
  it.each(CASES)('$it', ({ from, to, changes }) => {
    expect(lines(planOf(from, to).changes)).toEqual(changes);
  });

  it('counts the outermost changes', () => {
    const { summary } = planOf(
      vrrp('V') + ONE,
      vrrp('W', '', 52, '192.0.2.101') + ONE.replace('rr', 'wlc'),
    );
    expect(summary).toEqual({ added: 1, changed: 1, removed: 1, ipvsOperations: 1 });
  });

  it('never shows a key of auth_hmac, and still shows that it changed', () => {
    const hmac = (key: string): string =>
      vrrp('V', `auth_hmac {\nkey 1 ${key.repeat(32)}\nactive_key 1\n}`);
    const text = 'key 1 of 1, enforce, anti_replay time (secret)';
    expect(lines(planOf(hmac('a'), hmac('b')).changes)).toEqual([
      `~ vrrp_instance V in-place: auth_hmac ${text} -> ${text} (another one)`,
    ]);
  });

  it('never shows a secret, and still shows that it changed', () => {
    const auth = (secret: string): string =>
      vrrp('V', `authentication {\n auth_type PASS\n auth_pass ${secret}\n }`).replace(
        'version 3',
        'version 2',
      );
    const plan = planOf(auth('alpha'), auth('beta'));
    expect(lines(plan.changes)).toEqual([
      '~ vrrp_instance V in-place: authentication PASS (secret) -> PASS (secret) (another one)',
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/alpha|beta/);
  });
});
