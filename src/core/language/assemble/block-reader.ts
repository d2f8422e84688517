/** A typed block for the checkers, which know nothing of lines and reports. */
import { invariant } from '../../base/assert.ts';
import type { BlockReader, WrittenValue } from '../../checkers/types.ts';
import { lastLineOf, wordAt } from '../tree.ts';
import { all, bool, flag, last, number, text, value } from '../typed/access.ts';
import type { TypedStatement, Value } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** Reads the block of a statement; an empty one when it has none. */
export function blockReader(typed: TypedStatement, context: BuildContext): BlockReader {
  const { block } = typed;
  const reader: BlockReader = {
    text: (keyword, position) => text(block, keyword, position),
    number: (keyword) => number(block, keyword),
    switched: (keyword) => bool(block, keyword),
    has: (keyword) => flag(block, keyword),
    value: (keyword, position) => written(value(block, keyword, position)),
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
    report: (code, keyword, message, more) => {
      const { statement } = last(block, keyword) ?? typed;
      atWord(context, code, wordAt(statement, 1), message, more);
    },
  };
  STATEMENTS.set(reader, typed);
  return reader;
}

const STATEMENTS = new WeakMap<BlockReader, TypedStatement>();

/** The statement that a reader of `blockReader` reads. */
export function statementOf(reader: BlockReader): TypedStatement {
  const typed = STATEMENTS.get(reader);
  invariant(typed !== undefined, 'a reader of this module');
  return typed;
}

/** A value for the checkers; undefined when it is of a kind that no checker has. */
function written(value: Value | undefined): WrittenValue | undefined {
  if (typeof value !== 'object') return value;
  switch (value.kind) {
    case 'number-range':
    case 'hex':
    case 'script':
      return value;
    case 'list':
      return { kind: 'list', items: value.items.flatMap((item) => written(item) ?? []) };
    default:
      return undefined;
  }
}
