/** The checkers of a real server. */
import { checkerOf } from '../../checkers/table.ts';
import type { CheckType } from '../../model/config.ts';
import {
  arg,
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
import type { AddressType, ArgSpec, BlockTable, Keyword } from '../schema/keyword-table.ts';
import { tandemTimers } from './tandem.ts';

/** As in `virtual-server.ts`: no practical maximum. */
const LONG_S = 18_446_744_073_709;
/** What keepalived only writes to its log when it is wrong. */
const LOGGED = { missing: 'logged', logged: true } as const;
const TIMEOUT = [arg('SECONDS', time(0.000001, 4294.967295))];
const WAIT = [arg('SECONDS', time(0, LONG_S))];
const MARK = [arg('N', integer(0, UINT32_MAX))];

const ADDRESS: AddressType = { kind: 'address', cutSuffix: true };

const CONNECTION: readonly Keyword[] = [
  row('connect_ip', 'Address to connect to', [arg('ADDRESS', ADDRESS)], {
    ...WORKS,
    default: 'address of the real server',
  }),
  row('connect_port', 'Port to connect to', [arg('PORT', { kind: 'port' })], {
    ...WORKS,
    default: 'port of the real server',
  }),
  row('bindto', 'Local address', [arg('ADDRESS', ADDRESS)], WORKS),
  row('bind_port', 'Local port; needs bindto', [arg('PORT', { kind: 'port' })], WORKS),
  row('bind_if', 'Interface to bind the socket to', [arg('IF', { kind: 'interface' })], WORKS),
  row('connect_timeout', 'Limit for connecting and for each answer', TIMEOUT, {
    ...WORKS,
    default: 'that of the real server',
  }),
  row('fwmark', 'Mark of the socket', MARK, WORKS),
];

const TIMERS: readonly Keyword[] = [
  row('retry', 'Failed attempts that are forgiven', [arg('N', integer(0, UINT32_MAX))], {
    ...WORKS,
    default: 'that of the real server',
  }),
  row('delay_before_retry', 'Pause before a retry', WAIT, {
    ...WORKS,
    default: 'that of the real server',
  }),
  row('warmup', 'Upper bound of the random delay before the first check', WAIT, {
    ...WORKS,
    default: 'that of the real server',
  }),
  row('delay_loop', 'Time between checks', [arg('SECONDS', time(0.000001, LONG_S))], {
    ...WORKS,
    default: 'that of the real server',
  }),
  bool('alpha', 'Counts as failed until its first success', {
    ...WORKS,
    default: 'that of the real server',
  }),
  bool('log_all_failures', 'Log each failed attempt', WORKS),
  ...tandemTimers('that of the real server'),
];

const COMMON: readonly Keyword[] = [...CONNECTION, ...TIMERS];

/** Compile options of regular expressions. */
export const REGEX_OPTIONS: readonly string[] = [
  'allow_empty_class',
  'alt_bsux',
  'auto_callout',
  'caseless',
  'dollar_endonly',
  'dotall',
  'dupnames',
  'extended',
  'firstline',
  'match_unset_backref',
  'multiline',
  'never_ucp',
  'never_utf',
  'no_auto_capture',
  'no_auto_possess',
  'no_dotstar_anchor',
  'no_start_optimize',
  'ucp',
  'ungreedy',
  'utf',
  'never_backslash_c',
  'alt_circumflex',
  'alt_verbnames',
  'use_offset_limit',
];

const HOST_NAME: readonly ArgSpec[] = [arg('NAME', WORD)];

function urlTable(name: string, tls: boolean): BlockTable {
  return defineBlock(name, 'A page to fetch and what it must answer', [
    row('path', 'Path to ask for, sent as it is', [arg('PATH', WORD)], {
      ...WORKS,
      repeat: 'last-complaint',
    }),
    row(
      'digest',
      'MD5 of the body in hexadecimal',
      [
        arg('DIGEST', {
          kind: 'word',
          pattern: '^[0-9a-fA-F]{32}$',
          expected: '32 hexadecimal digits',
        }),
      ],
      { ...WORKS, repeat: 'first-complaint' },
    ),
    row(
      'status_code',
      'Accepted statuses',
      [optional('N | N-M ...', { kind: 'list', of: { kind: 'number-range', min: 100, max: 599 } })],
      { ...WORKS, default: '200-299' },
    ),
    row('virtualhost', 'Host header of this page', HOST_NAME, {
      ...WORKS,
      missing: 'complaint',
      repeat: 'last-complaint',
      since: '1.3.6',
    }),
    row('regex', 'Regular expression the answer must match', [arg('"REGEX"', { kind: 'quoted' })], {
      ...WORKS,
      missing: 'complaint',
      since: '2.0.7',
    }),
    flag('regex_no_match', 'The regular expression must not match', { ...WORKS, since: '2.0.7' }),
    row(
      'regex_options',
      'Compile options',
      [optional('OPTION ...', { kind: 'list', of: { kind: 'enum', words: REGEX_OPTIONS } })],
      { ...WORKS, logged: true, since: '2.0.7' },
    ),
    row('regex_min_offset', 'First byte a match may begin at', [arg('N', integer(0, UINT32_MAX))], {
      ...WORKS,
      ...LOGGED,
      since: '2.0.7',
    }),
    row(
      'regex_max_offset',
      'Byte before which a match must begin',
      [arg('N', integer(0, UINT32_MAX))],
      { ...WORKS, ...LOGGED, since: '2.0.7' },
    ),
    row(
      'regex_stack',
      'Stack of the matcher',
      [arg('START', integer(1, UINT32_MAX)), arg('MAX', integer(1, UINT32_MAX))],
      { effect: 'obsolete', ...LOGGED, since: '2.0.7' },
    ),
    ...(tls ? [bool('tls_compliant', 'Send a close alert', { ...WORKS, since: '2.2.8' })] : []),
  ]);
}

function httpTable(name: string, tls: boolean): BlockTable {
  return defineBlock(name, `Fetches pages over ${tls ? 'HTTPS' : 'HTTP'}`, [
    ...COMMON,
    row('virtualhost', 'Host header', HOST_NAME, {
      ...WORKS,
      missing: 'complaint',
      repeat: 'last-complaint',
    }),
    row(
      'http_protocol',
      'Version of requests',
      [arg('VERSION', { kind: 'enum', words: ['1.0', '1.0C', '1.0c', '1.1'] })],
      { ...WORKS, missing: 'complaint', default: '1.0', since: '2.0.17' },
    ),
    bool('enable_sni', 'Send the host name in the TLS handshake', { ...WORKS, since: '1.4.3' }),
    row(
      'sni_name',
      'Name sent in the TLS handshake; switches enable_sni on',
      [optional('NAME', WORD)],
      {
        ...WORKS,
        repeat: 'last-complaint',
      },
    ),
    bool('fast_recovery', 'No pause between pages while recovering', { ...WORKS, since: '2.0.17' }),
    row('nb_get_retry', 'Old name of retry', [arg('N', integer(0, UINT32_MAX))], {
      ...WORKS,
      deprecatedBy: 'retry',
    }),
    ...(tls ? [bool('tls_compliant', 'Send a close alert', { ...WORKS, since: '2.2.8' })] : []),
    block('url', 'A page to fetch', [], urlTable(`${name}.url`, tls), WORKS),
  ]);
}

const SERVER = 'virtual_server.real_server';

const TCP = defineBlock(`${SERVER}.TCP_CHECK`, 'Connects and closes', COMMON);
const PING = defineBlock(`${SERVER}.PING_CHECK`, 'Sends an ICMP echo', COMMON);
const SMTP = defineBlock(`${SERVER}.SMTP_CHECK`, 'Greets a mail server', [
  ...COMMON,
  row('helo_name', 'Name given to the server', HOST_NAME, {
    ...WORKS,
    missing: 'complaint',
    repeat: 'last-complaint',
    default: 'smtpchecker.keepalived.org',
  }),
  block(
    'host',
    'One more target',
    [],
    defineBlock(`${SERVER}.SMTP_CHECK.host`, 'One more target', COMMON),
    {
      ...WORKS,
      deprecatedBy: 'the keywords without a host block, or several checkers',
      deprecationIsSilent: true,
    },
  ),
]);
const DNS = defineBlock(`${SERVER}.DNS_CHECK`, 'Asks a name server', [
  ...COMMON,
  row(
    'type',
    'Record type asked for',
    [
      arg('TYPE', {
        kind: 'enum',
        words: ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'],
        anyCase: true,
      }),
    ],
    { ...WORKS, default: 'SOA' },
  ),
  row(
    'name',
    'Name asked for',
    [
      arg('NAME', {
        kind: 'word',
        pattern: '^([^.]+(\\.[^.]+)*\\.?|\\.)?$',
        expected: 'a domain name without empty labels',
      }),
    ],
    { ...WORKS, repeat: 'first-complaint', default: 'the root' },
  ),
]);
const UDP = defineBlock(`${SERVER}.UDP_CHECK`, 'Sends a datagram', [
  ...COMMON,
  row('payload', 'Bytes to send', [arg('HEX', { kind: 'hex' })], {
    ...WORKS,
    missing: 'complaint',
  }),
  row(
    'require_reply',
    'A reply must come, and match',
    [optional('HEX', { kind: 'hex', wildcards: true })],
    WORKS,
  ),
  row('min_reply_length', 'Shortest reply', [arg('BYTES', integer(0, 65_535))], {
    ...WORKS,
    default: '0',
  }),
  row('max_reply_length', 'Longest reply', [arg('BYTES', integer(0, 65_535))], {
    ...WORKS,
    default: '255',
  }),
]);
const MISC = defineBlock(`${SERVER}.MISC_CHECK`, 'Runs a command', [
  ...TIMERS,
  row(
    'misc_path',
    'Command; exit status 0 is success',
    [arg('COMMAND', { kind: 'script', missing: 'dropped', noUser: true })],
    { ...WORKS, missing: 'ignored' },
  ),
  row('misc_timeout', 'Limit for one run', [arg('SECONDS', integer(0, 4294))], {
    ...WORKS,
    default: 'delay_loop of the virtual server',
  }),
  flag('misc_dynamic', 'The exit status sets the weight', WORKS),
  row('user', 'User and group to run as', [arg('USER', WORD), optional('GROUP', WORD)], {
    ...WORKS,
    missing: 'complaint',
    default: 'script_user',
  }),
]);
const FILE = defineBlock(`${SERVER}.FILE_CHECK`, 'Reads a weight from a tracked file', [
  row('track_file', 'A track_file block above', [arg('NAME', WORD)], WORKS),
  row(
    'weight',
    'Multiplier of the number',
    [
      arg('N', integer(-2_147_483_647, 2_147_483_647)),
      {
        name: 'reverse|noreverse',
        type: { kind: 'enum', words: ['reverse', 'noreverse'] },
        optional: true,
        dispensable: true,
      },
    ],
    { ...WORKS, missing: 'complaint', default: 'that of the track_file block' },
  ),
]);
const BFD = defineBlock(`${SERVER}.BFD_CHECK`, 'Follows a BFD session', [
  row('name', 'A bfd_instance above', [arg('NAME', WORD)], { ...WORKS, missing: 'complaint' }),
  bool('alpha', 'Counts as failed until the session is up', WORKS),
]);

/** The row of a checker that is in effect. */
function built(type: CheckType, table: BlockTable, since?: string): Keyword {
  const more = since === undefined ? WORKS : { ...WORKS, since };
  return block(type, checkerOf({ type }).title, [], table, more);
}

/** One row for each checker. */
export const CHECKERS: readonly Keyword[] = [
  built('TCP_CHECK', TCP),
  built('HTTP_GET', httpTable(`${SERVER}.HTTP_GET`, false)),
  built('SSL_GET', httpTable(`${SERVER}.SSL_GET`, true)),
  built('SMTP_CHECK', SMTP),
  built('DNS_CHECK', DNS, '1.3.1'),
  built('UDP_CHECK', UDP, '2.0.20'),
  built('PING_CHECK', PING, '2.0.20'),
  built('MISC_CHECK', MISC),
  built('FILE_CHECK', FILE, '2.1.0'),
  built('BFD_CHECK', BFD, '2.0.0'),
];
