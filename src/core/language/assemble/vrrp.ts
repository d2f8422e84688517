/** Builds the VRRP side: all instances and sync groups, and what has to be true across them. */

import type { SyncGroupConfig, VrrpInstanceConfig } from '../../model/config.ts';
import { STATIC_OWNER } from '../../model/statics.ts';
import { clashes } from '../../model/vrid-clash.ts';
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';
import { vrrpDefaults } from './global.ts';
import { buildSyncGroups, membersWithoutWeights } from './sync-groups.ts';
import { buildInstance } from './vrrp-instance.ts';

/** All instances and sync groups. */
export function buildVrrp(
  globals: TypedBlock | undefined,
  context: BuildContext,
): {
  readonly vrrpInstances: readonly VrrpInstanceConfig[];
  readonly syncGroups: readonly SyncGroupConfig[];
} {
  const defaults = vrrpDefaults(globals);
  const blocks = uniqueBlocks('vrrp_instance', context).filter((one) => !isReserved(one, context));
  const instances: VrrpInstanceConfig[] = [];
  const known = new Set<string>();
  const withoutWeights = membersWithoutWeights(context.root);
  for (const typed of blocks) {
    const name = typed.values[0];
    if (typeof name === 'string') known.add(name);
    const instance = buildInstance(typed, defaults, withoutWeights, context);
    if (instance !== undefined) instances.push(instance);
  }
  checkDuplicateVrids(instances, context);
  const groups = buildSyncGroups(uniqueBlocks('vrrp_sync_group', context), known, context);
  return { vrrpInstances: instances, syncGroups: groups };
}

/** True for an instance with the name by which static entries are told from those of instances; it is reported, and left out. */
function isReserved({ values, statement }: TypedStatement, context: BuildContext): boolean {
  if (values[0] !== STATIC_OWNER) return false;
  const message = `"${STATIC_OWNER}" is the name of what static_ipaddress, static_routes and static_rules hold; this instance is ignored`;
  const endLine = lastLineOf(statement);
  atStatement(context, 'duplicate-name', statement, message, { endLine });
  return true;
}

/** The blocks of a keyword; the second of a name is reported and left out. */
export function uniqueBlocks(keyword: string, context: BuildContext): TypedStatement[] {
  const byName = new Map<string, TypedStatement>();
  for (const typed of context.root.statements) {
    const name = typed.values[0];
    if (typed.keyword.name !== keyword || typeof name !== 'string') continue;
    const first = byName.get(name);
    if (first === undefined) byName.set(name, typed);
    else {
      atStatement(
        context,
        'duplicate-name',
        typed.statement,
        `there is a ${keyword} "${name}" already; this one is ignored`,
        {
          endLine: lastLineOf(typed.statement),
          related: [placeOf(first.statement, 'the first one is here')],
        },
      );
    }
  }
  return [...byName.values()];
}

/**
 * One router id may serve once on an interface and family; multicast and unicast instances count apart,
 * unicast ones clash only with a common peer and source.
 */
function checkDuplicateVrids(
  instances: readonly VrrpInstanceConfig[],
  context: BuildContext,
): void {
  const seen = new Map<string, VrrpInstanceConfig[]>();
  for (const instance of instances) {
    const key = `${instance.family} ${instance.vrid} ${instance.unicastPeers.length > 0}`;
    const others = seen.get(key) ?? [];
    const clash = others.find((other) => clashes(instance, other));
    if (clash !== undefined) reportClash(instance, clash, context);
    others.push(instance);
    seen.set(key, others);
  }
}

function reportClash(
  instance: VrrpInstanceConfig,
  other: VrrpInstanceConfig,
  context: BuildContext,
): void {
  const here = context.origins.get(instance);
  const there = context.origins.get(other);
  if (here === undefined) return;
  const at = last(here.block, 'virtual_router_id') ?? here;
  const first = there === undefined ? undefined : (last(there.block, 'virtual_router_id') ?? there);
  const message = `instances "${other.name}" and "${instance.name}" both use virtual router id ${instance.vrid} on ${instance.interface || 'one network'}`;
  atStatement(context, 'vrid-duplicate', at.statement, message, {
    related: first === undefined ? [] : [placeOf(first.statement, `"${other.name}" uses it here`)],
    suggestion: `give "${nameOfInstance(here)}" a router id of its own`,
  });
}

function nameOfInstance(typed: TypedStatement): string {
  return wordAt(typed.statement, 1).text;
}
