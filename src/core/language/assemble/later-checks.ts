/**
 * Checks of the checkers that are not in effect yet: everything a table row cannot say about them, so that
 * their mistakes are found today. Nothing is built from them.
 */

import { placeOf, wordAt } from '../tree.ts';
import { all } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { definedAbove, type KnownNames, lacks } from './check-references.ts';
import { atWord, type BuildContext } from './context.ts';

/** Reports what is wrong with one checker. */
export function checkLater(
  typed: TypedStatement,
  block: TypedBlock,
  known: KnownNames,
  context: BuildContext,
): void {
  if (typed.keyword.name === 'BFD_CHECK') validateBfd(typed, block, known, context);
}

function validateBfd(
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
    if (typeof name !== 'string' || definedAbove(one, 'bfd_instance', known, context) === undefined)
      continue;
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
