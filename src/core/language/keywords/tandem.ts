/**
 * Tandem's own keywords. keepalived does not know them: prefix their lines with `@tandem` in files
 * that both read.
 */

import { RUNNING_PROBES_MAX } from '../../model/check-limits.ts';
import { arg, bool, integer, optional, row, time, WORKS } from '../schema/define.ts';
import type { Keyword } from '../schema/keyword-table.ts';

const DRAIN_TIME =
  'How long a server that a reload takes away may keep its connections; 0 = not at all, as keepalived has it';
const RISE_MAX = 1_000;
const FLAPS_MAX = 100;
/** A week. */
const DRAIN_TIME_MAX_S = 604_800;

/** Own keywords of `global_defs`. */
export const TANDEM_GLOBAL: readonly Keyword[] = [
  bool('metrics', 'Serve Prometheus metrics and the status page', {
    ...WORKS,
    since: 'tandem',
    default: 'on',
  }),
  row(
    'metrics_listen',
    'Address and port that metrics and status page are served on',
    [arg('ADDRESS', { kind: 'address' }), optional('PORT', { kind: 'port' }, 9165)],
    {
      ...WORKS,
      since: 'tandem',
      default: '127.0.0.1 9165',
      example: '@tandem metrics_listen 127.0.0.1 9165',
    },
  ),
  row(
    'metrics_detail',
    'What metrics have series of: all; servers: no checks; services: no checks and no real servers',
    [arg('WHAT', { kind: 'enum', words: ['all', 'servers', 'services'] })],
    {
      ...WORKS,
      since: 'tandem',
      default: 'all',
      example: '@tandem metrics_detail services',
    },
  ),
  bool('lvs_conntrack', 'Set net.ipv4.vs.conntrack to 1, which lvs_method FNAT needs', {
    ...WORKS,
    since: 'tandem',
    default: 'off: it is only looked at',
  }),
  bool('lvs_keep_on_stop', 'Leave our IPVS entries in the kernel at an orderly stop', {
    ...WORKS,
    since: 'tandem',
  }),
  row('lvs_drain_time', DRAIN_TIME, [arg('SECONDS', time(0, DRAIN_TIME_MAX_S))], {
    ...WORKS,
    since: 'tandem',
    default: '300',
    example: '@tandem lvs_drain_time 60',
  }),
  row(
    'checks_at_once',
    'Most checks of real servers that run at the same time; the others wait their turn',
    [arg('N', integer(1, RUNNING_PROBES_MAX))],
    {
      ...WORKS,
      since: 'tandem',
      default: `${RUNNING_PROBES_MAX}`,
      example: '@tandem checks_at_once 500',
    },
  ),
  row(
    'checks_per_address',
    'Most checks that run at the same time against one address, whatever the port; the others wait their turn',
    [arg('N', integer(1, RUNNING_PROBES_MAX))],
    {
      ...WORKS,
      since: 'tandem',
      default: 'no limit',
      example: '@tandem checks_per_address 20',
    },
  ),
];

/** Own keywords of `virtual_server`. */
export const TANDEM_SERVICE: readonly Keyword[] = [
  row('drain_time', DRAIN_TIME, [arg('SECONDS', time(0, DRAIN_TIME_MAX_S))], {
    ...WORKS,
    since: 'tandem',
    default: 'lvs_drain_time',
    example: '@tandem drain_time 60',
  }),
  row(
    'slow_start',
    'Time over which a server that comes back gets its whole weight',
    [arg('SECONDS', time(0.1, DRAIN_TIME_MAX_S))],
    {
      ...WORKS,
      since: 'tandem',
      default: 'at once',
      example: '@tandem slow_start 30',
    },
  ),
  row(
    'flap_damping',
    'Failures of a server within a time that hold it out until it has not failed for that time',
    [arg('N', integer(2, FLAPS_MAX)), arg('SECONDS', time(1, DRAIN_TIME_MAX_S))],
    {
      ...WORKS,
      since: 'tandem',
      default: 'a server is back with its first success (rise)',
      example: '@tandem flap_damping 3 120',
    },
  ),
  row(
    'panic_threshold',
    'Percentage of living servers below which checks are not believed and their servers stay in service',
    [arg('PERCENT', integer(1, 100))],
    {
      ...WORKS,
      since: 'tandem',
      default: 'checks are always believed',
      example: '@tandem panic_threshold 50',
    },
  ),
];

/** Own keywords of checkers, and of the blocks around them for their defaults. */
export function tandemTimers(above: string): readonly Keyword[] {
  return [
    row('rise', 'Successes in a row that bring a server up', [arg('N', integer(1, RISE_MAX))], {
      ...WORKS,
      since: 'tandem',
      default: above === '' ? '1' : above,
      example: '@tandem rise 3',
    }),
    row(
      'delay_loop_down',
      'Time between checks while the check is down',
      [arg('SECONDS', time(0.000001, DRAIN_TIME_MAX_S))],
      {
        ...WORKS,
        since: 'tandem',
        default: above === '' ? 'delay_loop' : above,
        example: '@tandem delay_loop_down 30',
      },
    ),
    row(
      'delay_loop_doubt',
      'Pause while failures are forgiven (retry), and while successes are counted (rise)',
      [arg('SECONDS', time(0.000001, DRAIN_TIME_MAX_S))],
      {
        ...WORKS,
        since: 'tandem',
        default: above === '' ? 'delay_before_retry, and delay_loop' : above,
        example: '@tandem delay_loop_doubt 0.5',
      },
    ),
  ];
}
