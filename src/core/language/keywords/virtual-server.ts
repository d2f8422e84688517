/** `virtual_server`, its `real_server` and what both share. */
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
import type { ArgSpec, BlockTable, Keyword, OptionsType } from '../schema/keyword-table.ts';
import { withEffects } from '../settings/effects.ts';
import { SERVER_SETTINGS, SERVICE_SETTINGS } from '../settings/virtual-server.ts';
import { CHECKERS } from './checkers.ts';
import { IPVS_TIMEOUT_MAX } from './global-lvs.ts';
import { notify } from './scripts.ts';
import { TANDEM_SERVICE, tandemTimers } from './tandem.ts';

/** Schedulers the kernel may have. */
export const SCHEDULERS: readonly string[] = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'mh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'twos',
];

/** Names of schedulers elsewhere. */
const SCHEDULERS_ELSEWHERE = {
  roundrobin: 'rr',
  'round-robin': 'rr',
  'weighted-round-robin': 'wrr',
  leastconn: 'lc',
  'least-conn': 'lc',
  'least-connection': 'lc',
  'least-connections': 'lc',
  'weighted-least-connection': 'wlc',
  'weighted-least-connections': 'wlc',
  source: 'sh',
  'source-hash': 'sh',
  'ip-hash': 'sh',
  maglev: 'mh',
};

/** The largest weight of a real server. */
const WEIGHT_MAX = 2_147_483_647;
const TIMEOUT_MAX_S = 4294.967295;
/** No practical maximum: what a 64-bit count of microseconds holds; kept are at most 2^53 microseconds. */
const LONG_S = 18_446_744_073_709;

/** One bad word drops them all, but not the method before them. */
const TUNNEL: OptionsType = {
  kind: 'options',
  unknown: 'drop-options',
  options: [
    {
      name: 'type',
      args: [arg('ipip|gue|gre', { kind: 'enum', words: ['ipip', 'gue', 'gre'] })],
      summary: 'kind of tunnel',
      bad: 'entry',
      twice: 'last',
    },
    {
      name: 'port',
      args: [arg('PORT', { kind: 'port' })],
      summary: 'UDP port of GUE',
      bad: 'entry',
      twice: 'last',
    },
    { name: 'nocsum', summary: 'no checksum', twice: 'last' },
    { name: 'csum', summary: 'checksum in the tunnel header', twice: 'last' },
    { name: 'remcsum', summary: 'remote checksum offload (GUE)', twice: 'last' },
  ],
};

/** Names of the methods elsewhere. */
const METHODS_ELSEWHERE = {
  masq: 'NAT',
  masquerade: 'NAT',
  masquerading: 'NAT',
  direct: 'DR',
  'direct-routing': 'DR',
  gate: 'DR',
  gatewaying: 'DR',
  route: 'DR',
  routing: 'DR',
  tunnel: 'TUN',
  tunneling: 'TUN',
  ipip: 'TUN',
  fullnat: 'FNAT',
  'full-nat': 'FNAT',
};

const METHOD: readonly ArgSpec[] = [
  arg('NAT|DR|TUN|FNAT', {
    kind: 'enum',
    words: ['NAT', 'DR', 'TUN', 'FNAT'],
    own: ['FNAT'],
    meant: METHODS_ELSEWHERE,
  }),
  {
    name: '[type ipip|gue|gre] [port N] [nocsum|csum|remcsum]',
    type: TUNNEL,
    optional: true,
    dispensable: true,
  },
];

/** Timers that a virtual server, a real server and a checker have alike. */
const TIMERS: readonly Keyword[] = [
  row('delay_loop', 'Time between checks', [arg('SECONDS', time(0.000001, LONG_S))], {
    ...WORKS,
    default: '60',
  }),
  row(
    'connect_timeout',
    'Limit for connecting and for each answer',
    [arg('SECONDS', time(0.000001, TIMEOUT_MAX_S))],
    { ...WORKS, default: '5', since: '2.0.13' },
  ),
  row('retry', 'Failed attempts that are forgiven', [arg('N', integer(1, UINT32_MAX))], {
    ...WORKS,
    default: "the checker's",
    since: '1.3.7',
  }),
  row('delay_before_retry', 'Pause before a retry', [arg('SECONDS', time(0, LONG_S))], {
    ...WORKS,
    default: "the checker's",
    since: '1.3.7',
  }),
  row(
    'warmup',
    'Upper bound of the random delay before the first check',
    [arg('SECONDS', time(0, LONG_S))],
    { ...WORKS, default: 'delay_loop', since: '1.3.7' },
  ),
  ...tandemTimers(''),
];

const VIRTUALHOST = row('virtualhost', 'Host header of HTTP checks', [arg('NAME', WORD)], {
  ...WORKS,
  missing: 'complaint',
  repeat: 'last-complaint',
});
const SNMP_NAME = row('snmp_name', 'Name shown by SNMP', [arg('NAME', WORD)], {
  missing: 'complaint',
  extra: 'drop',
  since: '2.2.3',
});

/** `ADDRESS [PORT]`. */
const ENDPOINT: readonly ArgSpec[] = [
  arg('ADDRESS', { kind: 'address', cutSuffix: true }),
  optional('PORT', { kind: 'port', zeroIsAbsent: true }),
];

/** The table of `real_server`. */
export const REAL_SERVER: BlockTable = defineBlock(
  'virtual_server.real_server',
  'A server of the pool',
  withEffects(SERVER_SETTINGS, [
    row('weight', 'Share of new connections; 0 = none', [arg('N', integer(0, WEIGHT_MAX))], {
      ...WORKS,
      default: 'weight of the virtual server',
    }),
    row('lvs_method', 'How packets reach this server', METHOD, {
      ...WORKS,
      default: 'that of the virtual server',
    }),
    row(
      'uthreshold',
      'Connections above which the server gets no new ones; 0 = no limit',
      [arg('N', integer(0, UINT32_MAX))],
      { ...WORKS, default: '0' },
    ),
    row(
      'lthreshold',
      'Connections below which it gets new ones again; 0 = no limit',
      [arg('N', integer(0, UINT32_MAX))],
      { ...WORKS, default: '0' },
    ),
    bool('inhibit_on_failure', 'Weight 0 instead of removal on failure', {
      ...WORKS,
      default: 'that of the virtual server',
    }),
    bool('alpha', 'Down until checked', { ...WORKS, default: 'that of the virtual server' }),
    ...TIMERS,
    notify('notify_up', 'Command run when the server comes up', {}),
    notify('notify_down', 'Command run when the server goes down', {}),
    bool('smtp_alert', 'Send alert mails for this server', {
      default: 'smtp_alert_checker, else on',
      since: '2.0.0',
    }),
    VIRTUALHOST,
    SNMP_NAME,
    ...CHECKERS,
  ]),
);

const SCHEDULER_FLAGS: readonly Keyword[] = [
  flag('sh-port', 'Scheduler sh: hash the port too', { ...WORKS, since: '1.3.0' }),
  flag('sh-fallback', 'Scheduler sh: choose another server when one is down', {
    ...WORKS,
    since: '1.3.0',
  }),
  flag('mh-port', 'Scheduler mh: hash the port too', { ...WORKS, since: '2.0.7' }),
  flag('mh-fallback', 'Scheduler mh: choose another server when one is down', {
    ...WORKS,
    since: '2.0.7',
  }),
  flag('hashed', 'Scheduler sh or mh: without effect', { effect: 'obsolete', since: '1.3.0' }),
  flag('flag-1', 'Generic scheduler flag 1', { ...WORKS, since: '1.3.0' }),
  flag('flag-2', 'Generic scheduler flag 2', { ...WORKS, since: '1.3.0' }),
  flag('flag-3', 'Generic scheduler flag 3', { ...WORKS, since: '1.3.0' }),
];

/** The table of `virtual_server`. */
export const VIRTUAL_SERVER: BlockTable = defineBlock(
  'virtual_server',
  'A service whose connections are spread over servers',
  withEffects(SERVICE_SETTINGS, [
    row(
      'ip_family',
      'Family of a service by mark or group',
      [arg('inet|inet6', { kind: 'enum', words: ['inet', 'inet6'] })],
      { ...WORKS, since: '1.2.20' },
    ),
    ...TIMERS,
    row(
      'lvs_sched',
      'Scheduler that chooses the server of a connection',
      [arg('NAME', { kind: 'enum', words: SCHEDULERS, meant: SCHEDULERS_ELSEWHERE })],
      { ...WORKS, aliases: [{ name: 'lb_algo' }], default: 'wlc' },
    ),
    row('lvs_method', 'How packets reach the servers', METHOD, {
      ...WORKS,
      aliases: [{ name: 'lb_kind' }],
      default: 'NAT',
    }),
    row(
      'fnat_source',
      'With lvs_method FNAT: what servers see as client, an address of the director or several in a row',
      [arg('ADDRESS|RANGE', { kind: 'range' })],
      {
        ...WORKS,
        since: 'tandem',
        default: 'the address of the director towards the server',
        example: '@tandem fnat_source 192.168.10.20',
      },
    ),
    row(
      'protocol',
      'Transport protocol of the service',
      [arg('TCP|UDP|SCTP', { kind: 'enum', words: ['TCP', 'UDP', 'SCTP'], anyCase: true })],
      { ...WORKS, default: 'UDP' },
    ),
    flag('ops', 'Schedule each packet on its own (UDP)', WORKS),
    ...SCHEDULER_FLAGS,
    row(
      'persistence_timeout',
      'Time for which a client stays with its server',
      [optional('SECONDS', integer(1, IPVS_TIMEOUT_MAX), 360)],
      { ...WORKS, default: 'off; 360 without a number' },
    ),
    row(
      'persistence_granularity',
      'Mask or prefix length that makes clients one',
      [arg('MASK|PREFIX', WORD)],
      { ...WORKS, default: 'one address' },
    ),
    row(
      'persistence_engine',
      'Kernel persistence engine',
      [arg('NAME', { kind: 'word', maxLength: 16, long: 'cut' })],
      { ...WORKS, since: '1.2.20' },
    ),
    flag('ha_suspend', 'Check only while this host holds the address'),
    bool('smtp_alert', 'Send alert mails when the quorum changes', {
      default: 'smtp_alert_checker',
      since: '2.0.0',
    }),
    VIRTUALHOST,
    SNMP_NAME,
    flag('alpha', 'Servers are down until checked', WORKS),
    flag('omega', 'A stop reports servers and service as down'),
    flag('inhibit_on_failure', 'Weight 0 instead of removal on failure', {
      ...WORKS,
      since: '1.3.7',
    }),
    row('weight', 'Default weight of servers', [arg('N', integer(1, WEIGHT_MAX))], {
      ...WORKS,
      default: '1',
      since: '1.3.7',
    }),
    row(
      'quorum',
      'Sum of weights below which the service counts as down',
      [arg('N', integer(1, UINT32_MAX, { outside: { use: 1 }, invalid: { use: 1 } }))],
      { ...WORKS, default: '1' },
    ),
    row(
      'hysteresis',
      'Distance from the quorum before a change counts',
      [arg('N', integer(0, UINT32_MAX))],
      { ...WORKS, default: '0' },
    ),
    ...TANDEM_SERVICE,
    notify('quorum_up', 'Command run when the quorum is gained'),
    notify('quorum_down', 'Command run when the quorum is lost'),
    row('sorry_server', 'Server that serves while the quorum is lost', ENDPOINT, WORKS),
    flag('sorry_server_inhibit', 'The sorry server stays in the table with weight 0', {
      ...WORKS,
      since: '1.2.13',
    }),
    row('sorry_server_lvs_method', 'How packets reach the sorry server', METHOD, {
      ...WORKS,
      since: '1.3.6',
    }),
    block('real_server', 'A server of the pool', ENDPOINT, REAL_SERVER, WORKS),
  ]),
);

/** Header of `virtual_server`: ADDRESS [PORT], `fwmark N` or `group NAME`; read by the builder. */
export const VIRTUAL_SERVER_HEADER: readonly ArgSpec[] = [
  arg('ADDRESS [PORT] | fwmark N | group NAME', WORD),
  optional('PORT | N | NAME', WORD),
];
