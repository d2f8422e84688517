/** Builds what can be tracked: scripts, processes, files and BFD sessions that are usable; the others are reported elsewhere. */
import { ipFamily, parseIp } from '../../base/address.ts';
import { ZERO_DURATION } from '../../base/time.ts';
import type { Config } from '../../model/config.ts';
import { trackerKey } from '../../model/tracker-fact.ts';
import type {
  BfdConfig,
  LeftOutTracker,
  TrackedConfig,
  TrackFileConfig,
  TrackProcessConfig,
  TrackScriptConfig,
} from '../../model/tracking.ts';
import { commandOf } from '../settings/row.ts';
import { BFD_READER, PROCESS_READER, SCRIPT_READER } from '../settings/tracking.ts';
import { asOptions, duration, flag, last, number, option, text, value } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import type { BuildContext } from './context.ts';
import type { ReadTrackers } from './vrrp-tracking.ts';

/** All definitions that count; the first of a name does. */
export function buildTracked(
  globals: TypedBlock | undefined,
  context: BuildContext,
): TrackedConfig {
  const defaultUser = last(globals, 'script_user');
  return {
    scripts: collect('vrrp_script', context, (name, block) => scriptOf(name, block, defaultUser)),
    processes: collect('vrrp_track_process', context, processOf),
    files: collect('track_file', context, fileOf),
    bfd: withoutTwins(collect('bfd_instance', context, bfdOf)),
  };
}

/** Instances and groups without trackers whose definition turned out to be of no use when it was built; keepalived takes part without them as well. */
export function withDefinedTrackers(
  vrrp: Pick<Config, 'vrrpInstances' | 'syncGroups'>,
  { scripts, processes, files, bfd }: TrackedConfig,
  context: BuildContext,
): Pick<Config, 'vrrpInstances' | 'syncGroups'> {
  const kinds = { script: scripts, process: processes, file: files, bfd };
  const defined = new Set(
    Object.entries(kinds).flatMap(([kind, list]) =>
      list.map(({ name }) => trackerKey({ kind, name })),
    ),
  );
  const complete = <T extends ReadTrackers>(owner: T): T => {
    const { trackers = [], leftOut = [], ...rest } = owner;
    const unusable = trackers.filter((one) => !defined.has(trackerKey(one)));
    if (unusable.length === 0) return owner;
    const kept = trackers.filter((one) => defined.has(trackerKey(one)));
    const why = 'its definition is of no use';
    const more = unusable.map(({ kind, name }): LeftOutTracker => ({ kind, name, why }));
    const changed = {
      ...rest,
      ...(kept.length === 0 ? {} : { trackers: kept }),
      leftOut: [...leftOut, ...more],
    } as unknown as T;
    const origin = context.origins.get(owner);
    if (origin !== undefined) context.origins.set(changed, origin);
    return changed;
  };
  return {
    vrrpInstances: vrrp.vrrpInstances.map(complete),
    syncGroups: vrrp.syncGroups.map(complete),
  };
}

/** The definitions of a keyword that count, built: the first of each name. */
export function collect<T>(
  keyword: string,
  context: BuildContext,
  build: (name: string, block: TypedBlock) => T | undefined,
): T[] {
  const found = new Map<string, T>();
  for (const typed of context.root.statements) {
    const [name] = typed.values;
    const { block } = typed;
    const counts = typed.keyword.name === keyword && !context.dropped.has(typed);
    if (!counts || typeof name !== 'string' || block === undefined || found.has(name)) continue;
    const built = build(name, block);
    if (built !== undefined) found.set(name, built);
  }
  return [...found.values()];
}

/** Of sessions with one neighbour and source the first counts. */
function withoutTwins(sessions: readonly BfdConfig[]): BfdConfig[] {
  const known = new Set<string>();
  return sessions.filter(({ neighbour, source = '' }) => {
    const key = `${source} ${neighbour}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}

function scriptOf(
  name: string,
  block: TypedBlock,
  defaultUser: TypedStatement | undefined,
): TrackScriptConfig | undefined {
  const command = commandOf(value(block, 'script'));
  if (command === undefined) return undefined;
  const [user, group] = (last(block, 'user') ?? defaultUser)?.values ?? [];
  return {
    name,
    command: {
      ...command,
      ...(typeof user === 'string' ? { user } : {}),
      ...(typeof group === 'string' ? { group } : {}),
    },
    ...SCRIPT_READER.read(block),
  };
}

function processOf(name: string, block: TypedBlock): TrackProcessConfig | undefined {
  const words = value(block, 'process');
  const [program, ...parameters] =
    typeof words === 'object' && words.kind === 'list'
      ? words.items.filter((word) => typeof word === 'string')
      : [];
  if (program === undefined) return undefined;
  const delay = duration(block, 'delay') ?? ZERO_DURATION;
  const settings = PROCESS_READER.read(block, { forkDelay: delay, terminateDelay: delay });
  const max = number(block, 'quorum_max');
  const match = text(block, 'param_match');
  // `param_match` without a word, and without parameters, asks for a program that has none.
  const isCompared = parameters.length > 0 || last(block, 'param_match') !== undefined;
  return {
    name,
    program,
    parameters,
    match: match === 'initial' || match === 'partial' ? match : isCompared ? 'exact' : 'any',
    ...settings,
    // A maximum of 0 means that none may run; below the quorum any other is ignored.
    ...(max === undefined || (max !== 0 && max < settings.quorum) ? {} : { quorumMax: max }),
  };
}

function fileOf(name: string, block: TypedBlock): TrackFileConfig | undefined {
  const path = text(block, 'file');
  if (path === undefined) return undefined;
  const init = last(block, 'init_file');
  const options = asOptions(init?.values[0]);
  const [initial = 0] = options?.positional ?? [];
  return {
    name,
    path,
    ...(init === undefined || typeof initial !== 'number' ? {} : { initial }),
    overwrite: option(options, 'overwrite') !== undefined,
  };
}

function bfdOf(name: string, block: TypedBlock): BfdConfig | undefined {
  const neighbour = parseIp(text(block, 'neighbor_ip') ?? '');
  const source = parseIp(text(block, 'source_ip') ?? '');
  if (neighbour === undefined) return undefined;
  if (source !== undefined && ipFamily(source) !== ipFamily(neighbour)) return undefined;
  const [vrrp, checker] = [flag(block, 'vrrp'), flag(block, 'checker')];
  return {
    name,
    neighbour,
    ...(source === undefined ? {} : { source }),
    ...BFD_READER.read(block),
    forVrrp: vrrp || !checker,
    forCheckers: checker || !vrrp,
  };
}
