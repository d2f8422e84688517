/** Lines of `virtual_routes` and `static_routes`: the words of `ip route`, with a few of keepalived's own. */
import { arg, defineEntries, integer, optional, UINT32_MAX, WORD } from '../schema/define.ts';
import type { ArgSpec, BlockTable, OptionSpec, OptionsType } from '../schema/keyword-table.ts';

const UINT = [arg('N', integer(0, UINT32_MAX))];
const LOCKABLE = [optional('lock', { kind: 'enum', words: ['lock'] }), ...UINT];
const TIMED = [
  optional('lock', { kind: 'enum', words: ['lock'] }),
  arg('TIME', {
    kind: 'word',
    pattern: '^[0-9]+(\\.[0-9]*)?(ms|s|sec|secs)?$',
    expected: 'a number with ms or s',
  }),
] as const;
const FAMILY = optional('inet|inet6', { kind: 'enum', words: ['inet', 'inet6'] });
const GATEWAY = [FAMILY, arg('ADDRESS', { kind: 'address' })];
const DEVICE = [arg('IF', { kind: 'interface', exists: 'error' })] as const;
const LATE = { missing: 'refused', twice: 'last' } as const;

/** Words that say what kind of route it is. */
export const ROUTE_TYPES: readonly string[] = [
  'unicast',
  'local',
  'broadcast',
  'brd',
  'anycast',
  'multicast',
  'throw',
  'unreachable',
  'prohibit',
  'blackhole',
  'nat',
  'xresolve',
];

/** Words for "everywhere". */
export const ROUTE_DEFAULTS: readonly string[] = ['default', 'any', 'all', 'default6'];

/** A word of an encapsulation with a value. */
function part(name: string, value: ArgSpec): OptionSpec {
  return { name, args: [value], summary: 'part of the encapsulation', ...LATE };
}

const ADDRESS_VALUE = arg('ADDRESS', { kind: 'address' });
const BYTE = arg('N', integer(0, 255));
const IP_PARTS: readonly OptionSpec[] = [
  part('id', arg('ID', WORD)),
  part('dst', ADDRESS_VALUE),
  part('src', ADDRESS_VALUE),
  part('flags', arg('FLAGS', WORD)),
];

/** What may follow each type of `encap`. */
const ENCAPSULATIONS: Readonly<Record<string, readonly OptionSpec[]>> = {
  ip: [...IP_PARTS, part('tos', BYTE), part('ttl', BYTE)],
  ip6: [...IP_PARTS, part('tc', BYTE), part('hoplimit', BYTE)],
};

/** Labels of MPLS, at most two, or the locator of ILA: four groups of hexadecimal digits. */
const LABELS = {
  kind: 'word',
  pattern: '^([0-9]+(/[0-9]+)?|[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){3})$',
} as const;

const DESTINATION = { kind: 'prefix', words: ROUTE_DEFAULTS } as const;

const OPTIONS: readonly OptionSpec[] = [
  ...ROUTE_TYPES.map(
    (name): OptionSpec => ({
      name,
      args: [arg('DESTINATION', DESTINATION)],
      bad: 'entry',
      summary: 'type of the route, before its destination',
      ...LATE,
    }),
  ),
  {
    name: 'to',
    args: [arg('DESTINATION', DESTINATION)],
    bad: 'entry',
    summary: 'destination',
    ...LATE,
  },
  {
    name: 'inet',
    args: [arg('SWALLOWED', WORD)],
    summary: 'family; the next word is swallowed',
    ...LATE,
  },
  {
    name: 'inet6',
    args: [arg('SWALLOWED', WORD)],
    summary: 'family; the next word is swallowed',
    ...LATE,
  },
  {
    name: 'src',
    args: [arg('ADDRESS', { kind: 'address' })],
    bad: 'entry',
    summary: 'preferred source address',
    ...LATE,
  },
  { name: 'via', args: GATEWAY, bad: 'entry', repeatable: true, summary: 'gateway', ...LATE },
  { name: 'gw', args: GATEWAY, bad: 'entry', deprecated: 'via', summary: 'gateway', ...LATE },
  {
    name: 'or',
    args: [arg('ADDRESS', { kind: 'address' })],
    bad: 'entry',
    deprecated: 'nexthop',
    summary: 'second gateway',
    ...LATE,
  },
  {
    name: 'dev',
    aliases: ['oif'],
    args: DEVICE,
    bad: 'entry',
    repeatable: true,
    summary: 'output interface',
    ...LATE,
  },
  {
    name: 'from',
    args: [arg('PREFIX', { kind: 'prefix', family: 'ipv6' })],
    bad: 'entry',
    summary: 'IPv6 source prefix',
    ...LATE,
  },
  {
    name: 'table',
    args: [arg('TABLE', { kind: 'named', table: 'table', max: UINT32_MAX })],
    summary: 'routing table',
    ...LATE,
  },
  { name: 'vrf', args: DEVICE, bad: 'entry', summary: 'VRF whose table is used', ...LATE },
  { name: 'metric', aliases: ['priority', 'preference'], args: UINT, summary: 'metric', ...LATE },
  {
    name: 'scope',
    args: [arg('SCOPE', { kind: 'named', table: 'scope', max: 255 })],
    summary: 'scope',
    ...LATE,
  },
  {
    name: 'protocol',
    args: [arg('PROTOCOL', { kind: 'named', table: 'protocol', max: 255 })],
    summary: 'who set the route',
    ...LATE,
  },
  {
    name: 'tos',
    aliases: ['dsfield'],
    args: [arg('TOS', { kind: 'named', table: 'tos', max: 255 })],
    summary: 'type of service',
    ...LATE,
  },
  {
    name: 'realms',
    args: [arg('[FROM/]TO', { kind: 'named', table: 'realm', max: 255, pair: true })],
    repeatable: true,
    summary: 'realms',
    ...LATE,
  },
  { name: 'onlink', repeatable: true, summary: 'the gateway is on the link' },
  ...['mtu', 'advmss', 'reordering', 'cwnd', 'ssthresh'].map(
    (name): OptionSpec => ({ name, args: LOCKABLE, summary: 'metric of the route', ...LATE }),
  ),
  ...['rtt', 'rttvar', 'rto_min'].map(
    (name): OptionSpec => ({
      name,
      args: TIMED,
      bad: 'entry',
      summary: 'time of the route',
      ...LATE,
    }),
  ),
  { name: 'hoplimit', args: [arg('N', integer(0, 255))], summary: 'hop limit', ...LATE },
  ...['window', 'initcwnd', 'initrwnd', 'expires'].map(
    (name): OptionSpec => ({ name, args: UINT, summary: 'metric of the route', ...LATE }),
  ),
  {
    name: 'quickack',
    args: [arg('0|1', integer(0, 1))],
    summary: 'quick acknowledgements',
    ...LATE,
  },
  {
    name: 'fastopen_no_cookie',
    args: [arg('0|1', integer(0, 1))],
    summary: 'TCP fast open without cookie',
    ...LATE,
  },
  {
    name: 'features',
    args: [arg('ecn', { kind: 'enum', words: ['ecn'] })],
    summary: 'features',
    ...LATE,
  },
  {
    name: 'congctl',
    args: [optional('lock', { kind: 'enum', words: ['lock'] }), arg('NAME', WORD)],
    summary: 'congestion control',
    ...LATE,
  },
  {
    name: 'pref',
    args: [arg('PREF', { kind: 'named', table: 'pref', max: 255 })],
    summary: 'IPv6 router preference',
    ...LATE,
  },
  {
    name: 'ttl-propagate',
    args: [arg('enabled|disabled', { kind: 'enum', words: ['enabled', 'disabled'] })],
    summary: 'TTL propagation',
    ...LATE,
  },
  {
    name: 'encap',
    args: [
      arg('TYPE', { kind: 'enum', words: ['ip', 'ip6', 'mpls', 'ila'] }),
      optional('LABELS|LOCATOR', LABELS),
    ],
    nested: ENCAPSULATIONS,
    bad: 'entry',
    repeatable: true,
    summary: 'encapsulation',
    ...LATE,
  },
  {
    name: 'as',
    args: [optional('to', { kind: 'enum', words: ['to'] })],
    deprecated: 'nothing: it is not supported',
    summary: 'not supported',
  },
  ...['add', 'append', 'prepend'].map(
    (name): OptionSpec => ({ name, summary: 'how the route is inserted' }),
  ),
  { name: 'nexthop', opensGroup: true, summary: 'begins another gateway' },
  {
    name: 'weight',
    args: [arg('N', integer(1, 256))],
    repeatable: true,
    summary: 'weight of a nexthop',
    ...LATE,
  },
  { name: 'no_track', summary: 'do not watch and restore the route' },
];

const VIRTUAL: OptionsType = {
  kind: 'options',
  unknown: 'drop',
  options: OPTIONS,
  positional: [optional('DESTINATION', DESTINATION)],
};

const STATIC: OptionsType = {
  ...VIRTUAL,
  options: [
    ...OPTIONS,
    { name: 'track_group', args: [arg('NAME', WORD)], summary: 'track group it belongs to' },
  ],
};

function line(type: OptionsType): readonly ArgSpec[] {
  return [arg('ROUTE', type)];
}

/** Lines of `virtual_routes`. */
export const VIRTUAL_ROUTES: BlockTable = defineEntries(
  'vrrp_instance.virtual_routes',
  'Routes the master sets, one on each line',
  line(VIRTUAL),
  '192.0.2.0/24 via 198.51.100.1 dev eth1',
);

/** Lines of `static_routes`. */
export const STATIC_ROUTES: BlockTable = defineEntries(
  'static_routes',
  'Routes that are set while the program runs',
  line(STATIC),
);
