/** What checkers refer to outside of their blocks: commands with their users, tracked files, BFD sessions. */
import type { TrackedFileRef } from '../../checkers/types.ts';
import type { CommandConfig } from '../../model/command.ts';
import { commandOf } from '../settings/row.ts';
import { didYouMean } from '../spelling.ts';
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { all, last, number, text, value } from '../typed/access.ts';
import type { TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { usersExist } from './script-users.ts';

/** What checkers may refer to. */
export interface KnownNames {
  /** Tracked files and BFD sessions defined above, by keyword and name. */
  readonly above: ReadonlyMap<string, TypedStatement>;
  /** The BFD sessions that the server follows already. */
  readonly sessions: Map<string, TypedStatement>;
}

/** The command of a check (`misc_path`) and who it runs as; undefined when it cannot be run, which is reported. */
export function commandOfCheck(
  typed: TypedStatement,
  scriptUser: TypedStatement | undefined,
  context: BuildContext,
): CommandConfig | undefined {
  const { block } = typed;
  const script = value(block, 'misc_path');
  if (context.unusableScripts.has(script)) return undefined;
  const command = commandOf(script);
  if (command === undefined) {
    const isMalformed = block?.statements.some(
      (one) => one.keyword.name === 'misc_path' && !one.usable,
    );
    if (isMalformed !== true) lacks(typed, 'misc_path', 'a command', context);
    return undefined;
  }
  const own = last(block, 'user');
  if (own !== undefined && !usersExist(own, 'user', context)) return undefined;
  const isMisspelt = block?.statements.some((one) => one.keyword.name === 'user') === true;
  if (own === undefined && (isMisspelt || !hasDefaultUser(typed, context))) return undefined;
  const [user, group] = (own ?? scriptUser)?.values ?? [];
  return {
    ...command,
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof group === 'string' ? { group } : {}),
  };
}

function hasDefaultUser(typed: TypedStatement, context: BuildContext): boolean {
  if (context.defaultScriptUser === 'exists') return true;
  atStatement(
    context,
    'block-dropped',
    typed.statement,
    `this ${typed.keyword.name} has no user to run as and is left out`,
    {
      endLine: lastLineOf(typed.statement),
      cause: 'host',
      expected: 'user USER here, or script_user USER in global_defs',
    },
  );
  return false;
}

/** The last usable `track_file` of a check; undefined when there is none, which is reported. */
export function trackedFileOf(
  typed: TypedStatement,
  known: KnownNames,
  context: BuildContext,
): TrackedFileRef | undefined {
  let found: TypedStatement | undefined;
  for (const one of all(typed.block, 'track_file')) {
    found = definedAbove(one, 'track_file', known, context) ?? found;
  }
  const [name] = found?.values ?? [];
  if (typeof name !== 'string') {
    lacks(typed, 'track_file', 'a tracked file', context);
    return undefined;
  }
  return {
    name,
    weight: number(found?.block, 'weight') ?? 1,
    isReversed: text(found?.block, 'weight', 1) === 'reverse',
  };
}

/** The session that a check follows, which no other check of its server does; undefined when there is none, which is reported. */
export function sessionOf(
  typed: TypedStatement,
  known: KnownNames,
  context: BuildContext,
): string | undefined {
  const { sessions } = known;
  const named = all(typed.block, 'name');
  if (named.length === 0) lacks(typed, 'name', 'a BFD session', context);
  let found: string | undefined;
  for (const one of named) {
    const [name] = one.values;
    if (typeof name !== 'string' || definedAbove(one, 'bfd_instance', known, context) === undefined)
      continue;
    const first = sessions.get(name);
    if (first === undefined) {
      sessions.set(name, one);
      found = name;
    } else {
      atWord(
        context,
        'duplicate-entry',
        wordAt(one.statement, 1),
        `this server follows ${name} already`,
        {
          related: [placeOf(first.statement, 'it is followed here')],
        },
      );
    }
  }
  return found;
}

/** The block that a word names, which has to stand above; undefined is reported. */
function definedAbove(
  reference: TypedStatement,
  kind: 'track_file' | 'bfd_instance',
  known: KnownNames,
  context: BuildContext,
): TypedStatement | undefined {
  const token = wordAt(reference.statement, 1);
  const above = known.above.get(`${kind} ${token.text}`);
  if (above !== undefined && !context.dropped.has(above) && !isForVrrpOnly(above)) return above;
  const all = context.root.statements.filter((one) => one.keyword.name === kind);
  const named = all.filter((one) => one.values[0] === token.text);
  const why =
    named.length === 0
      ? 'is not defined'
      : above === undefined
        ? 'is defined only below'
        : isForVrrpOnly(above)
          ? 'is for VRRP only'
          : 'is not usable';
  atWord(
    context,
    'unknown-reference',
    token,
    `${kind} "${token.text}" ${why}; the check is left out`,
    {
      expected: `a ${kind} above this virtual server`,
      suggestion:
        named.length > 0
          ? undefined
          : didYouMean(
              token.text,
              all.map((one) => String(one.values[0])),
            ),
      related: named.map((one) => placeOf(one.statement, 'it is defined here')),
    },
  );
  return undefined;
}

/** A session restricted to VRRP by `vrrp` without `checker`. */
function isForVrrpOnly(session: TypedStatement): boolean {
  return last(session.block, 'vrrp') !== undefined && last(session.block, 'checker') === undefined;
}

function lacks(typed: TypedStatement, keyword: string, what: string, context: BuildContext): void {
  atStatement(
    context,
    'block-dropped',
    typed.statement,
    `this ${typed.keyword.name} names no usable ${keyword} and is left out`,
    {
      isConsequence: context.typing.tried.has(typed.block, keyword),
      endLine: lastLineOf(typed.statement),
      expected: `${keyword} with ${what}`,
    },
  );
}
