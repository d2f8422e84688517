/** Checks static addresses, routes and rules, and the track groups they name. */

import { didYouMean } from '../spelling.ts';
import { lastLineOf } from '../tree.ts';
import { all, asOptions, option } from '../typed/access.ts';
import type { TypedBlock, TypedEntry } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { defaultInterface } from './global-checks.ts';
import { checkRoutes, checkRules } from './routing.ts';
import { addressDraft } from './vrrp-addresses.ts';

/** Reports what is wrong with static entries and track groups. */
export function checkStatics(
  globals: TypedBlock | undefined,
  instances: ReadonlySet<string>,
  context: BuildContext,
): void {
  const groups = new Set<string>();
  for (const typed of context.root.statements) {
    const entries = typed.block?.entries ?? [];
    switch (typed.keyword.name) {
      case 'track_group': {
        const name = typed.values[0];
        if (typeof name !== 'string') break;
        if (groups.has(name)) {
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
        groups.add(name);
        checkMembers(typed.block, instances, context);
        break;
      }
      case 'static_ipaddress':
        for (const entry of entries) {
          checkGroup(entry, asOptions(entry.values[1]), groups, context);
          addressDraft(entry, context);
          checkDevice(entry, globals, context);
        }
        break;
      case 'static_routes':
        checkRoutes(typed, context);
        for (const entry of entries)
          checkGroup(entry, asOptions(entry.values[0]), groups, context, ['dev']);
        break;
      case 'static_rules':
        checkRules(typed, context);
        for (const entry of entries)
          checkGroup(entry, asOptions(entry.values[0]), groups, context, ['iif']);
        break;
    }
  }
}

function checkMembers(
  block: TypedBlock | undefined,
  instances: ReadonlySet<string>,
  context: BuildContext,
): void {
  for (const list of all(block, 'group')) {
    for (const { token } of list.block?.entries ?? []) {
      if (instances.has(token.text)) continue;
      atWord(
        context,
        'unknown-reference-ignored',
        token,
        `there is no vrrp_instance "${token.text}"; it is left out`,
        {
          suggestion: didYouMean(token.text, instances),
          isConsequence: context.typing.tried.hasName(token.text),
        },
      );
    }
  }
}

function checkGroup(
  entry: TypedEntry,
  options: ReturnType<typeof asOptions>,
  groups: ReadonlySet<string>,
  context: BuildContext,
  needsOneOf: readonly string[] = [],
): void {
  const name = option(options, 'track_group');
  if (typeof name !== 'string') return;
  if (!groups.has(name)) {
    atWord(
      context,
      'unknown-reference',
      entry.token,
      `there is no track_group "${name}" above; the reference is dropped`,
      {
        suggestion: didYouMean(name, groups),
        isConsequence: context.typing.tried.hasName(name),
      },
    );
  } else if (
    needsOneOf.length > 0 &&
    needsOneOf.every((one) => option(options, one) === undefined)
  ) {
    atWord(
      context,
      'setting-reset',
      entry.token,
      `track_group needs ${needsOneOf.join(' or ')}; the reference is dropped`,
    );
  }
}

/** An address without `dev` goes to the default interface, which must exist. */
function checkDevice(
  entry: TypedEntry,
  globals: TypedBlock | undefined,
  context: BuildContext,
): void {
  const { interfaces } = context.host;
  const name = defaultInterface(globals);
  if (
    option(asOptions(entry.values[1]), 'dev') !== undefined ||
    interfaces === undefined ||
    interfaces.has(name)
  )
    return;
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
