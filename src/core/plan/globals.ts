/** Changes of `global_defs`. Most are for the next start: sockets and the start-up delay are used once. */
import type { Config } from '../model/config.ts';
import { diffFields, type FieldRows, invertedText, plainText, secondsText } from './fields.ts';
import type { Change } from './types.ts';

const NEXT_START = 'at the next start';

const ROWS: FieldRows = {
  routerId: { field: 'router_id' },
  vrrpStartupDelay: { field: 'vrrp_startup_delay', text: secondsText, note: NEXT_START },
  'metrics.enabled': { field: 'metrics', note: NEXT_START },
  'metrics.address': { field: 'metrics_listen (address)', note: NEXT_START },
  'metrics.port': { field: 'metrics_listen (port)', note: NEXT_START },
  removeIpvsOnStop: { field: 'lvs_keep_on_stop', text: invertedText },
  vrrpRealTimePriority: { field: 'vrrp_rt_priority' },
  lvsTimeouts: { field: 'lvs_timeouts', text: timeoutsText },
};

const UNSUPPORTED: FieldRows = {
  notSupportedYet: { field: 'not supported yet', list: plainText, note: 'no effect' },
};

/** The change of `global_defs`, if there is one; keywords without effect are told with it. */
export function diffGlobals(running: Config, next: Config): Change[] {
  const fields = [
    ...diffFields(running.global, next.global, ROWS),
    ...diffFields(
      { notSupportedYet: running.notSupportedYet },
      { notSupportedYet: next.notSupportedYet },
      UNSUPPORTED,
    ),
  ];
  if (fields.length === 0) return [];
  const isLater = fields.every(({ note }) => note !== undefined);
  const timeouts = fields.find(({ field }) => field === 'lvs_timeouts');
  return [
    {
      change: 'change',
      type: 'global_defs',
      name: '',
      effect: isLater ? 'next-start' : 'in-place',
      fields,
      consequences:
        timeouts === undefined
          ? []
          : ['lvs_timeouts: what is no longer set stays in the kernel as it is'],
      parts: [],
    },
  ];
}

function timeoutsText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return plainText(value);
  return Object.entries(value)
    .map(([name, seconds]) => `${name.toLowerCase()} ${seconds} s`)
    .join(', ');
}
