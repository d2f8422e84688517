/** Rule: a keyword without arguments cannot be switched off by a word behind it. */
import type { TypedBlock } from '../../typed/values.ts';
import type { Rule, RuleInput } from '../rule.ts';

const NEGATIONS: ReadonlySet<string> = new Set(['off', 'no', 'false', '0', 'disabled', 'none']);

/** Reports words that mean "off" behind keywords whose presence switches them on. */
export const NEGATED_FLAG: Rule = {
  name: 'negated-flag',
  reason: 'The word is ignored and the keyword is on: the opposite of what was meant',
  fix: 'Remove the line',
  check: (input) => {
    // Such words have been noticed as surplus; without any there is nothing to walk the tree for.
    if (input.hasFound('extra-words-ignored')) visit(input.root, input);
  },
};

function visit(block: TypedBlock, input: RuleInput): void {
  for (const typed of block.statements) {
    const { keyword, statement } = typed;
    if (typed.block !== undefined) visit(typed.block, input);
    const word = statement.words[1];
    const isFlag = keyword.block === undefined && (keyword.args ?? []).length === 0;
    if (!isFlag || word === undefined || !NEGATIONS.has(word.text.toLowerCase())) continue;
    input.report({
      at: { token: word },
      message: `"${keyword.name}" has no arguments: it is on, whatever stands behind it`,
      suggestion: 'remove the line to switch it off',
    });
  }
}
