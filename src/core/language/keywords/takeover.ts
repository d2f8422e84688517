/** What has a say in takeovers beside advertisements: `heartbeat` and `witness`, Tandem's own blocks. */
import { arg, defineBlock, integer, optional, row, WORD } from '../schema/define.ts';
import type { ArgSpec, BlockTable, Keyword } from '../schema/keyword-table.ts';
import { withEffects } from '../settings/effects.ts';
import { HEARTBEAT_SETTINGS, WITNESS_SETTINGS } from '../settings/takeover.ts';

const OWN = { since: 'tandem' } as const;
const NAME = arg('NAME', WORD);

const milliseconds = (max: number): readonly ArgSpec[] => [
  arg('MILLISECONDS', {
    kind: 'time',
    unit: 'ms',
    decimals: 3,
    minUs: 10_000,
    maxUs: max * 1_000,
  }),
];

/** `heartbeat NAME`. */
export const HEARTBEAT: BlockTable = defineBlock(
  'heartbeat',
  'A second way to hear of a peer: authenticated datagrams beside its advertisements',
  withEffects(HEARTBEAT_SETTINGS, [
    row('neighbor_ip', 'Address of the peer', [arg('ADDRESS', { kind: 'address' })], {
      ...OWN,
      aliases: [{ name: 'neighbour_ip' }],
    }),
    row('source_ip', 'Local address', [arg('ADDRESS', { kind: 'address' })], {
      ...OWN,
      default: "the kernel's choice",
    }),
    row('port', 'UDP port on both sides', [arg('PORT', integer(1024, 65_535))], {
      ...OWN,
      default: '5798',
    }),
    row('interval', 'Time between two datagrams', milliseconds(10_000), {
      ...OWN,
      default: '200',
    }),
    row(
      'multiplier',
      'Intervals of silence after which the peer counts as gone',
      [arg('N', integer(2, 100))],
      {
        ...OWN,
        default: '5',
      },
    ),
    row(
      'key',
      'Key of both sides: 32 to 64 bytes of text, hex:DIGITS or file:PATH',
      [arg('KEY', WORD)],
      {
        ...OWN,
        secret: true,
      },
    ),
  ]),
);

/** `witness NAME`. */
export const WITNESS: BlockTable = defineBlock(
  'witness',
  'Hosts that answer echo requests while this host has a network',
  withEffects(WITNESS_SETTINGS, [
    row(
      'address',
      'A host that is asked; several lines name several',
      [arg('ADDRESS', { kind: 'address' })],
      {
        ...OWN,
        repeat: 'all',
      },
    ),
    row('at_least', 'How many of them must answer', [arg('N', integer(1, 64))], {
      ...OWN,
      default: '1',
    }),
    row('interval', 'Time between two requests to one host', milliseconds(60_000), {
      ...OWN,
      default: '1000',
    }),
    row('timeout', 'Limit for an answer; not above the interval', milliseconds(60_000), {
      ...OWN,
      default: 'the interval',
    }),
  ]),
);

/** The rows of an instance. */
export const TAKEOVER_ROWS: readonly Keyword[] = [
  row(
    'takeover_heartbeat',
    'Peer whose heartbeat has a say when its advertisements vanish',
    [NAME, optional('veto|allow', { kind: 'enum', words: ['veto', 'allow'] }, 'veto')],
    { ...OWN },
  ),
  row('takeover_witness', 'Witness that has to answer before the instance becomes MASTER', [NAME], {
    ...OWN,
  }),
];
