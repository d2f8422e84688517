/** Configurations of a few lines with the verdict of a real keepalived (reference part A, section 28). */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what the language calls a definition
/**
 * Small configurations of the VRRP side with the verdict of keepalived 2.4.3: exit status of the test mode,
 * whether it would run, and what our finding is called. The numbers are those of the language reference.
 */
import { describe, expect, it } from 'vitest';
import { isComplaint, parse, type World } from '../../../support/parse-text.ts';

const WORLD: World = {
  configId: 'host1',
  environment: { HOME: '/root' },
  host: {
    interfaces: new Set(['lo', 'eth0', 'eth1']),
    program: (path) =>
      path === '/usr/bin/true' || path === '/usr/local/x'
        ? 'usable'
        : path.startsWith('/bin/')
          ? 'insecure'
          : 'missing',
    userExists: (name) => name === 'root' || name === 'nobody',
    groupExists: (name) => name === 'root',
    numberOf: () => undefined,
    directoryExists: (path) => path === '/var/run',
    secretFile: (path) => {
      const text = `${'k'.repeat(32)}\n`;
      if (path === '/k/open') return { state: 'exposed', text };
      return path === '/k/own' ? { state: 'private', text } : { state: 'unreadable' };
    },
  },
};

const VIP = 'virtual_ipaddress { 192.168.1.100/24 }';
const HEAD = 'interface eth0\nvirtual_router_id 51';

/** The instance body of the reference with lines added; `/` separates lines there, line ends do here. */
function b(more: string, name = 'V'): string {
  return `vrrp_instance ${name} {\n${HEAD}\n${more}\n${VIP}\n}\n`;
}

/** The same without addresses. */
function bare(more: string): string {
  return `vrrp_instance V {\n${HEAD}\n${more}\n}\n`;
}

/** With the given addresses instead. */
function vips(...lines: string[]): string {
  return bare(`virtual_ipaddress {\n${lines.join('\n')}\n}`);
}

/** A member of a group with a router id of its own. */
function member(name: string, vrid: number, more = ''): string {
  return `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${vrid}\n${more}\nvirtual_ipaddress { 192.168.1.${vrid} }\n}\n`;
}

function globals(lines: string): string {
  return `global_defs {\n${lines}\n}\n`;
}

const SECURE = globals('enable_script_security\nscript_user root');
const PEER = 'unicast_peer { 192.168.1.2 }';

/** Number, text, exit status, code that must be among the findings, and `refused`. */
type Case = readonly [string, string, number, string?, 'refused'?];

const CASES: readonly Case[] = [
  ['1', b('priority 100\nadvert_int 1'), 0],
  ['2', '', 0],
  ['4', b('').replace('eth0', 'nosuch0'), 5, 'interface-missing'],
  ['5', globals('dynamic_interfaces') + b('').replace('eth0', 'nosuch0'), 0],
  ['6', `vrrp_instance V {\ninterface eth0\n${VIP}\n}`, 5, 'vrid-missing', 'refused'],
  ['7', b('').replace('51', '256'), 5, 'number-range', 'refused'],
  ['8', b('priority 300'), 5, 'number-repaired'],
  ['9', b('priority 0x64'), 5, 'invalid-number'],
  ['10', b('priority "100"'), 0],
  ['11', b('priority 100 extra words'), 0, 'extra-words-ignored'],
  ['12', b('priority'), 2, 'missing-word', 'refused'],
  ['13', b('no_such_keyword 3'), 5, 'unknown-keyword'],
  ['14', b('nosuch { a b }'), 5, 'unknown-keyword'],
  ['15', b('').trimEnd().slice(0, -1), 5, 'missing-close-brace'],
  ['16', `${b('')}}\n`, 5, 'unexpected-close-brace'],
  ['17', b('').replaceAll('{', '\n{\n'), 0],
  ['18', b('').replace(' V ', ' '), 5, 'missing-name'],
  ['19', b('').replace(' V ', ' V W '), 5, 'extra-words'],
  ['20', b('') + b('').replace('51', '52'), 5, 'duplicate-name'],
  ['21', b('') + b('', 'W').replace('100', '101'), 5, 'vrid-duplicate', 'refused'],
  ['22', b('state master'), 5, 'invalid-word'],
  ['23', b('state MASTER\npriority 150\nnopreempt'), 5, 'setting-reset'],
  ['24', b('advert_int 0.5'), 5, 'value-rounded'],
  ['25', b('version 3\nadvert_int 0.5'), 0],
  ['26', b('version 3\nadvert_int 0.123'), 5, 'value-rounded'],
  ['27', b('version 3\nauthentication {\nauth_type PASS\nauth_pass 1111\n}'), 5, 'setting-reset'],
  ['28', b('authentication {\nauth_type PASS\nauth_pass 123456789\n}'), 5, 'word-too-long'],
  [
    '29',
    `vrrp_instance V {\nvirtual_router_id 51\nunicast_src_ip 192.168.1.1\n${PEER}\nvirtual_ipaddress { 192.168.1.100/24 dev eth0 }\n}`,
    0,
  ],
  [
    '29a',
    `vrrp_instance V {\nvirtual_router_id 51\nunicast_src_ip 192.168.1.1\n${PEER}\n${VIP}\n}`,
    5,
    'invalid-interface',
  ],
  ['30', b('unicast_peer { 192.168.1.2 min_ttl 254 max_ttl 255 }'), 0],
  ['31', b('unicast_src_ip 192.168.1.1'), 5, 'setting-reset'],
  ['32', b('unicast_fault_no_peer'), 0],
  ['33', b('unicast_peer {\n192.168.1.2\n192.168.1.2\n}'), 5, 'duplicate-entry'],
  ['34', b('use_vmac vrrp.51'), 0],
  ['35', b('use_vmac this_name_is_too_long'), 5, 'invalid-interface'],
  ['36', b(`use_vmac\n${PEER}`), 5, 'setting-reset'],
  ['37', globals('vrrp_strict') + b(PEER), 5, 'strict-refused', 'refused'],
  ['38', b('strict_mode on\nstate MASTER\npriority 100'), 5, 'setting-reset'],
  ['39', bare(''), 5, 'address-advised'],
  ['40', bare('version 3'), 5, 'address-required', 'refused'],
  ['41', bare('no_virtual_ipaddress'), 0],
  ['42', bare('version 2\nvirtual_ipaddress { fe80::100 }'), 0],
  ['43', bare('virtual_ipaddress { fe80::100 }\nversion 2'), 5, 'version-conflict'],
  ['44', vips('192.168.1.100', 'fe80::100'), 5, 'family-conflict'],
  ['45', b('virtual_ipaddress_excluded { fe80::100 }'), 0],
  ['46', vips('192.168.1.100', '192.168.1.100'), 5, 'duplicate-entry'],
  ['47', vips('192.168.1.100/33'), 5, 'invalid-prefix'],
  ['48', vips('192.168.1.100/24 frob'), 5, 'unknown-option-ignored'],
  ['49', vips('192.168.1.100/24 dev'), 5, 'missing-value'],
  [
    '50',
    `vrrp_script c { script /usr/bin/true }\n${b('track_script { c }')}`,
    6,
    'script-security',
  ],
  ['51', `${SECURE}vrrp_script c { script /usr/bin/true }\n${b('track_script { c }')}`, 0],
  [
    '51a',
    `${SECURE}vrrp_script c { script /bin/true }\n${b('track_script { c }')}`,
    5,
    'script-insecure',
  ],
  [
    '52',
    `${SECURE}${b('track_script { c }')}vrrp_script c { script /usr/bin/true }`,
    5,
    'unknown-reference',
  ],
  [
    '53',
    `${SECURE}vrrp_script c { script /usr/bin/true }\n${b('track_script { c weight 254 }')}`,
    5,
    'number-repaired',
  ],
  [
    '54',
    `${SECURE}vrrp_script c { script /no/such }\n${b('track_script { c }')}`,
    5,
    'script-missing',
  ],
  ['55', b('notify /no/such/file'), 0, 'script-missing-dropped'],
  ['56', b('track_interface { eth0 }'), 5, 'setting-reset'],
  ['57', b('track_interface { eth1 weight -20 }'), 0],
  ['58', `${member('V', 51)}vrrp_sync_group G { group { V } }`, 5, 'setting-reset'],
  ['59', `${member('V', 51)}${member('W', 52)}vrrp_sync_group G { group { V W } }`, 0],
  [
    '60',
    `${member('V', 51)}${member('W', 52)}vrrp_sync_group G { group { V W X } }`,
    5,
    'unknown-reference',
  ],
  [
    '61',
    `${member('V', 51, 'track_interface { eth1 weight 10 }')}${member('W', 52)}vrrp_sync_group G { group { V W } }`,
    5,
    'setting-reset',
  ],
  [
    '62',
    `${member('V', 51)}${member('W', 52)}vrrp_sync_group G {\ngroup { V W }\nnotify_deleted\n}`,
    5,
    'misplaced-keyword',
  ],
  ['63', 'static_ipaddress { 192.168.5.1/24 }', 0],
  [
    '64',
    'global_defs {\ndefault_interface nosuch0\n}\nstatic_ipaddress { 192.168.5.1/24 }',
    4,
    'interface-missing-fatal',
  ],
  ['65', `linkbeat_interfaces { nosuch0 }\n${b('')}`, 4, 'interface-missing-fatal'],
  ['66', `interface_up_down_delays { nosuch0 1 1 }\n${b('')}`, 4, 'interface-missing-fatal'],
  ['67', b('virtual_rules { from 192.168.1.0/24 table 100 }'), 5, 'default-assumed'],
  ['68', b('virtual_rules { from 192.168.1.0/24 table 100 preference 1000 }'), 0],
  ['69', b('virtual_rules { from all dport 80 table 100 preference 1000 }'), 5, 'invalid-value'],
  ['70', b('virtual_routes { 10.9.0.0/16 via 192.168.1.254 dev eth0 }'), 0],
  ['71', b('virtual_routes { 10.9.0.0/16 via 192.168.1.254 }'), 0],
  ['72', b('virtual_routes { 10.9.0.0/16 gw 192.168.1.254 dev eth0 }'), 5, 'deprecated-keyword'],
  ['73', globals('router_id a#b'), 0, 'comment-in-word'],
  ['74', globals('router_id "a#b"'), 0],
  ['75', globals('router_id "abc'), 5, 'unmatched-quote'],
  ['76', `$VIP=192.168.1.100/24\n${vips('$VIP dev eth0')}`, 0],
  ['77', `$VIP = 192.168.1.100/24\n${vips('$VIP dev eth0')}`, 5, 'definition-undefined'],
  ['78', vips('${VIP}'), 5, 'definition-undefined'],
  ['79', vips('~SEQ(n,1,2) $n/24'), 5, 'invalid-address'],
  ['80', `~SEQ(n,5,1,1) x\n${b('')}`, 5, 'sequence-invalid'],
  ['81', `~LST({a,b},{1,2,3}) x\n${b('')}`, 5, 'sequence-invalid'],
  ['82', `include /no/such/file\n${b('')}`, 0, 'include-failed'],
  ['83', `includem /no/such/file\n${b('')}`, 6, 'include-refused', 'refused'],
  ['84', b('vmac_garp_intvl 10'), 5, 'deprecated-keyword'],
  ['86', b('garp_master_repeat 0'), 5, 'number-repaired'],
  ['87', globals('vrrp_mcast_group6 ff05::12'), 5, 'setting-reset'],
  ['88', globals('smtp_alert maybe'), 5, 'invalid-word'],
  ['88a', globals('smtp_alert TRUE'), 5, 'invalid-word'],
  [
    '89',
    `${b('track_bfd { x }')}bfd_instance x { neighbor_ip 192.168.1.2 }`,
    5,
    'unknown-reference',
  ],
  ['90', 'bfd_instance { neighbor_ip 192.168.1.2 }', 5, 'missing-name'],
  ['91', 'vrrp_script { script /usr/bin/true }', 2, 'missing-word', 'refused'],
  ['92', 'vrrp_track_process p {\nprocess x\nquorum 2\nquorum_max 1\n}', 5, 'setting-reset'],
  ['93', b('').replace('eth0', 'lo'), 5, 'invalid-interface', 'refused'],
  ['94', globals('startup_script /usr/bin/true'), 6, 'script-security'],
  ['95', globals('dynamic_interfaces frob'), 5, 'invalid-word'],
  ['96', globals('include_check read match'), 5, 'include-check-invalid'],
  ['97', globals('include_check match +brace_match'), 0],
  ['98', globals('include_check readable'), 5, 'include-check-invalid'],
  ['99', globals('umask IRWXG | IRWXO'), 0],
  ['99a', globals('umask IRWXG|FROB'), 5, 'invalid-value'],
  ['100', globals('umask 0888'), 5, 'invalid-value'],
  ['100a', globals('umask 0177 5'), 5, 'extra-words'],
  ['101', globals('vrrp_iptables'), 5, 'deprecated-keyword'],
  ['102', globals('vrrp_rx_bufs_policy mtu'), 0],
  ['103', globals('vrrp_rx_bufs_policy MTU ADVERT'), 5, 'setting-reset'],
  ['104', globals('vrrp_rx_bufs_policy 4096 MTU'), 5, 'setting-reset'],
  ['105', globals('vrrp_garp_extra_if all'), 5, 'missing-value'],
  ['106', globals('smtp_server'), 2, 'missing-word', 'refused'],
  ['107', globals('smtp_helo_name'), 0],
  ['108', globals('vrrp_rt_priority 200'), 5, 'number-repaired'],
  ['109', globals('vrrp_priority 50'), 5, 'number-repaired'],
  ['110', globals('process_name averyveryverylongname'), 5, 'word-too-long'],
  ['111', b('notify_deleted'), 0],
  ['112', b('preempt_delay 5\nnopreempt'), 5, 'setting-reset'],
  ['113', b('nopreempt\npreempt\nstate MASTER'), 0],
  ['114', b('track_interface { eth1 weight 5 foo }'), 5, 'unknown-option-ignored'],
  ['115', b('track_interface { eth1 frob }'), 5, 'unknown-option'],
  ['115a', b('track_interface { eth1 weight }'), 5, 'missing-value'],
  ['116', b('kernel_rx_buf_size'), 5, 'missing-value'],
  ['116a', b('kernel_rx_buf_size 1 2'), 5, 'extra-words'],
  ['117', vips('192.168.1.100/31 brd +'), 5, 'setting-reset'],
  ['118', vips('192.168.1.100 label abcdefghijklmnopqrst'), 5, 'invalid-value'],
  ['119', vips('192.168.1.100/24 peer 10.0.0.1'), 5, 'setting-reset'],
  ['120', vips('192.168.1.100 peer 10.0.0.1 brd +'), 5, 'setting-reset'],
  ['121', vips('fe80::1 scope link'), 5, 'setting-reset'],
  ['122', vips('192.168.1.100 preferred_lft foo'), 5, 'invalid-value'],
  ['123', vips('192.168.1.100 track_group x'), 5, 'unknown-option-ignored'],
  ['124', vips('192.168.1.100 use_vmac'), 0],
  ['125', vips('192.168.1.300/24'), 5, 'invalid-address'],
  ['126', b('virtual_routes { inet 10.9.0.0/16 dev eth0 }'), 5, 'missing-value'],
  ['127', b('virtual_routes { 10.9.0.0/16 dev eth0 protocol static }'), 5, 'setting-reset'],
  ['128', b('virtual_routes { 10.9.0.0/16 dev eth0 protocol static no_track }'), 0],
  ['129', b('virtual_routes { blackhole 10.9.0.0/16 no_track }'), 0],
  [
    '130',
    b('virtual_routes { 10.9.0.0/16 nexthop via 192.168.1.2 weight 257 nexthop via 192.168.1.3 }'),
    5,
    'number-range',
  ],
  ['131', b('virtual_routes { 10.9.0.0/16 dev eth0 rtt 100ms }'), 5, 'number-repaired'],
  ['132', b('virtual_routes { 10.9.0.0/16 dev eth0 rtt 1e3ms }'), 5, 'invalid-value'],
  [
    '133',
    b('virtual_routes { 10.9.0.0/16 via 192.168.1.2 or 192.168.1.3 dev eth0 }'),
    5,
    'deprecated-keyword',
  ],
  ['134', b('virtual_routes { 10.9.0.0/16 dev eth0 features foo }'), 5, 'invalid-word'],
  ['135', b('virtual_rules { from all preference 5 }'), 5, 'missing-value'],
  ['136', b('virtual_rules { from all goto 10 preference 20 }'), 5, 'invalid-value'],
  ['137', b('virtual_rules { from all goto 30 preference 20 }'), 0],
  ['138', b('virtual_rules { from all table 10 blackhole preference 20 }'), 5, 'duplicate-option'],
  ['139', b('virtual_rules { from all ip_proto tcp table 10 preference 20 }'), 5, 'unknown-option'],
  ['140', b('virtual_rules { ipproto tcp dport 80-80 table 10 preference 20 }'), 0],
  ['141', b('virtual_rules { from all unreachable realms 5 preference 20 }'), 5, 'setting-reset'],
  [
    '142',
    b('virtual_rules {\nfwmark 0x10/0xff table 10 preference 20\nl3mdev preference 20\n}'),
    0,
  ],
  ['143', b('mcast_src_ip fe80::1'), 5, 'family-conflict', 'refused'],
  ['144', b('mcast_dst_ip 10.0.0.1'), 5, 'invalid-address'],
  ['145', b('mcast_dst_ip 224.0.0.99'), 0],
  ['146', b('unicast_peer { 192.168.1.2 min_ttl }'), 5, 'missing-value'],
  ['146a', b('unicast_peer { 192.168.1.2 foo 5 }'), 5, 'unknown-option-ignored'],
  ['146b', b('unicast_peer { 192.168.1.2 min_ttl 200 max_ttl 100 }'), 5, 'invalid-value'],
  ['147', b('unicast_peer { fe80::2 }'), 5, 'family-conflict', 'refused'],
  ['148', b('vmac_xmit_base'), 5, 'setting-reset'],
  ['149', b('use_vmac vr51 00:11:22:33:44'), 0],
  ['150', b('use_vmac vr51 01:11:22:33:44:55'), 5, 'invalid-address'],
  ['150a', b('use_vmac vr51 00:00:5e:00:01:33'), 5, 'invalid-address'],
  ['151', b('use_ipvlan'), 5, 'setting-reset'],
  ['152', b('use_ipvlan ipv51 192.168.1.77 bridge'), 0],
  ['153', b('use_vmac\npromote_secondaries'), 5, 'setting-reset'],
  ['154', b('lvs_sync_daemon_interface eth0'), 5, 'deprecated-keyword'],
  ['155', b('native_ipv6'), 5, 'family-conflict', 'refused'],
  ['156', b('debug 5'), 5, 'number-range'],
  ['157', b('advert_int 1.1234567'), 5, 'too-many-decimals'],
  ['158', b('advert_int -1'), 5, 'invalid-number'],
  ['158a', b('advert_int 5s'), 5, 'invalid-number'],
  ['158b', b('advert_int 256'), 5, 'number-range'],
  ['159', b('advert_int 255'), 0],
  ['160', b('version 3\nadvert_int 41'), 5, 'value-rounded'],
  ['161', b('authentication {\nauth_type FOO\nauth_pass 1\n}'), 5, 'invalid-word'],
  ['162', b('authentication {\nauth_type AH\n}'), 5, 'setting-reset'],
  ['163', b('state MASTER\nauthentication {\nauth_type AH\nauth_pass 1\n}'), 0],
  ['164', b('strict_mode\nauthentication {\nauth_type PASS\nauth_pass 1\n}'), 5, 'setting-reset'],
  ['164a', b('strict_mode\npreempt_delay 4'), 5, 'setting-reset'],
  ['164b', b('strict_mode\ndown_timer_adverts 4'), 5, 'setting-reset'],
  ['164c', b('strict_mode\naccept'), 5, 'setting-reset'],
  ['164e', bare('strict_mode\nvirtual_ipaddress {\n2001:db8::100/64\n}'), 5, 'link-local-first'],
  ['164f', bare('strict_mode\nvirtual_ipaddress {\nfe80::100/64\n2001:db8::100/64\n}'), 0],
  ['164g', bare('virtual_ipaddress {\n2001:db8::100/64\n}'), 0],
  ['164d', b('strict_mode\nuse_vmac\nvmac_xmit_base'), 5, 'setting-reset'],
  [
    '165',
    b('strict_mode\ngarp_lower_prio_repeat 4\nlower_prio_no_advert off\nhigher_prio_send_advert'),
    5,
    'setting-reset',
  ],
  ['166', b('priority 255\ntrack_interface { eth1 weight 5 }'), 5, 'setting-reset'],
  ['167', b('priority 255\nnopreempt'), 5, 'setting-reset'],
  ['168', b('state MASTER\npriority 100\npreempt_delay 5'), 5, 'setting-reset'],
  ['169', b('skip_check_adv_addr maybe'), 5, 'invalid-word'],
  ['170', b('unicast_ttl 5'), 5, 'setting-reset'],
  ['171', b('notify_master /usr/bin/true\nnotify_master /usr/bin/true'), 6, 'duplicate-keyword'],
  ['172', 'bfd_instance x { min_tx 10 }', 5, 'block-dropped'],
  ['172a', 'bfd_instance x { neighbor_ip foo }', 5, 'invalid-address'],
  ['172b', 'bfd_instance x {\nneighbor_ip 192.168.1.2\nsource_ip fe80::1\n}', 5, 'block-dropped'],
  ['172c', 'bfd_instance x {\nneighbor_ip 192.168.1.2\nmin_rx 0\n}', 5, 'number-range'],
  ['173', 'garp_group { interface eth0 }', 5, 'block-dropped'],
  ['174', `track_group g { group { X } }\n${b('')}`, 0, 'unknown-reference-ignored'],
  ['175', 'static_routes { 10.9.0.0/16 dev eth0 track_group x }', 5, 'unknown-reference'],
  ['176', 'linkbeat_interfaces { eth0 FOO }', 5, 'invalid-word'],
  ['177', 'interface_up_down_delays { eth0 500 }', 5, 'number-range'],
  ['178', `vrrp_sync_group G { }\n${b('')}`, 5, 'block-dropped'],
  ['179', `@nohost priority 300\n@^nohost global_defs {\nrouter_id x\n}`, 0],
  ['N1', b('auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\n}'), 0],
  ['N2', b('auth_hmac {\nkey 1 short\nactive_key 1\n}'), 5, 'invalid-value'],
  [
    'N3',
    b('auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 2\n}'),
    5,
    'block-dropped',
  ],
  ['N3a', b('auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\n}'), 5, 'block-dropped'],
  [
    'N4',
    b(
      `auth_hmac {\nkey 1 ${'0123456789abcdef'.repeat(2)}\nkey 1 ${'0123456789abcdef'.repeat(2)}\nactive_key 1\n}`,
    ),
    5,
    'duplicate-entry',
  ],
  [
    'N5',
    b(
      'auth_hmac {\nkey 0 0123456789abcdef0123456789abcdef\nmode foo\nanti_replay bar\ntime_window 0\n}',
    ),
    5,
    'number-range',
  ],
  ['N6', b('auth_hmac {\nkey 1\n}'), 5, 'missing-value'],
  ['N7', b(`auth_hmac {\nkey 1 hex:${'0123456789abcdef'.repeat(4)}\nactive_key 1\n}`), 0],
  ['N8', b('auth_hmac {\nkey 1 file:/k/nope\nactive_key 1\n}'), 5, 'block-dropped'],
  ['N8a', b('auth_hmac {\nkey 1 file:/k/own\nactive_key 1\n}'), 0],
  ['N9', b('auth_hmac {\nkey 1 file:/k/open\nactive_key 1\n}'), 6, 'secret-exposed'],
  [
    'N10',
    b(
      'auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\n}\nauthentication {\nauth_type PASS\nauth_pass 1\n}',
    ),
    5,
    'setting-reset',
  ],
  [
    'N11',
    b(
      'strict_mode\nauth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\nmode permissive\n}',
    ),
    5,
    'setting-reset',
  ],
  ['N12', b('timer_expired_backup 200'), 5, 'setting-reset'],
  ['N13', b('nopreempt\ntimer_expired_backup'), 0],
  ['N14', b('nopreempt\ntimer_expired_backup 255'), 5, 'number-range'],
  ['N15', b('nopreempt\nthread_timer_expired 200'), 5, 'deprecated-keyword'],
  ['N16', b('owner_ignore_adverts\npriority 100'), 5, 'setting-reset'],
  ['N17', b('priority 255\nowner_ignore_adverts false'), 5, 'setting-reset'],
  ['N18', bare('version 3\nno_virtual_ipaddress'), 0],
  ['N19', bare('strict_mode\nno_virtual_ipaddress'), 5, 'address-required', 'refused'],
  ['N20', b('strict_mode\nno_virtual_ipaddress'), 5, 'setting-reset'],
  ['N21', `${SECURE}vrrp_script c {\nscript /usr/bin/true\ninterval 0.5\ntimeout 0.25\n}`, 0],
  [
    'N22',
    `${SECURE}vrrp_script c {\nscript /usr/bin/true\ninterval 0.0005\n}`,
    5,
    'too-many-decimals',
  ],
  ['N23', globals('script_user nobody :'), 0],
  ['N24', `# ${'x'.repeat(1100)}\n${b('')}`, 5, 'line-too-long'],
  ['N25', globals('router_id ${_ENV HOME}'), 0],
  ['N25a', globals('router_id ${_ENV NOPE}'), 5, 'missing-value'],
  ['N26', globals('router_id ${_RANDOM 9 3}'), 5, 'random-range'],
  ['N27', 'track_file f { file /file }', 5, 'block-dropped'],
  ['N27a', 'track_file f { file /proc/uptime }', 5, 'block-dropped'],
  ['N27b', 'track_file f { file /nope/file }', 5, 'block-dropped'],
  ['N27c', 'track_file f { file /var/run/file }', 0],
  ['N28', 'track_group g { }', 5, 'block-dropped'],
  ['N29', globals('json_version 3'), 5, 'number-range'],
  ['N29a', globals('vrrp_delay_after_boot 0'), 5, 'number-range'],
  ['N30', globals('state_dump_file'), 5, 'missing-value'],
  ['N31', globals('vrrp_strict off') + b(PEER), 0],
  ['N32', b('use_vmac name vr51 group 5 netlink_notify_msg'), 0],
  ['N33', b('use_vmac group nosuchgroup'), 5, 'invalid-word'],
  ['N34', b('virtual_ipaddress_excluded { 192.168.1.100/24 }'), 5, 'duplicate-entry'],
  [
    'N35',
    `vrrp_instance V {\nvirtual_router_id 51\n${PEER}\nvirtual_ipaddress { 192.168.1.100/24 dev eth0 }\n}`,
    5,
    'interface-required',
    'refused',
  ],
  [
    'N36',
    'vrrp_instance V {\nvirtual_router_id 51\nunicast_src_ip fe80::1\nunicast_peer { fe80::2 }\nvirtual_ipaddress { fe80::3 dev eth0 }\n}',
    5,
    'interface-required',
    'refused',
  ],
  [
    'N37',
    `vrrp_instance V {\nvirtual_router_id 51\nunicast_src_ip 192.168.1.1\n${PEER}\nuse_vmac\nvirtual_ipaddress { 192.168.1.100/24 dev eth0 }\n}`,
    5,
    'setting-reset',
  ],
  ['N38', b('skip_check_adv_addr off'), 0],
  ['N39', 'bfd_instance x {\nneighbor_ip 192.168.1.2\nmultihop maybe\n}', 5, 'invalid-word'],
  ['N39a', 'bfd_instance x {\nneighbor_ip 192.168.1.2\nmax_hops 300\n}', 5, 'number-range'],
];

describe('snippets of the VRRP side', () => {
  for (const [number, text, exit, code, refused] of CASES) {
    it(`${number} ends with ${exit}${code === undefined ? '' : ` and ${code}`}`, () => {
      const result = parse(text, WORLD);
      const codes = result.diagnostics.filter(isComplaint).map((item) => item.code);
      expect(result.verdict).toMatchObject({ exitStatus: exit, refused: refused === 'refused' });
      if (code === undefined) expect(codes).toEqual([]);
      else expect(codes).toContain(code);
    });
  }
});
