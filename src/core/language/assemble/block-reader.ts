/** A typed block for the checkers, which know nothing of lines and reports. */
import type { BlockReader } from '../../checkers/types.ts';
import { lastLineOf } from '../tree.ts';
import { all, bool, flag, last, number, text, value } from '../typed/access.ts';
import type { TypedStatement } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';

/** Reads the block of a statement; an empty one when it has none. */
export function blockReader(typed: TypedStatement, context: BuildContext): BlockReader {
  const { block } = typed;
  return {
    text: (keyword) => text(block, keyword),
    number: (keyword) => number(block, keyword),
    switched: (keyword) => bool(block, keyword),
    has: (keyword) => flag(block, keyword),
    ranges: (keyword) => {
      const list = value(block, keyword);
      if (typeof list !== 'object' || list.kind !== 'list') return NONE;
      return list.items.flatMap((item) =>
        typeof item === 'object' && item.kind === 'number-range'
          ? [{ from: item.from, to: item.to }]
          : [],
      );
    },
    blocks: (keyword) => all(block, keyword).map((inner) => blockReader(inner, context)),
    lacks: (keyword, reason, expected) =>
      atStatement(
        context,
        'block-dropped',
        typed.statement,
        `this ${typed.keyword.name} ${reason} and is left out`,
        {
          endLine: lastLineOf(typed.statement),
          expected,
          // A line that was meant for it has its own report.
          isConsequence:
            last(block, keyword) !== undefined || context.typing.tried.has(block, keyword),
        },
      ),
  };
}

const NONE: readonly never[] = [];
