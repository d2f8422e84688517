/** What hurts on a director: each setting by a configuration that it matters for, and one that it does not. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../src/core/director/finding.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { findingsOn, type HostChange, instance, service } from './model-director.ts';

const DR = service('DR', ['10.1.0.11 80']);
const NAT = service('NAT', ['10.1.0.11 80']);
const ONE_ARMED = service('NAT', ['10.0.0.11 80']);
const TUN = service('TUN', ['10.1.0.11 80']);
const FULL = service('FNAT', ['10.1.0.11 80']);
const LOCAL = service('DR', ['10.0.0.2 80', '10.0.0.11 80']);
const STUCK = service('DR', ['10.1.0.11 80'], '  persistence_timeout 60');
const SH = DR.replace('lvs_sched rr', 'lvs_sched sh');
const IPV6 = DR.replace('10.0.0.1 80', '2001:db8::1 80').replace('10.1.0.11', '2001:db8::11');
const SYNC = 'global_defs {\n  lvs_sync_daemon eth1 VI_1\n}\n';
const ROUTES = instance('virtual_routes {\n    10.9.0.0/24 via 10.0.0.9 dev eth0\n  }');
const RULES = instance('virtual_rules {\n    from 10.9.0.0/24 lookup 100\n  }');
const SIGNED = instance(
  'auth_hmac {\n    key 1 "a-long-secret-of-32-bytes-or-more-1"\n    active_key 1\n    anti_replay time\n  }',
);

const networkd = { links: [], managesForeignRoutes: true, managesForeignRules: true };
const quiet = { ...networkd, managesForeignRoutes: false, managesForeignRules: false };

interface Row {
  readonly it: string;
  readonly text: string;
  readonly host: HostChange;
  readonly subject: string;
  readonly verdict: Finding['verdict'];
  readonly commands?: readonly string[];
}

const set = (settings: Readonly<Record<string, string>>): HostChange => ({ settings });
const nodest = { 'net/ipv4/vs/expire_nodest_conn': '0' };

const ROWS: readonly Row[] = [
  {
    it: 'H15: NAT without ip_forward',
    text: NAT,
    host: set({ 'net/ipv4/ip_forward': '0' }),
    subject: 'net.ipv4.ip_forward',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.ip_forward=1'],
  },
  {
    it: 'H12: a server that is removed, and its connections',
    text: DR,
    host: set(nodest),
    subject: 'net.ipv4.vs.expire_nodest_conn',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.vs.expire_nodest_conn=1'],
  },
  {
    it: 'H12: the same before the module is loaded',
    text: DR,
    host: { ...set(nodest), hasIpvs: false },
    subject: 'net.ipv4.vs.expire_nodest_conn',
    verdict: 'wrong',
    commands: ['modprobe ip_vs', 'sysctl -w net.ipv4.vs.expire_nodest_conn=1'],
  },
  {
    it: 'H13: inhibit_on_failure with persistence',
    text: STUCK.replace('TCP_CHECK', 'inhibit_on_failure\n    TCP_CHECK'),
    host: set({ 'net/ipv4/vs/expire_quiescent_template': '0' }),
    subject: 'net.ipv4.vs.expire_quiescent_template',
    verdict: 'wrong',
  },
  {
    it: 'persistence and drains',
    text: STUCK,
    host: set({ 'net/ipv4/vs/expire_quiescent_template': '0' }),
    subject: 'net.ipv4.vs.expire_quiescent_template',
    verdict: 'note',
  },
  {
    it: 'Full-NAT without conntrack of IPVS',
    text: FULL,
    host: {},
    subject: 'net.ipv4.vs.conntrack',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.vs.conntrack=1'],
  },
  {
    it: 'Full-NAT with lvs_conntrack, which sets it',
    text: `global_defs {\n  @tandem lvs_conntrack\n}\n${FULL}`,
    host: {},
    subject: 'net.ipv4.vs.conntrack',
    verdict: 'note',
  },
  {
    it: 'direct routing with conntrack of IPVS',
    text: DR,
    host: set({ 'net/ipv4/vs/conntrack': '1' }),
    subject: 'net.ipv4.vs.conntrack',
    verdict: 'note',
    commands: ['sysctl -w net.ipv4.vs.conntrack=0'],
  },
  {
    it: 'redirects of a director with one arm',
    text: ONE_ARMED,
    host: set({ 'net/ipv4/conf/eth0/send_redirects': '1' }),
    subject: 'send_redirects of eth0',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.conf.eth0.send_redirects=0'],
  },
  {
    it: 'a strict filter where the default route is elsewhere',
    text: DR,
    host: {
      settings: { 'net/ipv4/conf/all/rp_filter': '1' },
      defaultDevices: { ipv4: ['eth1'], ipv6: [] },
    },
    subject: 'rp_filter of eth0',
    verdict: 'note',
    commands: ['sysctl -w net.ipv4.conf.eth0.rp_filter=2'],
  },
  {
    it: 'nobody answers ARP',
    text: instance(),
    host: set({ 'net/ipv4/conf/eth0/arp_ignore': '8' }),
    subject: 'arp_ignore of eth0',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.conf.eth0.arp_ignore=0'],
  },
  {
    it: 'a backup that is a real server too answers ARP',
    text: instance(),
    host: { addresses: [{ address: ip('10.0.0.1'), prefixLength: 32, device: 'lo' }] },
    subject: 'arp_ignore of eth0',
    verdict: 'wrong',
    commands: [
      'sysctl -w net.ipv4.conf.all.arp_ignore=1',
      'sysctl -w net.ipv4.conf.all.arp_announce=2',
    ],
  },
  {
    it: 'checks from a virtual address',
    text: `${instance()}${DR.replace('TCP_CHECK {', 'TCP_CHECK {\n      bindto 10.0.0.1')}`,
    host: {},
    subject: 'net.ipv4.ip_nonlocal_bind',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.ip_nonlocal_bind=1'],
  },
  {
    it: 'a program that is watched',
    text: `vrrp_track_process haproxy {\n  process /usr/sbin/haproxy\n}\n${instance('track_process {\n    haproxy\n  }')}`,
    host: {},
    subject: 'net.ipv4.ip_nonlocal_bind',
    verdict: 'note',
  },
  {
    it: 'a kernel without IPVS',
    text: DR,
    host: { hasIpvs: false, modules: { ok: true, value: new Set(['ext4']) } },
    subject: 'ip_vs',
    verdict: 'wrong',
  },
  {
    it: 'a kernel that was built without IPVS',
    text: DR,
    host: { hasIpvs: false, kernelOption: () => 'n', modules: { ok: false, why: 'no list' } },
    subject: 'ip_vs',
    verdict: 'wrong',
  },
  {
    it: 'IPVS that is not loaded yet',
    text: DR,
    host: { hasIpvs: false },
    subject: 'ip_vs',
    verdict: 'note',
    commands: ['modprobe ip_vs'],
  },
  {
    it: 'modules of which nothing is known',
    text: DR,
    host: { hasIpvs: false, modules: { ok: false, why: 'there is no list' } },
    subject: 'ip_vs',
    verdict: 'unsure',
  },
  {
    it: 'a scheduler that is not there',
    text: DR.replace('lvs_sched rr', 'lvs_sched ovf'),
    host: {},
    subject: 'ip_vs_ovf',
    verdict: 'wrong',
  },
  {
    it: 'IPv6 that IPVS was built without',
    text: IPV6,
    host: { kernelOption: (name) => (name === 'IP_VS_IPV6' ? 'n' : 'y') },
    subject: 'IP_VS_IPV6',
    verdict: 'wrong',
  },
  {
    it: 'ports that are used again',
    text: DR,
    host: set({ 'net/ipv4/vs/conn_reuse_mode': '0' }),
    subject: 'net.ipv4.vs.conn_reuse_mode',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.vs.conn_reuse_mode=1'],
  },
  {
    it: 'the same in an old kernel with conntrack',
    text: NAT,
    host: { settings: { 'net/ipv4/vs/conntrack': '1' }, kernelRelease: '5.4.0-150-generic' },
    subject: 'net.ipv4.vs.conn_reuse_mode',
    verdict: 'note',
  },
  {
    it: 'a takeover without synchronisation',
    text: `${instance()}${SH}`,
    host: {},
    subject: 'net.ipv4.vs.sloppy_tcp',
    verdict: 'note',
  },
  {
    it: 'directors that are real servers',
    text: `${SYNC}${instance()}${LOCAL}`,
    host: {},
    subject: 'net.ipv4.vs.backup_only',
    verdict: 'wrong',
    commands: ['sysctl -w net.ipv4.vs.backup_only=1'],
  },
  {
    it: 'old messages of the synchronisation, and IPv6',
    text: `${SYNC}${instance()}${IPV6}`,
    host: set({ 'net/ipv4/vs/sync_version': '0' }),
    subject: 'net.ipv4.vs.sync_version',
    verdict: 'wrong',
  },
  {
    it: 'a table of connection tracking that is full',
    text: FULL,
    host: set({
      'net/ipv4/vs/conntrack': '1',
      'net/netfilter/nf_conntrack_max': '100000',
      'net/netfilter/nf_conntrack_count': '90000',
    }),
    subject: 'net.netfilter.nf_conntrack_max',
    verdict: 'wrong',
    commands: ['sysctl -w net.netfilter.nf_conntrack_max=262144'],
  },
  {
    it: 'one that is full before the ports of a source',
    text: FULL,
    host: set({
      'net/netfilter/nf_conntrack_max': '8192',
      'net/netfilter/nf_conntrack_count': '1',
    }),
    subject: 'net.netfilter.nf_conntrack_max',
    verdict: 'note',
  },
  {
    it: 'entries that outlive those of IPVS',
    text: FULL,
    host: set({ 'net/netfilter/nf_conntrack_tcp_timeout_established': '432000' }),
    subject: 'net.netfilter.nf_conntrack_tcp_timeout_established',
    verdict: 'note',
  },
  {
    it: 'a takeover of tracked connections',
    text: `${SYNC}${instance()}${FULL}`,
    host: set({ 'net/netfilter/nf_conntrack_tcp_loose': '0' }),
    subject: 'net.netfilter.nf_conntrack_tcp_loose',
    verdict: 'wrong',
  },
  {
    it: 'packets that do not fit into a tunnel',
    text: TUN,
    host: {},
    subject: 'MTU of tunnels',
    verdict: 'note',
    commands: ['sysctl -w net.ipv4.vs.pmtu_disc=0'],
  },
  {
    it: 'systemd-networkd and routes',
    text: ROUTES,
    host: { networkd },
    subject: 'systemd-networkd',
    verdict: 'wrong',
  },
  {
    it: 'systemd-networkd and rules',
    text: RULES,
    host: { networkd },
    subject: 'systemd-networkd',
    verdict: 'wrong',
  },
  {
    it: 'systemd-networkd and addresses',
    text: instance(),
    host: {
      networkd: { ...quiet, links: [{ device: 'eth0', networkFile: '/run/x/10-eth0.network' }] },
    },
    subject: 'systemd-networkd, eth0',
    verdict: 'wrong',
  },
  {
    it: 'NetworkManager',
    text: instance(),
    host: { networkManager: [{ device: 'eth0' }] },
    subject: 'NetworkManager, eth0',
    verdict: 'note',
  },
  {
    it: 'a clock that nobody sets',
    text: SIGNED,
    host: { isClockSynchronised: false },
    subject: 'clock',
    verdict: 'wrong',
  },
  {
    it: 'a clock of which nobody says anything',
    text: SIGNED,
    host: { isClockSynchronised: undefined },
    subject: 'clock',
    verdict: 'unsure',
  },
  {
    it: 'a firewall that could not be looked at',
    text: instance(),
    host: { ruleset: { ok: false, why: 'Operation not permitted' } },
    subject: 'firewall',
    verdict: 'unsure',
  },
  {
    it: 'rules of the older iptables',
    text: instance(),
    host: { legacyTables: ['iptables-legacy'] },
    subject: 'firewall',
    verdict: 'unsure',
  },
];

describe('what hurts', () => {
  test.each(ROWS)('$it', ({ text, host, subject, verdict, commands }) => {
    const found = findingsOn(text, host).find(
      (one) => one.subject === subject && one.verdict !== 'met',
    );
    expect(found).toMatchObject({ subject, verdict });
    if (commands !== undefined) {
      expect(found?.mend?.commands.map((one) => one.join(' '))).toEqual(commands);
    }
  });

  test('is named with the virtual server and its line', () => {
    const [found] = findingsOn(NAT, set({ 'net/ipv4/ip_forward': '0' })).filter(
      ({ verdict }) => verdict === 'wrong',
    );
    expect(found?.about).toMatchObject([
      { name: 'virtual server 10.0.0.1 80', at: { file: '/etc/t.conf', line: 1 } },
    ]);
    expect(found?.mend?.kept).toEqual([
      { file: '/etc/sysctl.d/90-tandem-director.conf', line: 'net.ipv4.ip_forward = 1' },
    ]);
  });

  test.each([
    ['direct routing', DR],
    ['NAT', NAT],
    ['one arm', ONE_ARMED],
    ['tunnels', TUN],
    ['instances with routes and rules', ROUTES.replace('VI_1', 'VI_2')],
    ['nothing', ''],
  ])('is nothing on a good host: %s', (_name, text) => {
    expect(findingsOn(text).filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  });

  test.each([
    ['ip_forward with direct routing', DR, 'net/ipv4/ip_forward'],
    ['redirects with two arms', NAT, 'net/ipv4/conf/eth1/send_redirects'],
    [
      'redirects where a router is in between',
      service('NAT', ['10.8.0.11 80']),
      'net/ipv4/conf/eth0/send_redirects',
    ],
    ['settings of IPVS without virtual servers', instance(), 'net/ipv4/vs/expire_nodest_conn'],
  ])('is not what does not matter: %s', (_name, text, path) => {
    const value = path.endsWith('redirects') ? '1' : '0';
    const found = findingsOn(text, set({ [path]: value }));
    expect(found.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  });
});
