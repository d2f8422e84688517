/** `vrrp_instance`: a virtual router on an interface. */
import {
  arg,
  BOOLEAN,
  block,
  bool,
  defineBlock,
  flag,
  integer,
  optional,
  row,
  time,
  UINT32_MAX,
  WORD,
  WORKS,
} from '../schema/define.ts';
import type { BlockTable, Keyword } from '../schema/keyword-table.ts';
import { withEffects } from '../settings/effects.ts';
import { INSTANCE_SETTINGS } from '../settings/vrrp-instance.ts';
import { EXCLUDED_ADDRESSES, UNICAST_PEERS, VIRTUAL_ADDRESSES } from './entries.ts';
import { extraInterface, garpRows } from './global-vrrp.ts';
import { VIRTUAL_ROUTES } from './route-entries.ts';
import { VIRTUAL_RULES } from './rule-entries.ts';
import { notify } from './scripts.ts';
import { TAKEOVER_ROWS } from './takeover.ts';
import { trackRows } from './tracking.ts';
import { USE_IPVLAN, USE_VMAC } from './vmac.ts';

// What is no priority leaves the ordinary one, also with `state MASTER`, as in keepalived 2.4.3.
const EXACT_PRIORITY = integer(1, 255, { outside: { use: 100 }, invalid: { use: 100 } });

const ELECTION: readonly Keyword[] = [
  row(
    'state',
    'State wished for at the start; the election decides',
    [arg('MASTER|BACKUP', { kind: 'enum', words: ['MASTER', 'BACKUP'], fallback: 'BACKUP' })],
    {
      ...WORKS,
      default: 'MASTER for priority 255, else BACKUP',
      since: '1.0.3',
    },
  ),
  row(
    'interface',
    'Interface that advertisements are sent and received on',
    [arg('IF', { kind: 'interface', exists: 'error' })],
    { ...WORKS, since: '1.0.3' },
  ),
  row(
    'virtual_router_id',
    'Number of the virtual router on its network',
    [arg('VRID', integer(1, 255))],
    { ...WORKS, default: 'none, it must be given', since: '1.0.3' },
  ),
  row(
    'priority',
    'Priority in the election; 255 is the owner of the addresses',
    [arg('N', EXACT_PRIORITY)],
    { ...WORKS, default: '100; 255 with state MASTER', since: '1.0.3' },
  ),
  row('version', 'Version of the protocol', [arg('2|3', integer(2, 3))], {
    ...WORKS,
    default: 'IPv6: 3; IPv4: vrrp_version',
    since: '1.2.17',
  }),
  flag('native_ipv6', 'Force IPv6 and version 3', { ...WORKS, since: '1.2.1' }),
  row('advert_int', 'Time between advertisements', [arg('SECONDS', time(0.01, 255))], {
    ...WORKS,
    default: '1',
    since: '1.0.3',
  }),
  flag('nopreempt', 'Do not displace a master of lower priority', { ...WORKS, since: '1.1.8' }),
  flag('preempt', 'Take back an earlier nopreempt', { ...WORKS, since: '1.0.3' }),
  row(
    'preempt_delay',
    'Wait before displacing a master of lower priority',
    [arg('SECONDS', time(0, 1000))],
    { ...WORKS, default: '0', since: '1.1.8' },
  ),
  row(
    'down_timer_adverts',
    'Advertisements to miss before the master counts as gone',
    [arg('N', integer(1, 100))],
    { ...WORKS, default: 'vrrp_down_timer_adverts', since: '2.2.3' },
  ),
  bool('strict_mode', 'Refuse what the RFC does not allow', {
    default: 'vrrp_strict',
    since: '1.2.20',
  }),
  row(
    'timer_expired_backup',
    'A master that was not scheduled for too long goes to backup',
    [optional('PRIORITY', integer(1, 254), 254)],
    { since: '2.2.8' },
  ),
  row(
    'thread_timer_expired',
    'Wrong name of timer_expired_backup',
    [optional('PRIORITY', integer(1, 254), 254)],
    { ...WORKS, deprecatedBy: 'timer_expired_backup', since: '2.3.2' },
  ),
  bool('owner_ignore_adverts', 'The address owner drops all advertisements', { since: '2.3.3' }),
  bool('higher_prio_send_advert', 'A master answers a higher priority once before it gives way', {
    ...WORKS,
    default: 'vrrp_higher_prio_send_advert',
    since: '1.3.5',
  }),
  bool('lower_prio_no_advert', 'A master stays silent when it hears a lower priority', {
    ...WORKS,
    default: 'vrrp_lower_prio_no_advert',
    since: '1.2.20',
  }),
  bool('skip_check_adv_addr', 'Skip the check of the address list while the master is the same', {
    default: 'vrrp_skip_check_adv_addr',
    since: '1.2.20',
  }),
  bool('v3_checksum_as_v2', 'Version 3 checksum over the message only', {
    ...WORKS,
    default: 'v3_checksum_as_v2 of global_defs',
    since: '2.2.8',
  }),
  row('debug', 'Debug level, without effect', [arg('N', integer(0, 4))], {
    effect: 'obsolete',
    since: '1.0.3',
  }),
  row(
    'kernel_rx_buf_size',
    'Receive buffer of the sockets',
    [arg('BYTES', integer(0, UINT32_MAX))],
    { missing: 'complaint', extra: 'drop', since: '2.0.3' },
  ),
];

const ADDRESSES: readonly Keyword[] = [
  block('virtual_ipaddress', 'Addresses the master holds and advertises', [], VIRTUAL_ADDRESSES, {
    ...WORKS,
    extra: 'complaint',
    since: '1.0.3',
  }),
  block(
    'virtual_ipaddress_excluded',
    'Addresses the master holds but does not advertise',
    [],
    EXCLUDED_ADDRESSES,
    { ...WORKS, extra: 'complaint', since: '1.0.3' },
  ),
  flag('no_virtual_ipaddress', 'The instance has no addresses on purpose', {
    ...WORKS,
    since: '2.2.8',
  }),
  flag('promote_secondaries', 'Let secondary addresses survive the removal of the primary', {
    since: '1.3.0',
  }),
  block('virtual_routes', 'Routes the master sets', [], VIRTUAL_ROUTES, {
    extra: 'complaint',
    since: '1.0.3',
  }),
  block('virtual_rules', 'Routing rules the master sets', [], VIRTUAL_RULES, {
    extra: 'complaint',
    since: '1.2.20',
  }),
  flag('accept', 'Accept packets to the addresses while not their owner', {
    ...WORKS,
    default: 'on unless strict',
    since: '1.2.17',
  }),
  flag('no_accept', 'Drop packets to the addresses while not their owner', { since: '1.3.0' }),
];

const TRANSPORT: readonly Keyword[] = [
  row('mcast_src_ip', 'Source address of advertisements', [arg('ADDRESS', { kind: 'address' })], {
    ...WORKS,
    default: 'first address of the interface',
    since: '1.0.3',
  }),
  row(
    'unicast_src_ip',
    'Source address of unicast advertisements',
    [arg('ADDRESS', { kind: 'address' })],
    { ...WORKS, default: 'first address of the interface', since: '1.2.10' },
  ),
  row(
    'mcast_dst_ip',
    'Group advertisements are sent to',
    [arg('ADDRESS', { kind: 'address', multicast: true })],
    { default: 'vrrp_mcast_group4 or vrrp_mcast_group6', since: '2.2.5' },
  ),
  flag('track_src_ip', 'FAULT while the source address is missing', {
    // What Tandem does in any case: see the differences.
    ...WORKS,
    default: 'on',
    since: '2.0.0',
  }),
  block(
    'unicast_peer',
    'Send advertisements to these addresses instead of the group',
    [],
    UNICAST_PEERS,
    { ...WORKS, extra: 'complaint', since: '1.2.8' },
  ),
  row('unicast_ttl', 'TTL of unicast advertisements', [arg('TTL', integer(0, 255))], {
    default: '255',
    since: '2.1.0',
  }),
  flag('unicast_fault_no_peer', 'FAULT without peers, instead of multicast', { since: '2.2.5' }),
  flag('check_unicast_src', 'Accept advertisements from listed peers only', {
    ...WORKS,
    default: 'vrrp_check_unicast_src',
    since: '2.1.0',
  }),
  row(
    'old_unicast_checksum',
    'Checksum of keepalived 1.3.6 and older',
    [optional('never', { kind: 'enum', words: ['never'] })],
    { since: '1.3.7' },
  ),
  row(
    'vrf',
    'VRF of an instance without interface',
    [arg('IF', { kind: 'interface', exists: 'error' })],
    { repeat: 'first-complaint', since: '2.2.5' },
  ),
  row(
    'use_vmac',
    'Use the virtual hardware address on an interface of its own',
    [optional('[NAME] [MAC] OPTIONS', USE_VMAC)],
    { since: '1.2.3' },
  ),
  flag('use_vmac_addr', 'VMACs also for addresses on other interfaces', { since: '2.2.0' }),
  flag('vmac_xmit_base', 'Send advertisements from the base interface', {
    ...WORKS,
    since: '1.2.10',
  }),
  row(
    'use_ipvlan',
    'Use an ipvlan interface instead of a VMAC',
    [optional('[NAME] [ADDRESS] OPTIONS', USE_IPVLAN)],
    { ...WORKS, repeat: 'first-complaint', since: '2.0.17' },
  ),
];

const AUTHENTICATION = defineBlock('vrrp_instance.authentication', 'Password of version 2', [
  row(
    'auth_type',
    'PASS: password in clear text; AH: authentication header',
    [arg('PASS|AH', { kind: 'enum', words: ['PASS', 'AH'] })],
    { ...WORKS },
  ),
  row('auth_pass', 'Password; only 8 bytes count', [arg('PASSWORD', WORD)], {
    ...WORKS,
    secret: true,
  }),
]);

const AUTH_HMAC = defineBlock('vrrp_instance.auth_hmac', 'HMAC trailer behind advertisements', [
  row(
    'key',
    'A key: 32 to 64 bytes of text, hex:DIGITS or file:PATH',
    [arg('ID', integer(1, 255)), arg('VALUE', WORD)],
    { ...WORKS, missing: 'complaint', repeat: 'all', secret: true, since: '2.4.0' },
  ),
  row('active_key', 'Key that is used for sending', [arg('ID', integer(1, 255))], {
    ...WORKS,
    since: '2.4.0',
  }),
  row(
    'time_window',
    'Age up to which an advertisement is accepted, in seconds',
    [arg('SECONDS', integer(1, 300))],
    { ...WORKS, default: '3 advert intervals', since: '2.4.0' },
  ),
  row(
    'anti_replay',
    'How replays are recognised: by the clock and the last number of a sender, or by that number alone, which a restart forgets',
    [arg('time|monotonic', { kind: 'enum', words: ['time', 'monotonic'] })],
    { ...WORKS, default: 'time', since: '2.4.0' },
  ),
  row(
    'mode',
    'What is sent and required',
    [arg('MODE', { kind: 'enum', words: ['enforce', 'permissive', 'receive-only'] })],
    { ...WORKS, default: 'enforce', since: '2.4.0' },
  ),
]);

const EVENTS: readonly Keyword[] = [
  notify('notify_master', 'Command run on becoming master'),
  notify('notify_backup', 'Command run on becoming backup'),
  notify('notify_fault', 'Command run on entering FAULT'),
  notify('notify_stop', 'Command run at the stop', { since: '2.0.0' }),
  notify('notify', 'Command run on every change, with type, name, state and priority', {
    since: '1.1.2',
  }),
  notify('notify_master_rx_lower_pri', 'Command run when a master hears a lower priority'),
  row(
    'notify_deleted',
    'Report DELETED when a reload removes the instance',
    [optional('COMMAND [USER [GROUP]]', { kind: 'script', missing: 'dropped' })],
    { repeat: 'first-complaint' },
  ),
  bool('notify_priority_changes', 'Report changes of priority on the FIFOs'),
  bool('smtp_alert', 'Send alert mails for this instance', { default: 'smtp_alert_vrrp' }),
  ...garpRows(''),
  row(
    'garp_extra_if',
    'Announce on other interfaces of the addresses too, every so often',
    extraInterface(0),
    { missing: 'complaint', default: 'vrrp_garp_extra_if', since: '2.2.3' },
  ),
  row('vmac_garp_intvl', 'Old name of garp_extra_if', extraInterface(0), {
    ...WORKS,
    missing: 'complaint',
    deprecatedBy: 'garp_extra_if',
    since: '2.2.0',
  }),
  row(
    'lvs_sync_daemon_interface',
    'Interface of the IPVS connection synchronisation',
    [arg('IF', { kind: 'interface', exists: 'error' })],
    { deprecatedBy: 'lvs_sync_daemon in global_defs' },
  ),
  row('linkbeat_use_polling', 'Poll the link state of the interface', BOOLEAN, {
    deprecatedBy: 'linkbeat_interfaces',
  }),
  flag('dont_track_primary', 'Ignore the state of the own interface', { ...WORKS }),
];

/** The table of `vrrp_instance`. */
export const VRRP_INSTANCE: BlockTable = defineBlock(
  'vrrp_instance',
  'A virtual router: an election and what its winner holds',
  withEffects(INSTANCE_SETTINGS, [
    ...ELECTION,
    ...ADDRESSES,
    ...TRANSPORT,
    block('authentication', 'Password of version 2', [], AUTHENTICATION, {
      ...WORKS,
      repeat: 'last',
      since: '1.0.3',
    }),
    block('auth_hmac', 'Authentication of advertisements by HMAC', [], AUTH_HMAC, {
      repeat: 'last',
      since: '2.4.0',
    }),
    ...trackRows('vrrp_instance'),
    ...TAKEOVER_ROWS,
    ...EVENTS,
  ]),
);
