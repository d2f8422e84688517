/** Tracked objects (scripts, processes, files, BFD instances) and the `track_*` blocks that use them. */
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
  WORD,
  WORKS,
} from '../schema/define.ts';
import type { ArgSpec, BlockTable, Keyword } from '../schema/keyword-table.ts';
import { withEffects } from '../settings/effects.ts';
import {
  BFD_SETTINGS,
  FILE_SETTINGS,
  PROCESS_SETTINGS,
  SCRIPT_SETTINGS,
} from '../settings/tracking.ts';
import { trackTable } from './entries.ts';

const NAME = arg('NAME', WORD);
const REVERSE = optional('reverse', { kind: 'enum', words: ['reverse'] });

/** The `track_*` rows of an instance or a sync group. */
export function trackRows(owner: 'vrrp_instance' | 'vrrp_sync_group'): readonly Keyword[] {
  const table = (
    name: string,
    what: string,
    max: 253 | 254,
    target: ArgSpec,
    hasNoReverse = true,
  ): BlockTable => trackTable(`${owner}.${name}`, what, max, target, hasNoReverse);
  const more = { extra: 'complaint', ...WORKS } as const;
  return [
    block(
      'track_interface',
      'Interfaces whose link counts',
      [],
      table(
        'track_interface',
        'Interfaces',
        253,
        arg('IF', { kind: 'interface', exists: 'error' }),
        false,
      ),
      more,
    ),
    block(
      'track_script',
      'Scripts whose result counts',
      [],
      table('track_script', 'Scripts', 253, NAME),
      more,
    ),
    block(
      'track_file',
      'Files whose number counts',
      [],
      table('track_file', 'Files', 254, NAME),
      more,
    ),
    block(
      'track_process',
      'Processes whose presence counts',
      [],
      table('track_process', 'Processes', 254, NAME),
      more,
    ),
    block(
      'track_bfd',
      'BFD sessions whose state counts',
      [],
      table('track_bfd', 'BFD instances', 253, NAME),
      more,
    ),
  ];
}

const SCRIPT_SECONDS_MAX = 4_294_967;

/** `vrrp_script NAME`. */
export const VRRP_SCRIPT: BlockTable = defineBlock(
  'vrrp_script',
  'A command whose success instances can track',
  withEffects(SCRIPT_SETTINGS, [
    row(
      'script',
      'Command; exit status 0 is success',
      [arg('COMMAND', { kind: 'script', missing: 'error', noUser: true })],
      { missing: 'complaint', since: '1.1.13' },
    ),
    row(
      'interval',
      'Time from one start to the next',
      [arg('SECONDS', time(0.001, SCRIPT_SECONDS_MAX, 3, { use: 1_000_000 }))],
      { default: '1', since: '1.1.13' },
    ),
    row(
      'timeout',
      'Limit for one run; longer is a failure',
      [arg('SECONDS', time(0.001, SCRIPT_SECONDS_MAX, 3, { use: 1_000_000 }))],
      { default: 'the interval', since: '1.2.6' },
    ),
    row(
      'weight',
      'Added to the priority on success (or, negative, on failure); 0 = fault on failure',
      [arg('N', integer(-253, 253, { outside: 'clamp' })), REVERSE],
      { default: '0', since: '1.1.13', ...WORKS },
    ),
    row(
      'rise',
      'Successes needed to count as good',
      [arg('N', integer(1, 2_147_483_647, { outside: { use: 1 }, invalid: { use: 1 } }))],
      { default: '1', since: '1.1.18' },
    ),
    row(
      'fall',
      'Failures needed to count as bad',
      [arg('N', integer(1, 2_147_483_647, { outside: { use: 1 }, invalid: { use: 1 } }))],
      { default: '1', since: '1.1.18' },
    ),
    row('user', 'User and group to run as', [arg('USER', WORD), optional('GROUP', WORD)], {
      default: 'script_user',
      since: '1.3.0',
      ...WORKS,
    }),
    flag('init_fail', 'Count as failed before the first result', { since: '1.3.2' }),
  ]),
);

const DELAY = [arg('SECONDS', time(0.000001, 3600))];

/** `vrrp_track_process NAME`. */
export const TRACK_PROCESS: BlockTable = defineBlock(
  'vrrp_track_process',
  'A process whose presence instances can track',
  withEffects(PROCESS_SETTINGS, [
    row(
      'process',
      'Program, and parameters to match',
      [arg('PROGRAM [PARAMETER ...]', { kind: 'list', of: WORD })],
      { repeat: 'first-complaint', since: '2.0.11' },
    ),
    row(
      'param_match',
      'How parameters are compared',
      [optional('initial|partial', { kind: 'enum', words: ['initial', 'partial'] })],
      { default: 'exact', since: '2.0.16' },
    ),
    row(
      'weight',
      'Added to the priority while the quorum is there',
      [arg('N', integer(-254, 254)), REVERSE],
      { missing: 'complaint', repeat: 'first-complaint', default: '0', since: '2.0.11', ...WORKS },
    ),
    row('quorum', 'Least number of matching processes', [arg('N', integer(1, 65_535))], {
      default: '1',
      since: '2.0.11',
    }),
    row(
      'quorum_max',
      'Greatest number of matching processes; 0 = none may run',
      [arg('N', integer(0, 65_535))],
      { default: 'unlimited', since: '2.0.16' },
    ),
    row('delay', 'Both delays at once', DELAY, { default: '0', since: '2.0.11', ...WORKS }),
    row('fork_delay', 'Wait after the quorum is reached', DELAY, { default: '0', since: '2.0.16' }),
    row('terminate_delay', 'Wait after the quorum is lost', DELAY, {
      default: '0',
      since: '2.0.16',
    }),
    flag('full_command', 'Match the whole command line', { since: '2.0.11' }),
  ]),
);

/** `track_file NAME`. */
export const TRACK_FILE: BlockTable = defineBlock(
  'track_file',
  'A file whose number instances and checkers can track',
  withEffects(FILE_SETTINGS, [
    row('file', 'Path of the file', [arg('PATH', WORD)], {
      missing: 'complaint',
      repeat: 'first-complaint',
      since: '2.0.0',
    }),
    row(
      'weight',
      'Multiplier of the number',
      [arg('N', integer(-254, 254, { outside: { use: 1 }, invalid: { use: 1 } })), REVERSE],
      { missing: 'complaint', default: '1', since: '2.0.0', ...WORKS },
    ),
    row(
      'init_file',
      'Create the file at the start',
      [
        optional('VALUE', {
          kind: 'options',
          unknown: 'skip',
          options: [{ name: 'overwrite', summary: 'even when it exists' }],
          positional: [
            optional('VALUE', integer(-254, 254, { outside: 'clamp', invalid: { use: 0 } })),
          ],
        }),
      ],
      { since: '2.0.0' },
    ),
  ]),
);

const BFD_MS = (min: number): readonly ArgSpec[] => [
  arg('MILLISECONDS', {
    kind: 'time',
    unit: 'ms',
    decimals: 3,
    minUs: min * 1000,
    maxUs: 4_294_967_000,
  }),
];
const HOPS = [arg('N', integer(1, 255))];

/** `bfd_instance NAME`. */
export const BFD_INSTANCE: BlockTable = defineBlock(
  'bfd_instance',
  'A BFD session with a neighbour',
  withEffects(BFD_SETTINGS, [
    row('neighbor_ip', 'Address of the neighbour', [arg('ADDRESS', { kind: 'address' })], {
      aliases: [{ name: 'neighbour_ip' }],
      since: '2.0.0',
    }),
    row('source_ip', 'Local address', [arg('ADDRESS', { kind: 'address' })], {
      default: "the kernel's choice",
      since: '2.0.0',
    }),
    row('min_rx', 'Required receive interval', BFD_MS(1), { default: '10', since: '2.0.0' }),
    row('min_tx', 'Desired transmit interval', BFD_MS(1), { default: '10', since: '2.0.0' }),
    row('idle_tx', 'Transmit interval while the session is not up', BFD_MS(1000), {
      default: '1000',
      since: '2.0.0',
    }),
    row('multiplier', 'Packets to miss before the session is down', HOPS, {
      default: '5',
      since: '2.0.0',
    }),
    flag('passive', 'Do not start the session', { since: '2.0.0' }),
    row('ttl', 'TTL or hop limit of packets sent', HOPS, {
      aliases: [{ name: 'hoplimit' }],
      default: '255',
      since: '2.0.0',
    }),
    row(
      'max_hops',
      'Hops a received packet may have made; -1 = any',
      [arg('N', integer(-1, 255))],
      { default: '0', since: '2.0.0' },
    ),
    bool('multihop', 'Session over several hops (RFC 5883)', { since: '2.2.8' }),
    row('weight', 'Default weight for track_bfd', [arg('N', integer(-253, 253)), REVERSE], {
      ...WORKS,
      default: '0',
      since: '2.0.0',
    }),
    flag('vrrp', 'Only instances hear of it', { default: 'both', since: '2.0.0' }),
    flag('checker', 'Only checkers hear of it', { default: 'both', since: '2.0.0' }),
  ]),
);
