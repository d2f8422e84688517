/** Lines of `virtual_rules` and `static_rules`: the words of `ip rule`. */
import { arg, defineEntries, integer, UINT32_MAX, WORD } from '../schema/define.ts';
import type { BlockTable, OptionSpec, OptionsType } from '../schema/keyword-table.ts';

const EVERYWHERE: readonly string[] = ['default', 'any', 'all'];
const PREFIX = [arg('PREFIX', { kind: 'prefix', words: EVERYWHERE })] as const;
const NUMBER = [arg('N', integer(0, UINT32_MAX, { anyBase: true }))];
const DEVICE = [arg('IF', { kind: 'interface', exists: 'error' })] as const;
const PORTS = [
  arg('FROM-TO', { kind: 'number-range', min: 0, max: 65_535, rangeOnly: true }),
] as const;
const LATE = { missing: 'refused', twice: 'last' } as const;

/** Words that end a rule without a table. */
export const RULE_ACTIONS: readonly string[] = ['blackhole', 'unreachable', 'prohibit', 'nop'];

const OPTIONS: readonly OptionSpec[] = [
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
  { name: 'from', args: PREFIX, bad: 'entry', summary: 'source', ...LATE },
  { name: 'to', args: PREFIX, bad: 'entry', summary: 'destination', ...LATE },
  { name: 'not', summary: 'turn the match round' },
  {
    name: 'preference',
    aliases: ['order', 'priority'],
    args: NUMBER,
    bad: 'entry',
    summary: 'place among the rules',
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
    name: 'fwmark',
    args: [arg('N[/MASK]', { kind: 'masked', max: UINT32_MAX })],
    bad: 'entry',
    summary: 'firewall mark',
    ...LATE,
  },
  {
    name: 'iif',
    aliases: ['dev'],
    args: DEVICE,
    bad: 'entry',
    summary: 'input interface',
    ...LATE,
  },
  { name: 'oif', args: DEVICE, bad: 'entry', summary: 'output interface', ...LATE },
  {
    name: 'realms',
    args: [arg('[FROM/]TO', { kind: 'named', table: 'realm', max: 255, pair: true })],
    summary: 'realms',
    ...LATE,
  },
  {
    name: 'suppress_prefixlength',
    aliases: ['sup_pl'],
    args: NUMBER,
    summary: 'ignore routes with so short a prefix',
    ...LATE,
  },
  {
    name: 'suppress_ifgroup',
    aliases: ['sup_group'],
    args: [arg('GROUP', { kind: 'named', table: 'group', max: UINT32_MAX })],
    summary: 'ignore routes over an interface group',
    ...LATE,
  },
  {
    name: 'uidrange',
    args: [arg('FROM-TO', { kind: 'number-range', min: 0, max: UINT32_MAX, rangeOnly: true })],
    summary: 'users',
    ...LATE,
  },
  {
    name: 'tunnel-id',
    args: [arg('ID', integer(0, Number.MAX_SAFE_INTEGER, { anyBase: true }))],
    summary: 'tunnel id',
    ...LATE,
  },
  {
    name: 'ipproto',
    args: [arg('PROTOCOL', { kind: 'named', table: 'ipproto', max: 255 })],
    summary: 'protocol above IP',
    ...LATE,
  },
  { name: 'sport', args: PORTS, summary: 'source ports', ...LATE },
  { name: 'dport', args: PORTS, summary: 'destination ports', ...LATE },
  {
    name: 'protocol',
    args: [arg('PROTOCOL', { kind: 'named', table: 'protocol', max: 255 })],
    summary: 'who set the rule',
    ...LATE,
  },
  {
    name: 'table',
    aliases: ['lookup'],
    args: [arg('TABLE', { kind: 'named', table: 'table', max: UINT32_MAX })],
    repeatable: true,
    summary: 'look up this table',
    ...LATE,
  },
  { name: 'l3mdev', summary: 'look up the table of the VRF' },
  { name: 'goto', args: NUMBER, bad: 'entry', summary: 'go on with this rule', ...LATE },
  ...RULE_ACTIONS.map((name): OptionSpec => ({ name, summary: 'action' })),
  { name: 'no_track', summary: 'do not watch and restore the rule' },
];

const VIRTUAL: OptionsType = { kind: 'options', unknown: 'drop', options: OPTIONS };
const STATIC: OptionsType = {
  ...VIRTUAL,
  options: [
    ...OPTIONS,
    { name: 'track_group', args: [arg('NAME', WORD)], summary: 'track group it belongs to' },
  ],
};

/** Lines of `virtual_rules`. */
export const VIRTUAL_RULES: BlockTable = defineEntries(
  'vrrp_instance.virtual_rules',
  'Routing rules the master sets, one on each line',
  [arg('RULE', VIRTUAL)],
  'from 192.0.2.0/24 table 100 preference 1000',
);

/** Lines of `static_rules`. */
export const STATIC_RULES: BlockTable = defineEntries(
  'static_rules',
  'Routing rules that are set while the program runs',
  [arg('RULE', STATIC)],
);
