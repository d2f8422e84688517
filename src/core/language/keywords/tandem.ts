/**
 * Tandem's own keywords. keepalived does not know them: prefix their lines with `@tandem` in files
 * that both read.
 */
import { arg, bool, optional, row, time, WORKS } from '../schema/define.ts';
import type { Keyword } from '../schema/keyword-table.ts';

const DRAIN_TIME =
  'How long a server that a reload takes away may keep its connections; 0 = not at all, as keepalived has it';
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
];

/** Own keywords of `virtual_server`. */
export const TANDEM_SERVICE: readonly Keyword[] = [
  row('drain_time', DRAIN_TIME, [arg('SECONDS', time(0, DRAIN_TIME_MAX_S))], {
    ...WORKS,
    since: 'tandem',
    default: 'lvs_drain_time',
    example: '@tandem drain_time 60',
  }),
];
