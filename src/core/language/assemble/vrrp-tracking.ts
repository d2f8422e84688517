/** Builds what an instance or a sync group tracks, and checks the names in all its `track_*` blocks. */
import type { TrackInterfaceConfig } from '../../model/config.ts';
import type { LeftOutTracker, TrackerConfig } from '../../model/tracking.ts';
import { OWNER_PRIORITY } from '../../wire/protocol.ts';
import { suggesterFor } from '../spelling.ts';
import {
  INTERFACE_TRACKER,
  TRACKER_KINDS,
  type TrackerKind,
  type TrackerKindFacts,
  type TrackerSetting,
  trackerSetting,
} from '../trackers.ts';
import { placeOf } from '../tree.ts';
import { all } from '../typed/access.ts';
import type { TypedBlock, TypedEntry, TypedStatement } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** Which weights an instance may have: an owner's priority never changes, and sync groups may forbid them. */
interface WeightsAllowed {
  readonly priority: number;
  readonly noWeights: boolean;
}

/** Interfaces of `track_interface`, without the own one and without repetitions; of a sync group where nothing is said about weights. */
export function readTrackedInterfaces(
  block: TypedBlock,
  own: string | undefined,
  allowed: WeightsAllowed | undefined,
  context: BuildContext,
): TrackInterfaceConfig[] {
  const tracked: TrackInterfaceConfig[] = [];
  for (const { entry, name } of entriesOf(block, 'track_interface', context)) {
    if (name === own) {
      atWord(
        context,
        'setting-reset',
        entry.token,
        `"${name}" is the instance's own interface; it is tracked anyway and left out`,
      );
      continue;
    }
    const { weight, reverse } = trackerSetting(INTERFACE_TRACKER, entry, undefined);
    const direction = reverse ? ({ reverse } as const) : {};
    if (weight !== 0 && allowed?.noWeights === true) {
      reportNoWeight(entry, 'its weight is ignored', context);
      tracked.push({ name, weight: 0, ...direction });
      continue;
    }
    if (weight !== 0 && allowed?.priority === OWNER_PRIORITY) {
      atWord(
        context,
        'setting-reset',
        entry.token,
        'the priority of an address owner never changes; this tracker is left out',
      );
      continue;
    }
    tracked.push({ name, weight, ...direction });
  }
  return tracked;
}

function reportNoWeight(entry: TypedEntry, effect: string, context: BuildContext): void {
  atWord(
    context,
    'setting-reset',
    entry.token,
    `the instance is in a sync group, which wants trackers without weight; ${effect}`,
    {
      suggestion: 'write sync_group_tracking_weight in the group to allow weights',
    },
  );
}

/** What an instance or a sync group tracks besides interfaces, and what it goes on without; a part of its model. */
export interface ReadTrackers {
  readonly trackers?: readonly TrackerConfig[];
  readonly leftOut?: readonly LeftOutTracker[];
}

/**
 * What an instance or a sync group tracks besides interfaces. Reports names of tracked objects that are not defined
 * above the block that tracks them, and weights that an address owner or a member of a sync group cannot have.
 */
export function readTrackers(
  owner: TypedStatement,
  allowed: WeightsAllowed | undefined,
  context: BuildContext,
): ReadTrackers {
  const trackers: TrackerConfig[] = [];
  const leftOut: LeftOutTracker[] = [];
  const { block } = owner;
  if (block === undefined) return {};
  const position = context.root.statements.indexOf(owner);
  for (const facts of TRACKER_KINDS) {
    const { kind, definer } = facts;
    const entries = definer === undefined ? [] : entriesOf(block, kind, context);
    if (entries.length === 0) continue;
    const known = new Map<string, number>();
    context.root.statements.forEach((typed, index) => {
      const name = typed.values[0];
      if (typed.keyword.name !== definer || context.dropped.has(typed)) return;
      if (typeof name === 'string' && !known.has(name)) known.set(name, index);
    });
    const suggestion = suggesterFor(
      () => known.keys(),
      () => entries.map((one) => one.name),
    );
    for (const { entry, name } of entries) {
      const index = known.get(name);
      if (index !== undefined && index < position) {
        const definition = context.root.statements[index];
        const setting = trackerSetting(facts, entry, definition?.block);
        const weight = countedWeight(facts, entry, setting, allowed, context);
        const tracked = MODEL_KINDS[kind];
        if (weight !== undefined && tracked !== undefined) {
          const direction = setting.reverse ? ({ reverse: true } as const) : {};
          trackers.push({ kind: tracked, name, weight, ...direction });
        }
        continue;
      }
      const tracked = MODEL_KINDS[kind];
      const why = whyLeftOut({ owner, definer, entry, name, known, suggestion }, context);
      if (tracked !== undefined) leftOut.push({ kind: tracked, name, why });
    }
  }
  return {
    ...(trackers.length === 0 ? {} : { trackers }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
}

/** An entry that names nothing usable above it. */
interface LooseEntry {
  readonly owner: TypedStatement;
  /** The keyword that would define the name. */
  readonly definer: string | undefined;
  readonly entry: TypedEntry;
  readonly name: string;
  /** Usable definitions by name, with their place in the file. */
  readonly known: ReadonlyMap<string, number>;
  /** What an entry of the list may have meant. */
  readonly suggestion: (name: string) => string | undefined;
}

/** Reports an entry that does not count, and gives the reason. */
function whyLeftOut(
  { owner, definer, entry, name, known, suggestion }: LooseEntry,
  context: BuildContext,
): string {
  const { statements } = context.root;
  const what = `${definer} "${name}"`;
  const unusable = statements.find(
    (one) => one.keyword.name === definer && one.values[0] === name && context.dropped.has(one),
  );
  const index = known.get(name);
  const below = index === undefined ? undefined : statements[index];
  if (below === undefined && unusable !== undefined) {
    const { why, cause } = context.dropped.get(unusable) ?? { why: 'it is not usable' };
    const goesOn = `${owner.keyword.name} "${String(owner.values[0])}" goes on without ${what}`;
    atWord(context, 'tracker-left-out', entry.token, `${goesOn}: ${why}`, {
      ...(cause && { cause }),
      isConsequence: context.typing.tried.hasName(name),
      related: [placeOf(unusable.statement, 'it is defined here')],
    });
    return why;
  }
  const message =
    below === undefined
      ? `there is no ${what}; the entry is ignored`
      : `${what} is defined below; the entry is ignored`;
  atWord(context, 'unknown-reference', entry.token, message, {
    isConsequence: below === undefined && context.typing.tried.hasName(name),
    suggestion: below === undefined ? suggestion(name) : `move ${what} above this block`,
    related: below === undefined ? [] : [placeOf(below.statement, 'it is defined here')],
  });
  return below === undefined
    ? `there is no ${what}`
    : 'it is defined below the block that tracks it';
}

/** Kinds of trackers in the model; interfaces are in a list of their own. */
const MODEL_KINDS: Readonly<Record<TrackerKind, TrackerConfig['kind'] | undefined>> = {
  track_interface: undefined,
  track_script: 'script',
  track_process: 'process',
  track_file: 'file',
  track_bfd: 'bfd',
};

/** The weight of an entry, undefined when it is left out. keepalived forgets processes in this clean-up; so do we. */
function countedWeight(
  facts: TrackerKindFacts,
  entry: TypedEntry,
  { weight }: TrackerSetting,
  allowed: WeightsAllowed | undefined,
  context: BuildContext,
): number | undefined {
  if (weight === 0 || allowed === undefined) return weight;
  if (allowed.priority === OWNER_PRIORITY) {
    atWord(
      context,
      'setting-reset',
      entry.token,
      'the priority of an address owner never changes; this tracker is left out',
    );
    return undefined;
  }
  if (!allowed.noWeights || facts.kind === 'track_process') return weight;
  const kept = facts.kind === 'track_file' && Math.abs(weight) === 1;
  reportNoWeight(entry, kept ? 'its weight is ignored' : 'it is left out', context);
  return kept ? 0 : undefined;
}

interface NamedEntry {
  readonly entry: TypedEntry;
  readonly name: string;
}

/** The entries of all blocks of a name; a repetition is reported and left out. */
function entriesOf(block: TypedBlock, keyword: TrackerKind, context: BuildContext): NamedEntry[] {
  const found: NamedEntry[] = [];
  for (const typed of all(block, keyword)) {
    for (const entry of typed.block?.entries ?? []) {
      const name = entry.values[0];
      if (typeof name !== 'string') continue;
      const earlier = found.find((one) => one.name === name);
      if (earlier !== undefined) {
        atWord(
          context,
          'duplicate-entry',
          entry.token,
          `"${name}" comes twice; the second is ignored`,
          {
            related: [placeOf(earlier.entry.statement, 'it is already here')],
          },
        );
      } else found.push({ entry, name });
    }
  }
  return found;
}
