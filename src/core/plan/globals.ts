/** Changes of `global_defs` and of the keywords outside all blocks. Most are for the next start: sockets and the start-up delay are used once. */
import { GLOBAL_SETTINGS } from '../language/settings/global.ts';
import { PLACE_SETTINGS } from '../language/settings/global-options.ts';
import { type AnySettings, list, NO_EFFECT, NOT_YET } from '../language/settings/row.ts';
import type { Config } from '../model/config.ts';
import type { Change } from './config-plan.ts';
import { diffFields } from './fields.ts';

const UNSUPPORTED: AnySettings = {
  notSupportedYet: list('', undefined, { shown: 'not supported yet', note: NO_EFFECT }),
};

/** The change of `global_defs`, if there is one; keywords without effect are told with it. */
export function diffGlobals(running: Config, next: Config): Change[] {
  const fields = [
    ...diffFields(running.global, next.global, GLOBAL_SETTINGS),
    ...diffFields(running.place ?? {}, next.place ?? {}, PLACE_SETTINGS),
    ...diffFields(
      { notSupportedYet: running.notSupportedYet },
      { notSupportedYet: next.notSupportedYet },
      UNSUPPORTED,
    ),
  ];
  if (fields.length === 0) return [];
  const isIdle = fields.every(({ note }) => note === NOT_YET || note === NO_EFFECT);
  const isLater = fields.every(({ note }) => note !== undefined);
  const timeouts = fields.find(({ field }) => field === 'lvs_timeouts');
  return [
    {
      change: 'change',
      type: 'global_defs',
      name: '',
      effect: isIdle ? 'none-yet' : isLater ? 'next-start' : 'in-place',
      fields,
      consequences:
        timeouts === undefined
          ? []
          : ['lvs_timeouts: what is no longer set stays in the kernel as it is'],
      parts: [],
    },
  ];
}
