/** The VRRP defaults and firewall settings of `global_defs`. */
import {
  arg,
  bool,
  flag,
  integer,
  optional,
  row,
  time,
  UINT32_MAX,
  WORD,
  WORKS,
} from '../schema/define.ts';
import type { ArgSpec, Keyword, OptionsType } from '../schema/keyword-table.ts';

/** The largest time in whole seconds that keepalived keeps in microseconds of 32 bits. */
const SECONDS_MAX = 4294;

/** `[all] SECONDS`. */
export function extraInterface(leastSeconds: 0 | 1): readonly ArgSpec[] {
  return [
    arg('[all] SECONDS', {
      kind: 'options',
      options: [{ name: 'all', summary: 'also on interfaces that are not VMACs' }],
      positional: [arg('SECONDS', integer(leastSeconds, 86_400))],
      unknown: 'ignore',
    }),
  ];
}

const SYNC_DAEMON: OptionsType = {
  kind: 'options',
  options: [
    { name: 'inst', args: [arg('NAME', WORD)], summary: 'instance whose state the daemon follows' },
    { name: 'id', args: [arg('ID', integer(0, 255))], summary: 'sync id' },
    { name: 'maxlen', args: [arg('BYTES', integer(1, 65_507))], summary: 'longest message' },
    { name: 'port', args: [arg('PORT', integer(1, 65_535))], summary: 'UDP port' },
    { name: 'ttl', args: [arg('TTL', integer(1, 255))], summary: 'TTL of multicast messages' },
    {
      name: 'group',
      args: [arg('ADDRESS', { kind: 'address', multicast: true })],
      summary: 'multicast group',
    },
  ],
  positional: [optional('INSTANCE', WORD), optional('ID', integer(0, 255))],
  unknown: 'skip',
};

/** Repeat, delay and refresh of announcements; the same words with and without the prefix `vrrp_`. */
export function garpRows(prefix: '' | 'vrrp_'): readonly Keyword[] {
  const inherit = prefix === '';
  const dflt = (name: string, own: string): string => (inherit ? `vrrp_${name}` : own);
  return [
    row(
      `${prefix}garp_master_delay`,
      'Time until the second burst of announcements after becoming master',
      [arg('SECONDS', integer(0, SECONDS_MAX))],
      {
        ...WORKS,
        default: dflt('garp_master_delay', '5'),
      },
    ),
    row(
      `${prefix}garp_master_repeat`,
      'Announcements for each address on becoming master',
      [arg('N', integer(1, UINT32_MAX, { below: { use: 1 } }))],
      {
        ...WORKS,
        default: dflt('garp_master_repeat', '5'),
      },
    ),
    row(
      `${prefix}garp_master_refresh`,
      'Period of refreshing announcements while master; 0 = none',
      [arg('SECONDS', integer(0, SECONDS_MAX, { outside: { use: 0 }, invalid: { use: 0 } }))],
      {
        ...WORKS,
        default: dflt('garp_master_refresh', '0'),
      },
    ),
    row(
      `${prefix}garp_master_refresh_repeat`,
      'Announcements for each address in a refresh',
      [arg('N', integer(1, UINT32_MAX, { below: { use: 1 } }))],
      {
        ...WORKS,
        default: dflt('garp_master_refresh_repeat', '1'),
      },
    ),
    row(
      `${prefix}garp_lower_prio_delay`,
      'Time until the second burst after hearing a lower-priority master',
      [arg('SECONDS', integer(0, SECONDS_MAX))],
      {
        ...WORKS,
        default: dflt('garp_lower_prio_delay', 'as garp_master_delay'),
      },
    ),
    row(
      `${prefix}garp_lower_prio_repeat`,
      'Announcements after hearing a lower-priority master; 0 = none',
      [arg('N', integer(0, UINT32_MAX))],
      {
        ...WORKS,
        default: dflt('garp_lower_prio_repeat', 'as garp_master_repeat'),
      },
    ),
  ];
}

/** Rows for the VRRP side of `global_defs`. */
export const GLOBAL_VRRP: readonly Keyword[] = [
  row('vrrp_version', 'Version of IPv4 instances that do not say', [arg('2|3', integer(2, 3))], {
    ...WORKS,
    default: '2',
    since: '1.2.20',
  }),
  bool('vrrp_strict', 'Default of strict_mode', { since: '1.2.20' }),
  row(
    'vrrp_mcast_group4',
    'IPv4 group advertisements are sent to',
    [arg('ADDRESS', { kind: 'address', family: 'ipv4', multicast: true })],
    { ...WORKS, default: '224.0.0.18', since: '1.2.10' },
  ),
  row(
    'vrrp_mcast_group6',
    'IPv6 group advertisements are sent to',
    [arg('ADDRESS', { kind: 'address', family: 'ipv6', multicast: true })],
    { ...WORKS, default: 'ff02::12', since: '1.2.10' },
  ),
  row('default_interface', 'Interface of static addresses that name none', [arg('IF', WORD)], {
    ...WORKS,
    missing: 'complaint',
    default: 'eth0',
    since: '1.2.24',
  }),
  row(
    'dynamic_interfaces',
    'Tolerate interfaces that do not exist yet',
    [optional('allow_if_changes', { kind: 'enum', words: ['allow_if_changes'] })],
    { ...WORKS, since: '2.0.0' },
  ),
  flag('disable_local_igmp', 'No IGMP joins for link-local groups', { since: '2.2.0' }),
  flag('v3_checksum_as_v2', 'Default of v3_checksum_as_v2 of instances', {
    ...WORKS,
    since: '2.2.8',
  }),
  flag('vrrp_check_unicast_src', 'Default of check_unicast_src', { ...WORKS, since: '1.2.20' }),
  bool('vrrp_skip_check_adv_addr', 'Default of skip_check_adv_addr', { since: '1.2.20' }),
  bool('vrrp_owner_ignore_adverts', 'Default of owner_ignore_adverts', { since: '2.3.3' }),
  ...garpRows('vrrp_'),
  row(
    'vrrp_garp_interval',
    'Least time between two gratuitous ARPs of an interface',
    [arg('SECONDS', time(0.000001, UINT32_MAX / 1000))],
    { ...WORKS, default: '0', since: '1.2.21' },
  ),
  row(
    'vrrp_gna_interval',
    'Least time between two neighbour advertisements of an interface',
    [arg('SECONDS', time(0.000001, UINT32_MAX / 1000))],
    { ...WORKS, default: '0', since: '1.2.21' },
  ),
  bool('vrrp_min_garp', 'One announcement, no second burst, no refresh', {
    ...WORKS,
    since: '2.0.12',
  }),
  row('vrrp_garp_extra_if', 'Default of garp_extra_if', extraInterface(1), {
    ...WORKS,
    missing: 'complaint',
    default: '0',
    since: '2.2.3',
  }),
  row('vrrp_vmac_garp_intvl', 'Old name of vrrp_garp_extra_if', extraInterface(1), {
    ...WORKS,
    missing: 'complaint',
    deprecatedBy: 'vrrp_garp_extra_if',
    since: '2.2.0',
  }),
  bool('vrrp_lower_prio_no_advert', 'Default of lower_prio_no_advert', {
    ...WORKS,
    since: '1.2.20',
  }),
  bool('vrrp_higher_prio_send_advert', 'Default of higher_prio_send_advert', {
    ...WORKS,
    since: '1.3.5',
  }),
  row('vrrp_down_timer_adverts', 'Default of down_timer_adverts', [arg('N', integer(1, 100))], {
    ...WORKS,
    default: '3',
    since: '2.2.3',
  }),
  row(
    'vrrp_startup_delay',
    'Wait after the start before any instance may become master',
    [arg('SECONDS', time(0.001, 4294.967))],
    { ...WORKS, default: '0', since: '2.0.14' },
  ),
  row(
    'vrrp_delay_after_boot',
    'System uptime before which no instance may become master',
    [arg('SECONDS', time(0.001, 4294.967))],
    { default: '0', since: '2.4.0' },
  ),
  flag('log_unknown_vrids', 'Log advertisements of virtual routers that are not configured', {
    since: '2.0.16',
  }),
  row('vmac_prefix', 'Prefix of generated VMAC interface names', [arg('PREFIX', WORD)], {
    repeat: 'first-complaint',
    default: 'vrrp',
    since: '2.2.0',
  }),
  row('vmac_addr_prefix', 'Prefix of interfaces made by use_vmac_addr', [arg('PREFIX', WORD)], {
    repeat: 'first-complaint',
    default: 'vmac_prefix',
    since: '2.2.0',
  }),
  row(
    'lvs_sync_daemon',
    'Run the IPVS connection synchronisation, following an instance',
    [arg('IF', { kind: 'word', maxLength: 15 }), optional('OPTIONS', SYNC_DAEMON)],
    {
      missing: 'complaint',
      repeat: 'first-complaint',
      since: '1.2.20',
      example: 'lvs_sync_daemon eth1 inst VI_1 id 7',
    },
  ),
  row('nftables', 'Name of the nftables table for VRRP rules', [optional('TABLE', WORD)], {
    repeat: 'first-complaint',
    default: 'keepalived',
    since: '2.0.11',
  }),
  row(
    'nftables_priority',
    'Priority of the nftables chains',
    [arg('N', integer(-2_147_483_648, 2_147_483_647))],
    { default: '-1', since: '2.0.11' },
  ),
  flag('nftables_ifindex', 'Match interfaces by index instead of name', { since: '2.0.11' }),
  flag('nftables_counters', 'Put counters into rules', { since: '2.0.11' }),
  row(
    'vrrp_iptables',
    'Use iptables chains for VRRP rules',
    [
      optional('IN', { kind: 'word', maxLength: 27 }),
      optional('OUT', { kind: 'word', maxLength: 27 }),
    ],
    {
      repeat: 'first-complaint',
      since: '1.2.20',
      deprecatedBy: 'nftables',
    },
  ),
  row(
    'vrrp_ipsets',
    'Names of ipsets for VRRP rules of iptables',
    [optional('NAMES', { kind: 'list', of: { kind: 'word', maxLength: 31 } })],
    { since: '1.2.20' },
  ),
];
