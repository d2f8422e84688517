/** Builds sync groups: members that exist and belong to one group only, and the rules for their trackers. */
import type { SyncGroupConfig } from '../../model/config.ts';
import { OWNER_PRIORITY } from '../../wire/protocol.ts';
import { VRRP_NOTIFY_READER } from '../settings/notify.ts';
import { suggesterFor } from '../spelling.ts';
import { lastLineOf, placeOf } from '../tree.ts';
import { all, flag, last, number } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { notifyOf } from './notify-commands.ts';
import { readTrackedInterfaces, readTrackers } from './vrrp-tracking.ts';

/** Instances whose sync group allows no weighted trackers. */
export function membersWithoutWeights(root: TypedBlock): ReadonlySet<string> {
  const names = new Set<string>();
  for (const typed of root.statements) {
    if (typed.keyword.name !== 'vrrp_sync_group') continue;
    const { block } = typed;
    if (flag(block, 'sync_group_tracking_weight') || flag(block, 'global_tracking')) continue;
    for (const list of all(block, 'group')) {
      for (const { token } of list.block?.entries ?? []) names.add(token.text);
    }
  }
  return names;
}

/** The sync groups of a configuration; `known` are the names of all instances, built or not. */
export function buildSyncGroups(
  statements: readonly TypedStatement[],
  known: ReadonlySet<string>,
  context: BuildContext,
): SyncGroupConfig[] {
  const groups: SyncGroupConfig[] = [];
  const owner = new Map<string, TypedStatement>();
  for (const typed of statements) {
    const name = typed.values[0];
    if (typeof name !== 'string') continue;
    const trackers = readTrackers(typed, undefined, context);
    const trackInterfaces =
      typed.block === undefined
        ? []
        : readTrackedInterfaces(typed.block, undefined, undefined, context);
    const members = membersOf(typed, name, known, owner, context);
    if (members.length === 0) {
      atStatement(
        context,
        'block-dropped',
        typed.statement,
        `sync group "${name}" has no members and is ignored`,
        {
          endLine: lastLineOf(typed.statement),
          expected: 'group { INSTANCE ... }',
          isConsequence:
            (last(typed.block, 'group')?.block?.entries.length ?? 0) > 0 ||
            context.typing.tried.has(typed.block, 'group'),
        },
      );
      continue;
    }
    if (members.length === 1) {
      atStatement(
        context,
        'setting-reset',
        typed.statement,
        `sync group "${name}" has only one member`,
        { isConsequence: (last(typed.block, 'group')?.block?.entries.length ?? 0) > 1 },
      );
    }
    const owners = members.filter((member) => explicitPriority(member, context) === OWNER_PRIORITY);
    if (owners.length > 0 && owners.length < members.length) {
      atStatement(
        context,
        'setting-reset',
        typed.statement,
        `sync group "${name}" mixes address owners (priority 255) with others`,
      );
    }
    const group: SyncGroupConfig = {
      name,
      members,
      ...trackers,
      ...(trackInterfaces.length === 0 ? {} : { trackInterfaces }),
      ...notifyOf(VRRP_NOTIFY_READER, typed.block, context),
    };
    context.origins.set(group, typed);
    groups.push(group);
  }
  return groups;
}

/** The priority as written: only that counts when groups are checked. */
function explicitPriority(instance: string, context: BuildContext): number | undefined {
  const typed = context.root.statements.find(
    (one) => one.keyword.name === 'vrrp_instance' && one.values[0] === instance,
  );
  return number(typed?.block, 'priority');
}

function membersOf(
  typed: TypedStatement,
  name: string,
  known: ReadonlySet<string>,
  owner: Map<string, TypedStatement>,
  context: BuildContext,
): string[] {
  const members: string[] = [];
  const entries = all(typed.block, 'group').flatMap(({ block }) => block?.entries ?? []);
  const suggestion = suggesterFor(
    () => known,
    () => entries.map(({ token }) => token.text),
  );
  for (const { token } of entries) {
    const member = token.text;
    const taken = owner.get(member);
    if (!known.has(member)) {
      atWord(
        context,
        'unknown-reference',
        token,
        `there is no vrrp_instance "${member}"; it is left out`,
        {
          suggestion: suggestion(member),
          isConsequence: context.typing.tried.hasName(member),
        },
      );
    } else if (taken !== undefined) {
      atWord(
        context,
        'duplicate-entry',
        token,
        `"${member}" is in a sync group already; it is left out of "${name}"`,
        {
          related: [placeOf(taken.statement, 'that group is here')],
        },
      );
    } else {
      owner.set(member, typed);
      members.push(member);
    }
  }
  return members;
}
