/**
 * Tandem's own keywords. keepalived does not know them: prefix their lines with `@tandem` in files
 * that both read.
 */
import { arg, bool, optional, row, WORKS } from '../schema/define.ts';
import type { Keyword } from '../schema/keyword-table.ts';

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
];
