/** Blocks whose lines are entries: addresses, peers and trackers, with their options. */
import { arg, defineEntries, integer, optional, WORD } from '../schema/define.ts';
import type { ArgSpec, BlockTable, OptionSpec, OptionsType } from '../schema/keyword-table.ts';

const LIFETIME = {
  kind: 'word',
  pattern: '^([0-9]+|forever|infinity)$',
  expected: 'a number of seconds or forever',
} as const;

const ADDRESS_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'dev',
    args: [arg('IF', { kind: 'interface', exists: 'error' })],
    bad: 'entry',
    twice: 'entry',
    summary: 'interface that gets the address',
  },
  {
    name: 'scope',
    args: [arg('SCOPE', { kind: 'named', table: 'scope', max: 255 })],
    bad: 'entry',
    twice: 'last',
    summary: 'global, site, link, host, nowhere or a number',
  },
  {
    name: 'brd',
    aliases: ['broadcast'],
    args: [arg('ADDRESS|+|-', { kind: 'address', family: 'ipv4', words: ['+', '-'] })],
    bad: 'entry',
    twice: 'last',
    summary: 'broadcast address; + and - compute it',
  },
  {
    name: 'label',
    args: [arg('LABEL', { kind: 'word', maxLength: 15 })],
    bad: 'entry',
    twice: 'last',
    summary: 'label of an IPv4 address',
  },
  {
    name: 'peer',
    args: [arg('ADDRESS', { kind: 'address' })],
    summary: 'far end of a point-to-point link',
  },
  { name: 'home', summary: 'IPv6 home address' },
  { name: '-nodad', summary: 'do duplicate address detection' },
  {
    name: 'mngtmpaddr',
    summary: 'make temporary addresses of this one',
  },
  { name: 'noprefixroute', summary: 'add no route for the prefix' },
  { name: 'autojoin', summary: 'join multicast groups' },
  {
    name: 'no_track',
    summary: "the interface's state does not matter",
  },
  {
    name: 'preferred_lft',
    args: [arg('SECONDS', LIFETIME)],
    twice: 'last',
    summary: 'preferred lifetime',
  },
];

const VIRTUAL: OptionsType = {
  kind: 'options',
  unknown: 'skip',
  options: [...ADDRESS_OPTIONS, { name: 'use_vmac', summary: 'on a VMAC of its own' }],
};

const STATIC: OptionsType = {
  kind: 'options',
  unknown: 'skip',
  options: [
    ...ADDRESS_OPTIONS,
    { name: 'track_group', args: [arg('NAME', WORD)], summary: 'track group it belongs to' },
  ],
};

const ADDRESS: ArgSpec = arg('ADDRESS[/PREFIX]', { kind: 'prefix' });

/** Lines of `virtual_ipaddress`. */
export const VIRTUAL_ADDRESSES: BlockTable = defineEntries(
  'vrrp_instance.virtual_ipaddress',
  'Addresses the master holds, one on each line',
  [ADDRESS, optional('OPTIONS', VIRTUAL)],
  '192.0.2.10/24 dev eth0 label eth0:vip',
);

/** Lines of `virtual_ipaddress_excluded`. */
export const EXCLUDED_ADDRESSES: BlockTable = {
  ...VIRTUAL_ADDRESSES,
  name: 'vrrp_instance.virtual_ipaddress_excluded',
};

/** Lines of `static_ipaddress`. */
export const STATIC_ADDRESSES: BlockTable = defineEntries(
  'static_ipaddress',
  'Addresses that are set while the program runs, whatever VRRP does',
  [ADDRESS, optional('OPTIONS', STATIC)],
);

const TTL = [arg('TTL', integer(0, 255))];

/** Lines of `unicast_peer`. */
export const UNICAST_PEERS: BlockTable = defineEntries(
  'vrrp_instance.unicast_peer',
  'Peers that advertisements are sent to, one on each line',
  [
    arg('ADDRESS', { kind: 'address', cutSuffix: true }),
    optional('OPTIONS', {
      kind: 'options',
      unknown: 'skip',
      options: [
        { name: 'min_ttl', args: TTL, twice: 'last', summary: 'least TTL accepted from the peer' },
        {
          name: 'max_ttl',
          args: TTL,
          twice: 'last',
          summary: 'greatest TTL accepted from the peer',
        },
      ],
    }),
  ],
  '192.0.2.6 min_ttl 255',
);

/** `weight N [reverse|noreverse]` behind the name of something tracked. */
function tracker(max: number, hasNoReverse: boolean): OptionsType {
  const words = hasNoReverse ? ['reverse', 'noreverse'] : ['reverse'];
  return {
    kind: 'options',
    unknown: 'skip',
    unknownFirst: 'drop',
    options: [
      {
        name: 'weight',
        args: [
          arg('N', integer(-max, max, { outside: 'clamp' })),
          optional(words.join('|'), { kind: 'enum', words }),
        ],
        bad: 'entry',
        summary: 'added to the priority while up (or, negative, while down); 0 = fault when down',
      },
    ],
  };
}

/** A `track_*` block of an instance or a sync group. */
export function trackTable(
  name: string,
  what: string,
  max: 253 | 254,
  target: ArgSpec,
  hasNoReverse: boolean,
): BlockTable {
  return defineEntries(name, `${what} whose state counts, one on each line`, [
    target,
    optional('OPTIONS', tracker(max, hasNoReverse)),
  ]);
}
