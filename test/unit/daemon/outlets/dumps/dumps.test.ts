/** What signals have written, against what a running keepalived writes for the same configuration (2.2.7 and 2.4.3, measured). */
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../../../../src/core/base/time.ts';
import type { Fact } from '../../../../../src/core/facts/catalogue.ts';
import type { Trouble } from '../../../../../src/core/facts/troubles.ts';
import type { Config } from '../../../../../src/core/model/config.ts';
import type { VrrpState } from '../../../../../src/core/vrrp/events-and-actions.ts';
import { dumpPaths } from '../../../../../src/daemon/outlets/dumps/dump-paths.ts';
import { Dumps } from '../../../../../src/daemon/outlets/dumps/dumps.ts';
import { writeDump } from '../../../../../src/daemon/supervisor/runtime-files.ts';
import type { DaemonState } from '../../../../../src/daemon/supervisor/state.ts';
import { ip } from '../../../../support/builders/addresses.ts';
import { parse } from '../../../../support/parse-text.ts';
import {
  component,
  counters,
  daemonState,
  instanceView,
  NOW,
  traffic,
  virtualServerView,
  WALL_MS,
} from '../../../../support/state-fixture.ts';

const TEXT = `
vrrp_script chk {
    script "/usr/bin/test 1 -eq 1"
    interval 2
    weight 5
}
vrrp_track_process p1 {
    process sleep 1000
    param_match partial
    weight 3
    quorum_max 4
}
vrrp_instance A {
    interface eth0
    virtual_router_id 1
    garp_master_delay 1
    garp_master_repeat 2
    preempt_delay 1.5
    authentication {
        auth_type PASS
        auth_pass geheim
    }
    virtual_ipaddress {
        192.0.2.101/24
        192.0.2.102 dev eth1 label eth1:x
        192.0.2.105/24 brd 192.0.2.255
    }
    virtual_ipaddress_excluded {
        2001:db8:1::5/64
        2001:db8:1::6
    }
    virtual_routes {
        10.9.0.0/16 via 192.0.2.254 dev eth0
        src 192.0.2.101 10.10.0.0/16 via 192.0.2.254 dev eth0 table 100 metric 5
    }
    virtual_rules {
        from 10.9.0.0/16 lookup 100 priority 1000
    }
    track_interface {
        eth1 weight 3
    }
    track_script {
        chk
    }
    track_process {
        p1
    }
    notify_deleted
    notify_master "/usr/bin/true 'a' 'b c'"
}
vrrp_instance B {
    interface eth1
    virtual_router_id 2
    version 3
    priority 90
    nopreempt
    advert_int 0.3
    virtual_ipaddress {
        192.0.3.102 peer 192.0.3.103
    }
}
`;

/** What keepalived 2.4.3 writes for it, without `last_transition`; Tandem shows no counters of HMAC. */
const STATS = {
  advert_rcvd: 0,
  advert_sent: 3,
  become_master: 1,
  release_master: 0,
  packet_len_err: 0,
  advert_interval_err: 0,
  ip_ttl_err: 0,
  invalid_type_rcvd: 0,
  addr_list_err: 0,
  invalid_authtype: 0,
  authtype_mismatch: 0,
  auth_failure: 0,
  auth_ext_missing: 0,
  auth_ext_malformed: 0,
  auth_ext_unknown_key: 0,
  auth_ext_invalid_hmac: 2,
  auth_ext_stale: 0,
  auth_ext_replay: 1,
  pri_zero_rcvd: 0,
  pri_zero_sent: 0,
};
const DATA_A =
  '{"iname":"A","dont_track_primary":0,"skip_check_adv_addr":0,"strict_mode":0,"vmac_ifname":"","ifp_ifname":"eth0","master_priority":0,"last_transition":1699999940,"garp_delay":1,"garp_refresh":0,"garp_rep":2,"garp_refresh_rep":1,"garp_lower_prio_delay":5,"garp_lower_prio_rep":5,"lower_prio_no_advert":0,"higher_prio_send_advert":0,"vrid":1,"base_priority":100,"effective_priority":105,"vipset":true,"promote_secondaries":false,"adver_int":1,"master_adver_int":1,"accept":1,"nopreempt":false,"preempt_delay":1,"state":2,"wantstate":2,"version":2,"smtp_alert":false,"notify_deleted":true,"script_master":"\'\\/usr\\/bin\\/true\' \'a\' \'b c\'","vips":["192.0.2.101\\/24 dev eth0 scope global set","192.0.2.102 dev eth1 scope global label eth1:x","192.0.2.105\\/24 brd 192.0.2.255 dev eth0 scope global"],"evips":["2001:db8:1::5\\/64 dev eth0 scope global preferred_lft forever","2001:db8:1::6 dev eth0 scope global deprecated"],"vroutes":["prepend 10.9.0.0\\/16 via inet 192.0.2.254 dev eth0 proto 18","prepend 10.10.0.0\\/16 src 192.0.2.101 via inet 192.0.2.254 dev eth0 table 100 proto 18 metric 5"],"vrules":["from 10.9.0.0\\/16 priority 1000 tos 0x0 protocol 18 lookup 100"],"track_ifp":["eth1"],"track_script":["\'\\/usr\\/bin\\/test\' \'1\' \'-eq\' \'1\'"],"track_process":["p1"],"auth_type":1,"auth_data":"********"}';

let directory: string;
let told: Fact[];
let troubles: Trouble[];
let state: DaemonState;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-dumps-'));
  told = [];
  troubles = [];
  state = stateOf(configOf(TEXT), 'MASTER');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function configOf(text: string): Config {
  const { config } = parse(text);
  if (config === undefined) throw new Error('no configuration');
  return config;
}

function stateOf(config: Config, of: VrrpState): DaemonState {
  const [first] = config.vrrpInstances;
  const views = config.vrrpInstances.map((one) => {
    const isFirst = one === first;
    const effective = one.priority + (isFirst ? 5 : 0);
    const counted = counters({
      advertisementsSent: 3,
      becomeMaster: 1,
      hmacInvalid: 2,
      hmacReplays: 1,
    });
    const more = { effectivePriority: effective, counters: counted };
    return [one.name, instanceView(one, of, more)] as const;
  });
  const [address] = first?.addresses ?? [];
  const held = {
    instance: 'A',
    address: ip('192.0.2.101'),
    prefixLength: 24,
    interface: 'eth0',
    expected: true,
    present: of === 'MASTER',
    restored: 0,
  };
  return daemonState({
    config,
    components: ['main', 'vrrp', 'health', 'runner'].map((name) => component(name as 'main')),
    vrrp: new Map(views),
    vips: address === undefined ? [] : [held],
    trackers: [
      { kind: 'script', name: 'chk', isUp: true },
      { kind: 'process', name: 'p1', isUp: false, running: 7 },
    ],
  });
}

function dumps(roles = { vrrp: true, health: true }): Dumps {
  return new Dumps({
    state: () => state,
    roles,
    write: writeDump,
    tell: (fact) => told.push(fact),
    troubled: (trouble) => troubles.push(trouble),
    temporary: directory,
  });
}

function text(name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

describe('JSON (signal 36)', () => {
  test('is byte for byte what keepalived 2.4.3 writes: names, types and order of the fields', () => {
    dumps().write('json');
    const [line = '', rest] = text('keepalived.json').split('\n');
    expect(rest).toBe('');
    const [data] = line.replace('[{"data":', '').split(',"stats":');
    expect(data).toBe(DATA_A);
    const [first, second] = JSON.parse(line) as { data: object; stats: object }[];
    expect(Object.entries(first?.stats ?? {})).toEqual(Object.entries(STATS));
    expect(second?.data).toMatchObject({
      adver_int: 0.3,
      master_adver_int: 0.3,
      nopreempt: true,
      version: 3,
      vips: ['192.0.3.102 dev eth1 scope global peer 192.0.3.103/32'],
      auth_type: 0,
    });
    expect(second?.data).not.toHaveProperty('auth_data');
  });

  test('has the shape of json_version 2, with the tracked processes', () => {
    state = stateOf(configOf(`global_defs {\n json_version 2\n}\n${TEXT}`), 'BACKUP');
    dumps().write('json');
    const found = JSON.parse(text('keepalived.json')) as Record<string, { data?: object }[]>;
    expect(Object.keys(found)).toEqual(['vrrp', 'track_process']);
    expect(found['vrrp']?.[0]?.data).toMatchObject({ state: 1, wantstate: 1, vipset: false });
    expect(found['track_process']).toEqual([
      {
        process: 'sleep',
        parameters: '1000',
        param_match: 'partial',
        min_processes: 1,
        max_processes: 4,
        current_processes: 7,
        have_quorum: false,
        terminate_delay: 0,
        fork_delay: 0,
        full_command: true,
      },
    ]);
  });

  test('has no instance of which nothing is known, so that nobody takes an old state for a new one', () => {
    writeFileSync(join(directory, 'keepalived.json'), 'old');
    state = { ...state, components: [component('main'), component('vrrp', { up: false })] };
    dumps().write('json');
    expect(text('keepalived.json')).toBe('[]\n');
  });

  test('is not written without an instance, and that is said', () => {
    state = stateOf(configOf('global_defs {\n}\n'), 'BACKUP');
    dumps().write('json');
    expect(readdirSync(directory)).toEqual([]);
    expect(told).toEqual([{ id: 'dump.written', dump: 'json', files: [] }]);
  });
});

describe('statistics (USR2 and signal 63)', () => {
  const EXPECTED = `VRRP Instance: A
  Advertisements:
    Received: 0
    Sent: 3
  Became master: 1
  Released master: 0
  Packet Errors:
    Length: 0
    TTL: 0
    Invalid Type: 0
    Advertisement Interval: 0
    Address List: 0
  Authentication Errors:
    Invalid Type: 0
    Type Mismatch: 0
    Failure: 0
  Authentication Extension Errors:
    Missing: 0
    Malformed: 0
    Unknown Key: 0
    Invalid HMAC: 2
    Stale: 0
    Replay: 1
  Priority Zero:
    Received: 0
    Sent: 0
`;

  test('are the text of keepalived', () => {
    dumps().write('statistics');
    expect(text('keepalived.stats')).toBe(EXPECTED + EXPECTED.replace(': A', ': B'));
  });

  test('are written before they are cleared, and counted anew behind that, also in JSON', () => {
    const it = dumps();
    it.write('statistics-clear');
    expect(text('keepalived.stats')).toContain('Sent: 3');
    const view = state.vrrp.get('A');
    if (view === undefined) throw new Error('no view');
    const later = { ...view, counters: { ...view.counters, advertisementsSent: 8 } };
    state = { ...state, vrrp: new Map([['A', later]]) };
    it.write('statistics');
    expect(text('keepalived.stats')).toContain('Sent: 5\n  Became master: 0\n');
    it.write('json');
    expect(JSON.parse(text('keepalived.json'))[0].stats.advert_sent).toBe(5);
  });

  test('of a vrrp process that was restarted behind the clearing begin at its zero', () => {
    const it = dumps();
    it.write('statistics-clear');
    const view = state.vrrp.get('A');
    if (view === undefined) throw new Error('no view');
    const restarted = { ...view, counters: counters({ advertisementsSent: 2 }) };
    state = { ...state, vrrp: new Map([['A', restarted]]) };
    it.write('statistics');
    expect(text('keepalived.stats')).toContain('Sent: 2\n');
  });
});

describe('state (USR1)', () => {
  test.each([
    [undefined, undefined],
    [[], 'idle'],
    [['chk 1 17'], 'running'],
    [['chk 2 1 1', 'A notify 3'], 'idle'],
  ])('says of a script whether it runs: %j', (programs, expected) => {
    state = { ...state, ...(programs && { programs }) };
    dumps().write('state');
    const [, block = ''] = text('keepalived.data').split(' VRRP Script = chk\n');
    const [own = ''] = block.split(/\n [^ ]/);
    expect(/^ {3}State = (.*)$/m.exec(own)?.[1]).toBe(expected);
  });

  test('has the lines that exporters look for, in the order of keepalived', () => {
    dumps().write('state');
    const lines = text('keepalived.data').split('\n');
    const moment =
      /^ {3}Last transition = 1699999940\.000000 \(\w{3} \w{3} [ \d]\d [\d:]{8}\.000000 2023\)$/;
    expect(lines.some((line) => moment.test(line))).toBe(true);
    const wanted = [
      '------< Global definitions >------',
      '------< VRRP Topology >------',
      ' VRRP Instance = A',
      '   VRRP Version = 2',
      '   State = MASTER',
      '   Wantstate = MASTER',
      '   Flags of interface faults - (none)',
      '   Interface = eth0',
      '   Using src_ip = 192.0.2.1',
      '   Multicast address 224.0.0.18',
      '   Gratuitous ARP delay = 1',
      '   Virtual Router ID = 1',
      '   Priority = 100',
      '   Effective priority = 105',
      '   Advert interval = 1 sec',
      '   Preempt delay = 1.5 secs',
      '   Authentication type = SIMPLE_PASSWORD',
      '   Password = ********',
      '   Virtual IP (3):',
      '     192.0.2.101/24 dev eth0 scope global set',
      '     192.0.2.102 dev eth1 scope global label eth1:x',
      '   Virtual IP Excluded :',
      '     2001:db8:1::5/64 dev eth0 scope global preferred_lft forever',
      '   Virtual Routes :',
      '     prepend 10.9.0.0/16 via inet 192.0.2.254 dev eth0 proto 18',
      '   Tracked interfaces :',
      '     eth1 weight 3',
      '   Tracked scripts :',
      '     chk weight 5',
      '   Using smtp notification = no',
      '   Notify deleted = Deleted',
      "   Master state transition script = '/usr/bin/true' 'a' 'b c'",
      ' VRRP Instance = B',
      '   Advert interval = 300 milli-sec',
      '------< VRRP Scripts >------',
      ' VRRP Script = chk',
      "   Command = '/usr/bin/test' '1' '-eq' '1'",
      '   Status = GOOD',
      '------< VRRP Track processes >------',
      ' VRRP Track process = p1',
      '   Current processes = 7',
      '   Have quorum = false',
      '------< Interfaces >------',
    ];
    const found = wanted.map((line) => lines.indexOf(line));
    expect(wanted.filter((_, index) => found[index] === -1)).toEqual([]);
    // Lines such as `State` come again further on.
    const heads = found.filter((_, index) => /^(-| V)/.test(wanted[index] ?? ''));
    expect(heads).toEqual(heads.toSorted((a, b) => a - b));
    expect(text('keepalived.data')).not.toContain('geheim');
  });

  test('tells until when a backup waits, and that one at fault waits for nothing', () => {
    const view = state.vrrp.get('A');
    if (view === undefined) throw new Error('no view');
    const heard = { ...view, state: 'BACKUP' as const, lastAdvertisementAt: instant(NOW) };
    state = { ...state, vrrp: new Map([['A', heard]]) };
    dumps().write('state');
    expect(text('keepalived.data')).toContain(`   Read timeout = ${WALL_MS / 1_000 + 3}.600000 (`);
    state = { ...state, vrrp: new Map([['A', { ...view, state: 'FAULT' as const }]]) };
    dumps().write('state');
    expect(text('keepalived.data')).toContain('   State = FAULT\n');
    expect(text('keepalived.data')).toContain('   Read timeout = DISABLED\n');
  });

  test('has a file for each process that keepalived would have', () => {
    const config = configOf(`${TEXT}
bfd_instance bf {
    neighbor_ip 192.0.2.77
}
virtual_server 10.0.0.1 80 {
    delay_loop 3
    lvs_sched mh
    lvs_method TUN
    protocol TCP
    persistence_timeout 60
    sorry_server 10.0.1.9 80
    real_server 10.0.1.1 80 {
        weight 3
        TCP_CHECK {
            connect_timeout 5
        }
    }
    real_server 10.0.1.2 80 {
        weight 3
    }
}`);
    const [server] = config.virtualServers;
    if (server === undefined) throw new Error('no server');
    state = {
      ...stateOf(config, 'BACKUP'),
      virtualServers: new Map([[server.key, virtualServerView(server, [0])]]),
      traffic: new Map([['tcp:10.0.0.1:80', traffic(server)]]),
    };
    dumps().write('state');
    expect(readdirSync(directory).toSorted()).toEqual([
      'keepalived.data',
      'keepalived_bfd.data',
      'keepalived_check.data',
      'keepalived_parent.data',
    ]);
    expect(text('keepalived_bfd.data')).toContain(
      ' BFD Instance = bf\n   Neighbor IP = 192.0.2.77\n',
    );
    const check = text('keepalived_check.data');
    for (const line of [
      ' VS VIP = 10.0.0.1, VPORT = 80',
      '   lvs_sched = mh',
      '   persistence timeout = 60',
      '   protocol = TCP',
      '   sorry server = [10.0.1.9]:80',
      '   RIP = 10.0.1.1, RPORT = 80, WEIGHT = 3 EFF WEIGHT = 0',
      '   forwarding method = TUN',
      '   alive = 0',
      '   num failed checkers = 1',
      ' [10.0.0.1]:tcp:80 -> [10.0.1.1]:tcp:80',
      '   Delay loop = 3000000 us',
      '   Retries iterations = 4',
      '     Dest = [10.0.1.1]:80',
      '     Timeout = 5.000000',
      '   Keepalive method = TCP_CHECK',
    ])
      expect(check.split('\n')).toContain(line);
    expect(statSync(join(directory, 'keepalived.data')).mode & 0o777).toBe(0o600);
  });
});

describe('the files', () => {
  test('take the place of a link that somebody has put there, and do not follow it', () => {
    const precious = join(directory, 'precious');
    writeFileSync(precious, 'untouched');
    symlinkSync(precious, join(directory, 'keepalived.json'));
    dumps().write('json');
    expect(readFileSync(precious, 'utf8')).toBe('untouched');
    expect(lstatSync(join(directory, 'keepalived.json')).isFile()).toBe(true);
    expect(readdirSync(directory).toSorted()).toEqual(['keepalived.json', 'precious']);
  });

  test('that cannot be written are a trouble, and leave no draft', () => {
    const config = configOf(`global_defs {\n json_dump_file ${directory}/none/x.json\n}\n${TEXT}`);
    state = stateOf(config, 'MASTER');
    dumps().write('json');
    expect(troubles).toMatchObject([{ operation: 'write-dump', errno: 'ENOENT' }]);
    expect(told).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([
    ['', '/tmp/keepalived_check.data', '/tmp/keepalived.json'],
    ['state_dump_file /var/x.txt', '/var/x_check.txt', '/tmp/keepalived.json'],
    ['state_dump_file xx/y.txt', '/tmp/y_check.txt', '/tmp/keepalived.json'],
    ['state_dump_file /var/d/', '/var/d/keepalived_check.data', '/tmp/keepalived.json'],
    ['json_dump_file /run/a.js', '/tmp/keepalived_check.data', '/run/a.js'],
    ['data_use_instance', '/tmp/keepalived_check.n_i.data', '/tmp/keepalived.n_i.json'],
  ])('are named by the configuration: %s', (words, check, json) => {
    const config = configOf(`net_namespace n\ninstance i\nglobal_defs {\n ${words}\n}\n`);
    expect(dumpPaths(config, '/tmp')).toMatchObject({ check, json });
  });
});
