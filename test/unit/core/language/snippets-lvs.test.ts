/**
 * Small configurations of virtual servers and checkers with the verdict of keepalived 2.4.3: exit status of
 * the test mode, what our finding is called and on which lines. Numbers are those of the language reference.
 */
import { describe, expect, it } from 'vitest';
import { isFinding, parse, type World } from '../../../support/parse-text.ts';

const WORLD: World = {
  configId: 'host1',
  host: {
    interfaces: new Set(['lo', 'eth0', 'eth1']),
    program: (path) => (path === '/usr/bin/true' ? 'usable' : 'missing'),
    userExists: (name) => name === 'root',
    groupExists: (name) => name === 'root',
  },
};

/** Parts of the base configuration that a case may replace. */
interface Parts {
  readonly header?: string;
  readonly protocol?: string;
  readonly scheduler?: string;
  readonly method?: string;
  /** Lines of the virtual server before its real servers. */
  readonly more?: string;
  /** Header of the real server. */
  readonly server?: string;
  /** Lines of the real server before its checker. */
  readonly inServer?: string;
  /** The checker with its block. */
  readonly checker?: string;
  /** Lines behind the real server. */
  readonly behind?: string;
}

/** A virtual server with one real server; six lines stand before the real server's header when `more` is empty. */
function vs(parts: Parts = {}): string {
  const {
    header = '10.0.0.1 80',
    protocol = 'protocol TCP',
    scheduler = 'lvs_sched rr',
    method = 'lvs_method NAT',
    more = '',
    server = '10.0.1.1 80',
    inServer = '',
    checker = 'TCP_CHECK {\n}',
    behind = '',
  } = parts;
  return `virtual_server ${header} {\n${protocol}\n${scheduler}\n${method}\n${more}\nreal_server ${server} {\n${inServer}\n${checker}\n}\n${behind}\n}\n`;
}

/** The base with lines added to the virtual server. */
function v(more: string, parts: Parts = {}): string {
  return vs({ ...parts, more });
}

/** The base with lines added to its real server. */
function rs(inServer: string, parts: Parts = {}): string {
  return vs({ ...parts, inServer });
}

/** The base with lines inside `TCP_CHECK`. */
function tcp(lines: string, parts: Parts = {}): string {
  return vs({ ...parts, checker: `TCP_CHECK {\n${lines}\n}` });
}

/** A checker of any type. */
function check(type: string, lines: string): string {
  return vs({ checker: `${type} {\n${lines}\n}` });
}

/** Lines of a url with a path, inside an HTTP checker. */
function url(lines: string, type = 'HTTP_GET'): string {
  return check(type, `url {\npath /\n${lines}\n}`);
}

/** A group of one line and the base on it. */
function group(entry: string, parts: Parts = {}): string {
  return `virtual_server_group G {\n${entry}\n}\n${vs({ ...parts, header: 'group G' })}`;
}

function globals(lines: string): string {
  return `global_defs {\n${lines}\n}\n`;
}

const SECURE = globals('enable_script_security\nscript_user root');
const NO_PORT = { server: '10.0.1.1' };
const DR = { method: 'lvs_method DR' };
const V6 = { header: '2001:db8::1 80', server: '2001:db8::2 80' };
const THREE = 'real_server 10.0.1.2 80 {\n}\nreal_server 10.0.1.3 80 {\n}';

/** Number, text, exit status, then `line:code` of every finding, or codes alone. */
type Case = readonly [string, string, number, ...string[]];

const CASES: readonly Case[] = [
  ['1', vs(), 0],
  [
    '2',
    vs({ protocol: '', scheduler: '', method: '' }),
    5,
    '1:default-assumed',
    '1:default-assumed',
    '1:default-assumed',
  ],
  ['3', 'virtual_server 10.0.0.1 80 {\nprotocol TCP\n}', 5, '1:block-dropped'],
  ['4', vs({ header: '10.0.0.1' }), 5, '1:default-assumed'],
  ['5', v('persistence_timeout 300', { header: '10.0.0.1' }), 0],
  ['6', vs({ header: '10.0.0.1:80' }), 5, '1:invalid-address'],
  ['7', vs({ header: '[2001:db8::1] 80' }), 5, '1:invalid-address'],
  ['8', vs({ header: '10.0.0.1 http' }), 5, '1:invalid-number'],
  ['9', vs({ header: '10.0.0.1 65536' }), 5, '1:number-range'],
  ['10', vs({ header: '10.0.0.1/24 80' }), 0, '1:address-suffix-ignored'],
  ['11', vs({ header: '10.0.0.1 80 tcp' }), 0, '1:extra-words-ignored'],
  ['12', vs({ header: '' }), 2, '1:missing-word'],
  ['13', vs({ header: 'fwmark 5', protocol: '', ...NO_PORT }), 0],
  ['14', vs({ header: 'fwmark 5', ...NO_PORT }), 5, '2:setting-reset'],
  ['15', vs({ header: 'fwmark 5', protocol: '', ...DR }), 5, '6:port-reset'],
  ['16', vs({ header: 'fwmark 0x10' }), 5, '1:invalid-number'],
  ['17 (crashes keepalived)', vs({ header: 'fwmark' }), 2, '1:missing-word'],
  ['17a (crashes keepalived)', vs({ header: 'group' }), 2, '1:missing-word'],
  ['18', vs({ header: 'group NOPE' }), 0, '1:unknown-reference-ignored'],
  ['19', vs() + vs(), 0],
  ['20', vs({ header: '2001:db8::1 80' }), 5, '6:family-conflict'],
  ['21', vs({ header: '2001:db8::1 80', method: 'lvs_method TUN' }), 0],
  ['22', vs({ scheduler: 'lb_algo RR' }), 5, '3:invalid-word'],
  ['23', vs({ scheduler: 'lvs_sched twos' }), 0],
  ['24', vs({ method: 'lb_kind nat' }), 5, '4:invalid-word'],
  ['25', vs({ protocol: 'protocol udp' }), 0],
  ['26', vs({ protocol: 'protocol ICMP' }), 5, '2:invalid-word'],
  ['27', v('ops'), 5, '5:setting-reset'],
  ['28', v('sh-port\nsh-fallback', { scheduler: 'lvs_sched sh' }), 0],
  ['29', v('lvs_sched sh', { scheduler: 'sh-port' }), 5, '3:setting-reset'],
  ['30', v('mh-port', { scheduler: 'lvs_sched sh' }), 0, '5:no-effect'],
  ['31', v('hashed'), 5, '5:obsolete-keyword', '5:setting-reset'],
  ['32', vs({ method: 'lvs_method TUN type gue port 6080 remcsum' }), 0],
  ['33', vs({ method: 'lvs_method TUN type gue' }), 5, '4:invalid-value'],
  ['34', vs({ method: 'lvs_method TUN type gre remcsum' }), 5, '4:invalid-value'],
  ['35', vs({ method: 'lvs_method TUN csum' }), 5, '4:invalid-value'],
  ['36', vs({ method: 'lvs_method NAT type gue port 5' }), 0, '4:no-effect'],
  ['37', v('delay_loop 0'), 5, '5:number-range'],
  ['38', v('delay_loop 5s'), 5, '5:invalid-number'],
  ['39', v('delay_loop .5'), 0],
  ['40', v('delay_loop 2.1234567'), 5, '5:too-many-decimals'],
  ['41', v('delay_loop'), 2, '5:missing-word'],
  ['42', v('retry 0'), 5, '5:number-range'],
  ['43', v('warmup 0\ndelay_before_retry 0'), 0],
  ['44', v('persistence_timeout'), 0],
  ['45', v('persistence_timeout 0'), 5, '5:number-range'],
  ['46', v('persistence_granularity 24'), 0, '5:value-reinterpreted'],
  ['47', v('persistence_granularity 129', V6), 5, '5:invalid-value'],
  [
    '48',
    v('persistence_granularity 24', { header: 'fwmark 5', protocol: '' }),
    5,
    '6:family-conflict',
  ],
  ['49', v('quorum 0'), 5, '5:number-repaired'],
  ['50', v('quorum 5'), 5, '5:quorum-reset'],
  ['51', v('hysteresis 1'), 5, '5:quorum-reset'],
  ['52', v('quorum 3\nhysteresis 1\nsorry_server 10.0.9.9 80', { behind: THREE }), 0],
  ['53', v('alpha off'), 0, '5:extra-words-ignored'],
  ['54', v('weight 0'), 5, '5:number-range'],
  ['55', v('ip_family inet6'), 5, '5:family-conflict'],
  ['56', v('foo bar'), 5, '5:unknown-keyword'],
  ['57', v('foo { a }'), 5, '5:unknown-keyword'],
  ['58', v('virtualhost a\nvirtualhost b'), 5, '6:duplicate-keyword-last-wins'],
  ['59', v('quorum_up /usr/bin/true'), 6, '5:script-security'],
  ['60', SECURE + v('quorum_up /usr/bin/true'), 0],
  ['61', v('quorum_up /nonexist'), 0, '5:script-missing-dropped'],
  ['62', v('sorry_server 10.0.9.9 81', DR), 5, '5:port-reset'],
  ['63', v('sorry_server_inhibit\nsorry_server 10.0.9.9 80'), 5, '5:setting-reset'],
  ['64', v('sorry_server 10.0.9.9 80 {\n}'), 5, '5:block-not-allowed'],
  ['65', v('sorry_server 10.0.9.9 80\nsorry_server 10.0.9.8 80'), 0, '6:repeated-keyword'],
  ['66', group('10.0.0.1-9 80'), 0],
  [
    '67',
    group('10.0.0.9-9 80'),
    5,
    '1:block-dropped',
    '2:invalid-value',
    '4:unknown-reference-ignored',
  ],
  ['68', group('10.0.0.9-10.0.0.9 80'), 0],
  [
    '69',
    group('10.0.0.9-256 80'),
    5,
    '1:block-dropped',
    '2:invalid-value',
    '4:unknown-reference-ignored',
  ],
  ['70', group('10.0.0.0/30 80'), 0],
  [
    '71',
    group('10.0.0.9/29 80'),
    5,
    '1:block-dropped',
    '2:invalid-value',
    '4:unknown-reference-ignored',
  ],
  ['72', group('2001:db8::1-ff 80', { server: '2001:db8::2 80' }), 0],
  ['73', group('10.0.0.1'), 5, '4:default-assumed'],
  [
    '74',
    group('fwmark 5 ipv4'),
    5,
    '1:block-dropped',
    '2:invalid-word',
    '4:unknown-reference-ignored',
  ],
  ['75', group('fwmark 5'), 5, '5:setting-reset'],
  ['76', group('10.0.0.1 8080', DR), 5, '9:port-reset'],
  ['77', `virtual_server_group G foo {\n10.0.0.1 80\n}\n`, 2, '1:missing-word'],
  ['78', group('10.0.0.1 80 10.0.0.2 80'), 0, '2:extra-words-ignored'],
  ['79', group('10.0.0.1 80\n2001:db8::1 80'), 0, '5:unknown-reference-ignored'],
  ['80', 'virtual_server_group {\n10.0.0.1 80\n}\n', 2, '1:missing-word'],
  ['81', rs('weight -1'), 5, '7:number-range'],
  ['82', rs('weight 0'), 5, '1:quorum-reset'],
  ['83', rs('lb_kind DR'), 5, '7:misplaced-keyword'],
  ['84', rs('inhibit_on_failure maybe'), 5, '7:invalid-word'],
  ['85', rs('omega'), 5, '7:misplaced-keyword'],
  ['86', vs({ behind: 'real_server 10.0.1.1 80 {\n}' }), 5, '11:duplicate-entry'],
  ['87', vs(NO_PORT), 0, '6:value-reinterpreted'],
  ['88', vs({ ...NO_PORT, behind: 'real_server 10.0.1.1 80 {\n}' }), 0, '6:value-reinterpreted'],
  ['89', vs({ server: '10.0.1.1-5 80' }), 0, '6:address-suffix-ignored'],
  ['90', vs({ server: '10.0.1.1 8080', ...DR }), 5, '6:port-reset'],
  ['91', rs('notify_up'), 2, '7:missing-word'],
  ['92', vs({ checker: 'TCP_CHECK' }), 5, '8:missing-open-brace'],
  ['93', vs({ checker: 'TCP_CHECK { connect_timeout 3 }' }), 0],
  ['94', vs({ checker: 'FOO_CHECK { a }' }), 5, '8:unknown-keyword'],
  ['95', tcp('retry 0'), 0],
  ['96', tcp('connect_ip foo'), 5, '9:invalid-address'],
  ['97', tcp('bindto 2001:db8::1'), 5, '9:family-conflict'],
  ['98', tcp('connect_ip fe80::1'), 5, '8:block-dropped'],
  ['99', tcp('connect_timeout 4295'), 5, '9:number-range'],
  ['100', tcp('alpha YES'), 5, '9:invalid-word'],
  ['101', vs({ checker: 'HTTP_GET { }' }), 5, '8:block-dropped'],
  ['102', url('status_code 200,301'), 5, '11:invalid-value'],
  ['103', url('status_code 200 204 300-399'), 0],
  ['104', url('digest abc'), 5, '11:invalid-value'],
  ['105', check('HTTP_GET', 'url {\npath /\n}\nnb_get_retry 3'), 5, '12:deprecated-keyword'],
  ['106', check('HTTP_GET', 'url {\npath /\n}\nhttp_protocol 2'), 5, '12:invalid-word'],
  ['107', url('regex a b'), 5, '11:extra-words'],
  ['108', url('regex "("'), 0],
  ['109', check('HTTP_GET', 'url {\npath /\n}\nenable_sni'), 0],
  ['110', check('SSL_GET', 'url {\npath /\n}\ntls_compliant'), 0],
  ['111', check('SSL_GET', 'url {\npath /\n}\nsni_name foo'), 5, '12:keepalived-rejects'],
  ['112', check('SMTP_CHECK', 'host {\nconnect_ip 10.0.1.2\n}'), 0, '9:deprecated-keyword'],
  ['113', check('DNS_CHECK', 'type PTR'), 5, '9:invalid-word'],
  ['114', check('DNS_CHECK', 'name www.example.com.'), 0],
  ['115', check('DNS_CHECK', 'name a.example.com'), 5, '9:keepalived-rejects'],
  ['116', check('DNS_CHECK', 'name ab..c'), 5, '9:invalid-value'],
  ['117', check('UDP_CHECK', 'payload 0x01'), 5, '9:invalid-value'],
  ['118', check('UDP_CHECK', 'min_reply_length 300'), 5, '9:invalid-value'],
  ['119', SECURE + vs({ checker: 'MISC_CHECK { }' }), 5, '12:block-dropped'],
  [
    '120',
    SECURE + check('MISC_CHECK', 'misc_path /usr/bin/true\nmisc_timeout 1.5'),
    5,
    '14:invalid-number',
  ],
  [
    '121',
    SECURE + check('MISC_CHECK', 'misc_path /usr/bin/true\nconnect_timeout 3'),
    5,
    '14:misplaced-keyword',
  ],
  ['122', SECURE + check('MISC_CHECK', 'misc_path /nonexist'), 0, '13:script-missing-dropped'],
  [
    '123',
    `${check('FILE_CHECK', 'track_file f')}track_file f {\nfile /var/lib/x/f\n}\n`,
    5,
    '8:block-dropped',
    '9:unknown-reference',
  ],
  [
    '124',
    `track_file f {\nfile /var/lib/x/f\n}\n${check('FILE_CHECK', 'track_file f\ndynamic')}`,
    5,
    '13:unknown-keyword',
  ],
  [
    '125',
    `track_file f {\nfile /proc/sys/f\n}\n${check('FILE_CHECK', 'track_file f')}`,
    5,
    '2:block-dropped',
    '11:block-dropped',
    '12:unknown-reference',
  ],
  ['126', check('BFD_CHECK', 'name b'), 5, '9:unknown-reference'],
  ['127', 'SSL {\nca /a\nca /b\n}\n', 5, '3:duplicate-keyword-last-wins'],
  ['128', 'SSL {\nca\n}\n', 5, '2:missing-value'],
  ['129', globals('lvs_sync_daemon eth0 VI_1 7'), 5, '2:deprecated-keyword'],
  ['130', globals('lvs_sync_daemon eth0 ttl 0'), 5, '2:number-range'],
  ['131', globals('lvs_timeouts tcp 5 udp'), 5, '2:missing-value'],
  ['132', globals('lvs_flush_on_stop ALL'), 5, '2:invalid-word'],
  ['133', globals('checker_rt_priority 100'), 5, '2:number-repaired'],
  ['134', globals('smtp_connect_timeout 0'), 5, '2:number-repaired'],
  ['135', vs().trimEnd().slice(0, -1), 5, '10:missing-close-brace'],
];

describe('snippets of the LVS side', () => {
  it.each(CASES.map((row) => ({ row, number: row[0] })))('$number', ({ row }) => {
    const [, text, exit, ...expected] = row;
    const result = parse(text, WORLD);
    const found = result.diagnostics
      .filter((item) => isFinding(item) && !item.code.startsWith('lint-'))
      .map(({ code, span }) => (span === undefined ? code : `${span.line}:${code}`));
    expect(found.sort()).toEqual([...expected].sort());
    expect(result.verdict.exitStatus).toBe(exit);
    expect(result.verdict.refused).toBe(exit === 2);
  });
});
