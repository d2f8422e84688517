/** Settings of instances, interfaces and the whole program as the model keeps them although nothing acts on them yet. */
import { describe, expect, it, test } from 'vitest';
import type { Config, VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { instance, parse } from '../../../support/parse-text.ts';

function config(text: string): Config {
  const { config: found, diagnostics } = parse(text);
  if (found === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return found;
}

function globals(...lines: readonly string[]): Config['global'] {
  return config(`global_defs {\n${lines.join('\n')}\n}\n`).global;
}

function one(lines: string, globalLines = ''): VrrpInstanceConfig {
  const text = `global_defs {\n${globalLines}\n}\n${instance(lines)}`;
  const [found] = config(text).vrrpInstances;
  if (found === undefined) throw new Error('no instance');
  return found;
}

const KEY = 'k'.repeat(32);

describe('auth_hmac', () => {
  it('keeps usable keys and its modes', () => {
    const block = `auth_hmac {
key 1 ${KEY}
key 2 hex:${'ab'.repeat(32)}
key 1 ${'x'.repeat(40)}
key 3 short
active_key 2
time_window 30
anti_replay monotonic
mode permissive
}`;
    expect(one(block).hmac).toEqual({
      keys: [
        { id: 1, secret: KEY },
        { id: 2, secret: `hex:${'ab'.repeat(32)}` },
      ],
      activeKey: 2,
      windowSeconds: 30,
      antiReplay: 'monotonic',
      mode: 'permissive',
    });
  });

  it('is disabled without the active key, and enforces in strict mode', () => {
    expect(one(`auth_hmac {\nkey 1 ${KEY}\nactive_key 7\n}`)).not.toHaveProperty('hmac');
    const block = `strict_mode\nauth_hmac {\nkey 1 ${KEY}\nactive_key 1\nmode permissive\n}`;
    expect(one(block).hmac).toMatchObject({ mode: 'enforce', antiReplay: 'time' });
  });
});

describe('an instance keeps', () => {
  test('its settings', () => {
    const lines = `kernel_rx_buf_size 65536
promote_secondaries
no_accept
garp_extra_if all 30
lvs_sync_daemon_interface eth1
nopreempt
timer_expired_backup 120`;
    expect(one(lines).options).toEqual({
      receiveBufferBytes: 65536,
      promotesSecondaries: true,
      acceptsPackets: false,
      extraAnnouncement: { everySeconds: 30, onAllInterfaces: true },
      syncDaemonInterface: 'eth1',
      expiredTimerPriority: 120,
    });
  });

  test('the defaults of global_defs, unless it says otherwise', () => {
    const defaults = 'vrrp_garp_extra_if 60';
    expect(one('', defaults).options).toEqual({
      extraAnnouncement: { everySeconds: 60, onAllInterfaces: false },
    });
    expect(one('garp_extra_if 0', defaults)).not.toHaveProperty('options');
  });

  test('no setting that contradicts another', () => {
    const lines = `timer_expired_backup
vrf red
use_vmac
promote_secondaries`;
    expect(one(lines)).not.toHaveProperty('options');
  });

  test('the options of its addresses', () => {
    const text = `vrrp_instance V {
interface eth0
virtual_router_id 5
virtual_ipaddress {
2001:db8::1/64 home -nodad mngtmpaddr autojoin
2001:db8::2/64 dev eth1 preferred_lft 30 no_track use_vmac
2001:db8::3/64
}
}
`;
    const { addresses, addressOptions } = config(text).vrrpInstances[0] ?? {};
    expect(addresses).toMatchObject([
      { isHome: true, detectsDuplicates: true, managesTemporary: true, joinsMulticast: true },
      { isUntracked: true, preferredLifetime: 30 },
      {},
    ]);
    expect(addressOptions).toEqual([
      { address: '2001:db8::2', interface: 'eth1', hasOwnVmac: true },
    ]);
  });
});

test('interfaces keep what is said about them apart from instances', () => {
  const text = `garp_group {
garp_interval 0.1
interfaces {
eth0
eth1
}
}
garp_group {
gna_interval 0.2
interface eth1
interface eth2
}
linkbeat_interfaces {
eth0 MII
eth1
}
linkbeat_use_polling
interface_up_down_delays {
eth0 1.5 2
eth1 3
}
`;
  expect(config(text).links).toEqual({
    announceGroups: [
      { interfaces: ['eth0', 'eth1'], arpGap: 100_000 },
      { interfaces: ['eth2'], naGap: 200_000 },
    ],
    polled: [{ interface: 'eth0', method: 'MII' }, { interface: 'eth1' }],
    pollsAll: true,
    delays: [
      { interface: 'eth0', down: 1_500_000, up: 2_000_000 },
      { interface: 'eth1', down: 3_000_000, up: 0 },
    ],
  });
});

describe('global_defs keep', () => {
  test('what runs at the start and at the stop', () => {
    expect(
      globals(
        'startup_script "/bin/up now" root',
        'shutdown_script /bin/down',
        'startup_script_timeout 5',
      ).lifecycle,
    ).toEqual({
      startup: { argv: ['/bin/up', 'now'], user: 'root' },
      shutdown: { argv: ['/bin/down'] },
      startupTimeout: 5_000_000,
    });
  });

  test('VRRP beyond the defaults of instances', () => {
    expect(
      globals('vrrp_delay_after_boot 2.5', 'disable_local_igmp', 'vmac_prefix vv').vrrp,
    ).toEqual({
      bootDelay: 2_500_000,
      joinsNoLocalGroups: true,
      vmacPrefix: 'vv',
    });
  });

  test('the firewall', () => {
    expect(globals('nftables', 'nftables_priority -5', 'nftables_counters').firewall).toEqual({
      nftablesTable: 'keepalived',
      nftablesPriority: -5,
      countsPackets: true,
    });
    expect(globals('vrrp_iptables').firewall).toEqual({
      iptables: { input: 'INPUT', output: 'OUTPUT' },
    });
    expect(globals('vrrp_iptables IN').firewall).toEqual({ iptables: { input: 'IN' } });
    expect(globals('vrrp_iptables A A', 'vrrp_ipsets').firewall).toEqual({ ipsets: 'none' });
    expect(globals('vrrp_ipsets a b').firewall).toEqual({ ipsets: ['a', 'b'] });
  });

  test('IPVS', () => {
    expect(
      globals('lvs_flush', 'lvs_flush_on_stop VS', 'lvs_sync_daemon eth1 inst V id 7 port 8848')
        .ipvs,
    ).toEqual({
      flushesAtStart: true,
      flushesAtStop: 'own',
      syncDaemon: { interface: 'eth1', instance: 'V', id: 7, port: 8848 },
    });
    expect(globals('lvs_sync_daemon eth1 V 9', 'lvs_flush_onstop').ipvs).toEqual({
      flushesAtStop: 'all',
      syncDaemon: { interface: 'eth1', instance: 'V', id: 9 },
    });
  });

  test('how the processes run', () => {
    expect(
      globals(
        'vrrp_priority -10',
        'checker_rt_priority 5',
        'vrrp_rt_priority 50',
        'bfd_no_swap',
        'vrrp_cpu_affinity 0 2',
        'max_auto_priority',
        'process_names',
        'umask IWGRP|IWOTH',
        'checker_process_name chk',
      ),
    ).toMatchObject({
      vrrpRealTimePriority: 50,
      processes: {
        vrrp: { nice: -10, cpus: [0, 2] },
        checkers: { realTimePriority: 5, name: 'chk' },
        bfd: { locksMemory: true },
        maxAutoPriority: 99,
        areNamed: true,
        umask: 0o022,
      },
    });
    expect(globals('umask 0177').processes).toEqual({ umask: 0o177 });
  });

  test('buffers, files and agents', () => {
    expect(
      globals(
        'vrrp_rx_bufs_policy ADVERT 5',
        'vrrp_rx_bufs_multiplier 4',
        'reload_file',
        'state_dump_file /tmp/x',
        'enable_snmp_vrrp',
        'snmp_vs_stats_update_interval 2',
      ),
    ).toMatchObject({
      buffers: { vrrpPackets: 'ADVERT', vrrpPacketsHeld: 4 },
      files: { reloadMark: '', stateDump: '/tmp/x' },
      agents: { snmpVrrp: true, snmpServiceStatsAge: 2_000_000 },
    });
  });

  it('nothing where nothing is written', () => {
    expect(Object.keys(globals('router_id x')).sort()).toEqual([
      'logUnknownVrids',
      'metrics',
      'removeIpvsOnStop',
      'routerId',
      'switchesConntrack',
      'vrrpStartupDelay',
    ]);
  });
});

test('the place of the program is kept', () => {
  const text =
    'net_namespace blue\nnet_namespace_ipvs\ninstance one\nuse_pid_dir\nchild_wait_time 7\n';
  expect(config(text).place).toEqual({
    namespace: 'blue',
    ipvsNamespace: '',
    instance: 'one',
    hasPidDirectory: true,
    stopTimeout: 7_000_000,
  });
  expect(config('')).not.toHaveProperty('place');
});
