/** Builds static addresses, routes and rules, and the track groups they name. */

import type {
  StaticAddressConfig,
  StaticRouteConfig,
  StaticRuleConfig,
  StaticsConfig,
  TrackGroupConfig,
} from '../../model/statics.ts';
import { didYouMean, suggesterFor } from '../spelling.ts';
import { lastLineOf } from '../tree.ts';
import { all, asOptions, option } from '../typed/access.ts';
import type { OptionsValue, TypedBlock, TypedEntry, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { defaultInterface } from './global-validation.ts';
import { optional } from './optional.ts';
import { readRoutes } from './routes.ts';
import { readRules } from './rules.ts';
import { addressDraft } from './vrrp-addresses.ts';

/** The static entries of a configuration; undefined without any. A group counts for what stands below it. */
export function readStatics(
  globals: TypedBlock | undefined,
  instances: ReadonlySet<string>,
  context: BuildContext,
): StaticsConfig | undefined {
  const addresses: StaticAddressConfig[] = [];
  const routes: StaticRouteConfig[] = [];
  const rules: StaticRuleConfig[] = [];
  const groups = new Map<string, TrackGroupConfig>();
  for (const typed of context.root.statements) {
    switch (typed.keyword.name) {
      case 'track_group':
        readGroup(typed, groups, instances, context);
        break;
      case 'static_ipaddress':
        for (const entry of typed.block?.entries ?? []) {
          const options = asOptions(entry.values[1]);
          const trackGroup = groupOf(entry, options, groups, context);
          const address = readAddress(entry, globals, context);
          if (address !== undefined)
            addresses.push({ ...address, ...optional('trackGroup', trackGroup) });
        }
        break;
      case 'static_routes':
        for (const { entry, options, route } of readRoutes(typed, context)) {
          const trackGroup = groupOf(entry, options, groups, context, 'dev');
          routes.push({ ...route, ...optional('trackGroup', trackGroup) });
        }
        break;
      case 'static_rules':
        for (const { entry, options, rule } of readRules(typed, context)) {
          const trackGroup = groupOf(entry, options, groups, context, 'iif');
          rules.push({ ...rule, ...optional('trackGroup', trackGroup) });
        }
        break;
    }
  }
  const trackGroups = [...groups.values()].filter(({ members }) => members.length > 0);
  const count = addresses.length + routes.length + rules.length + trackGroups.length;
  return count === 0 ? undefined : { addresses, routes, rules, trackGroups };
}

function readGroup(
  typed: TypedStatement,
  groups: Map<string, TrackGroupConfig>,
  instances: ReadonlySet<string>,
  context: BuildContext,
): void {
  const [name] = typed.values;
  if (typeof name !== 'string') return;
  const members = membersOf(typed.block, instances, context);
  if (!groups.has(name)) {
    groups.set(name, { name, members });
    return;
  }
  atStatement(
    context,
    'duplicate-name',
    typed.statement,
    `there is a track_group "${name}" already; this one is ignored`,
    {
      endLine: lastLineOf(typed.statement),
    },
  );
}

function membersOf(
  block: TypedBlock | undefined,
  instances: ReadonlySet<string>,
  context: BuildContext,
): readonly string[] {
  const members = new Set<string>();
  const entries = all(block, 'group').flatMap((list) => list.block?.entries ?? []);
  const defined = definedInstances(context);
  const suggestion = suggesterFor(
    () => defined,
    () => entries.map(({ token }) => token.text),
  );
  for (const { token } of entries) {
    if (instances.has(token.text)) {
      members.add(token.text);
      continue;
    }
    atWord(
      context,
      'unknown-reference-ignored',
      token,
      `there is no vrrp_instance "${token.text}"; it is left out`,
      {
        suggestion: suggestion(token.text),
        // One that is defined and cannot run is reported there.
        isConsequence: defined.has(token.text) || context.typing.tried.hasName(token.text),
      },
    );
  }
  return [...members];
}

/** The names of all instances of the file, usable or not. */
function definedInstances({ root }: BuildContext): ReadonlySet<string> {
  const blocks = root.statements.filter((one) => one.keyword.name === 'vrrp_instance');
  return new Set(blocks.map(({ values }) => String(values[0])));
}

/** The group that an entry belongs to, undefined without one that can be; `needs` names the option without which it cannot. */
function groupOf(
  entry: TypedEntry,
  options: OptionsValue | undefined,
  groups: ReadonlyMap<string, TrackGroupConfig>,
  context: BuildContext,
  needs?: 'dev' | 'iif',
): string | undefined {
  const name = option(options, 'track_group');
  if (typeof name !== 'string') return undefined;
  const group = groups.get(name);
  if (group === undefined) {
    atWord(
      context,
      'unknown-reference',
      entry.token,
      `there is no track_group "${name}" above; the reference is dropped`,
      {
        suggestion: didYouMean(name, groups.keys()),
        isConsequence: context.typing.tried.hasName(name),
      },
    );
    return undefined;
  }
  // A group that has lost all its members does nothing.
  const isUsed = group.members.length > 0;
  if (needs === undefined || option(options, needs) !== undefined) return isUsed ? name : undefined;
  const message = `track_group needs ${needs}; the reference is dropped`;
  atWord(context, 'setting-reset', entry.token, message);
  return undefined;
}

/** An address without `dev` goes to the default interface, which must exist. */
function readAddress(
  entry: TypedEntry,
  globals: TypedBlock | undefined,
  context: BuildContext,
): StaticAddressConfig | undefined {
  const draft = addressDraft(entry, context);
  const name = defaultInterface(globals);
  const { interfaces } = context.host;
  const isNamed = option(asOptions(entry.values[1]), 'dev') !== undefined;
  if (!isNamed && interfaces !== undefined && !interfaces.has(name)) {
    atWord(
      context,
      'interface-missing-fatal',
      entry.token,
      `the default interface "${name}" does not exist on this host`,
      {
        suggestion: 'write dev IF behind the address, or default_interface in global_defs',
      },
    );
  }
  if (draft === undefined) return undefined;
  const { config } = draft;
  return { ...config, interface: config.interface ?? name };
}
