/** Changes of what belongs to no other object: static entries and what is said about interfaces. */
import type { AnySettings } from '../language/settings/row.ts';
import { LINK_SETTINGS, STATIC_SETTINGS } from '../language/settings/statics.ts';
import type { Config } from '../model/config.ts';
import { type LinksConfig, NO_LINKS } from '../model/links.ts';
import type { StaticsConfig } from '../model/statics.ts';
import type { Change, ObjectType } from './config-plan.ts';
import { diffFields, effectInPlace } from './fields.ts';

const NO_STATICS: StaticsConfig = { addresses: [], routes: [], rules: [], trackGroups: [] };

const STATIC_TYPES: Readonly<Record<keyof StaticsConfig, ObjectType>> = {
  addresses: 'static_ipaddress',
  routes: 'static_routes',
  rules: 'static_rules',
  trackGroups: 'track_group',
};

const LINK_TYPES: Readonly<Record<keyof LinksConfig, ObjectType>> = {
  announceGroups: 'garp_group',
  polled: 'linkbeat_interfaces',
  pollsAll: 'linkbeat_use_polling',
  delays: 'interface_up_down_delays',
};

/** A change for each keyword of which a line differs. */
export function diffKept(running: Config, next: Config): Change[] {
  return [
    ...byKeyword(
      running.statics ?? NO_STATICS,
      next.statics ?? NO_STATICS,
      STATIC_SETTINGS,
      STATIC_TYPES,
    ),
    ...byKeyword(running.links ?? NO_LINKS, next.links ?? NO_LINKS, LINK_SETTINGS, LINK_TYPES),
  ];
}

function byKeyword<T extends object>(
  before: T,
  after: T,
  rows: AnySettings,
  types: Readonly<Record<keyof T & string, ObjectType>>,
): Change[] {
  return Object.keys(types).flatMap((name): readonly Change[] => {
    const field = name as keyof T & string;
    const fields = diffFields({ [field]: before[field] }, { [field]: after[field] }, rows);
    if (fields.length === 0) return [];
    const base = { change: 'change', type: types[field], name: '' } as const;
    const effect = effectInPlace(fields);
    return [{ ...base, effect, fields, consequences: [], parts: [] }];
  });
}
