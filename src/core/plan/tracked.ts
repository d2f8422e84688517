/** Changes of what can be tracked and of what has a say in takeovers, matched by name. */
import type { AnySettings } from '../language/settings/row.ts';
import { HEARTBEAT_SETTINGS, WITNESS_SETTINGS } from '../language/settings/takeover.ts';
import {
  BFD_SETTINGS,
  FILE_SETTINGS,
  PROCESS_SETTINGS,
  SCRIPT_SETTINGS,
} from '../language/settings/tracking.ts';
import type { Config } from '../model/config.ts';
import type { TakeoverConfig } from '../model/takeover.ts';
import type { TrackedConfig } from '../model/tracking.ts';
import type { Change, ObjectType } from './config-plan.ts';
import { diffFields } from './fields.ts';
import { pairUp } from './pairs.ts';

type Kind = keyof TrackedConfig | keyof TakeoverConfig;

const KINDS: Readonly<
  Record<
    Kind,
    {
      readonly type: ObjectType;
      readonly rows: AnySettings;
    }
  >
> = {
  scripts: { type: 'vrrp_script', rows: SCRIPT_SETTINGS },
  processes: { type: 'vrrp_track_process', rows: PROCESS_SETTINGS },
  files: { type: 'track_file', rows: FILE_SETTINGS },
  bfd: { type: 'bfd_instance', rows: BFD_SETTINGS },
  heartbeats: { type: 'heartbeat', rows: HEARTBEAT_SETTINGS },
  witnesses: { type: 'witness', rows: WITNESS_SETTINGS },
};

/** Definitions that are added, changed or removed. */
export function diffTracked(running: Config, next: Config): Change[] {
  return Object.entries(KINDS).flatMap(([kind, { type, rows }]) => {
    const before = definitionsOf(running, kind as Kind);
    const after = definitionsOf(next, kind as Kind);
    return pairUp(before, after, ({ name }) => name).flatMap(([old, one]): readonly Change[] => {
      const { name } = old ?? one ?? { name: '' };
      const base = { type, name, effect: 'in-place', consequences: [], parts: [] } as const;
      if (old === undefined) return [{ ...base, change: 'add', fields: [] }];
      if (one === undefined) return [{ ...base, change: 'remove', fields: [] }];
      const fields = diffFields(old, one, rows);
      return fields.length === 0 ? [] : [{ ...base, change: 'change', fields }];
    });
  });
}

/** A Tandem of an older version has none in what it tells of its configuration. */
function definitionsOf(
  { tracked, takeover }: Partial<Config>,
  kind: Kind,
): readonly { readonly name: string }[] {
  const all: Partial<TrackedConfig & TakeoverConfig> = { ...tracked, ...takeover };
  return all[kind] ?? [];
}
