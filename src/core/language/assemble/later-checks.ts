/**
 * Checks of the checkers that are not in effect yet: everything a table row cannot say about them, so that
 * their mistakes are found today. Nothing is built from them.
 */

import { didYouMean } from '../spelling.ts';
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { all, last, script } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { usersExist } from './script-users.ts';

/** What checkers refer to. */
export interface KnownNames {
  /** Tracked files and BFD sessions defined above, by keyword and name. */
  readonly above: ReadonlyMap<string, TypedStatement>;
  /** The BFD sessions that the server follows already. */
  readonly sessions: Map<string, TypedStatement>;
}

/** Reports what is wrong with one checker. */
export function checkLater(
  typed: TypedStatement,
  block: TypedBlock,
  known: KnownNames,
  context: BuildContext,
): void {
  switch (typed.keyword.name) {
    case 'MISC_CHECK':
      checkMisc(typed, block, context);
      return;
    case 'FILE_CHECK':
      checkFile(typed, block, known, context);
      return;
    case 'BFD_CHECK':
      checkBfd(typed, block, known, context);
      return;
  }
}

function checkMisc(typed: TypedStatement, block: TypedBlock, context: BuildContext): void {
  if (script(block, 'misc_path') === undefined) {
    const isMalformed = block.statements.some(
      (one) => one.keyword.name === 'misc_path' && !one.usable,
    );
    if (!isMalformed) lacks(typed, 'misc_path', 'a command', context);
    return;
  }
  const user = last(block, 'user');
  if (user !== undefined) {
    usersExist(user, 'user', context);
    return;
  }
  if (
    context.defaultScriptUser === 'exists' ||
    block.statements.some((one) => one.keyword.name === 'user')
  )
    return;
  atStatement(
    context,
    'block-dropped',
    typed.statement,
    'this MISC_CHECK has no user to run as and is left out',
    {
      endLine: lastLineOf(typed.statement),
      cause: 'host',
      expected: 'user USER here, or script_user USER in global_defs',
    },
  );
}

function checkFile(
  typed: TypedStatement,
  block: TypedBlock,
  known: KnownNames,
  context: BuildContext,
): void {
  let found = false;
  for (const one of all(block, 'track_file')) {
    found = isDefinedAbove(one, 'track_file', known, context) || found;
  }
  if (!found) lacks(typed, 'track_file', 'a tracked file', context);
}

function checkBfd(
  typed: TypedStatement,
  block: TypedBlock,
  known: KnownNames,
  context: BuildContext,
): void {
  const { sessions } = known;
  const named = all(block, 'name');
  if (named.length === 0) lacks(typed, 'name', 'a BFD session', context);
  for (const one of named) {
    const [name] = one.values;
    if (typeof name !== 'string' || !isDefinedAbove(one, 'bfd_instance', known, context)) continue;
    const first = sessions.get(name);
    if (first === undefined) sessions.set(name, one);
    else {
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
}

/** Whether the block that a word names stands above; reports when not. */
function isDefinedAbove(
  reference: TypedStatement,
  kind: 'track_file' | 'bfd_instance',
  known: KnownNames,
  context: BuildContext,
): boolean {
  const token = wordAt(reference.statement, 1);
  const above = known.above.get(`${kind} ${token.text}`);
  if (above !== undefined && !context.dropped.has(above) && !isForVrrpOnly(above)) return true;
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
  return false;
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
