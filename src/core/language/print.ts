/**
 * The printer: a tree as text in canonical layout, comments kept. What it writes reads back to an equal
 * tree and so to an equal model. The tree is one of statements as they count: definitions, includes and
 * conditions have been carried out; to lay out a file with those kept, see `print-source.ts`.
 */
import { OWN_CONDITION } from './lexical/reader.ts';
import { exceedsBytes } from './lexical/scan.ts';
import { CONFIG_LIMITS } from './limits.ts';
import { isAnonymous } from './parser.ts';
import { type LayoutLine, type LayoutOptions, layOut } from './print-layout.ts';
import { statementText, writeWord } from './print-words.ts';
import type { BlockTable } from './schema/keyword-table.ts';
import { outermostUse } from './source.ts';
import { type Block, type Comment, type Statement, wordAt } from './tree.ts';

/**
 * The text of a tree. Words are written from `Token.text` and `quoted`, quotes added where needed; the
 * command of a script keyword is taken from its line as it stands, between the word before it and
 * `Statement.end`, because it has quoting rules of its own.
 */
export function printTree(tree: Block, options: LayoutOptions = {}): string {
  const lines: LayoutLine[] = [];
  pushBlock(tree, undefined, 0, lines);
  return layOut(lines, options);
}

function pushBlock(
  block: Block,
  table: BlockTable | undefined,
  depth: number,
  lines: LayoutLine[],
): void {
  for (const statement of block.statements) pushStatement(statement, table, depth, lines);
  for (const comment of block.dangling ?? []) lines.push(commentLine(comment, depth));
}

function pushStatement(
  statement: Statement,
  table: BlockTable | undefined,
  depth: number,
  lines: LayoutLine[],
): void {
  const { block, trailing } = statement;
  const spaced = pushLeading(statement, depth, lines);
  const comment = trailing?.text;
  if (block === undefined && statement.unmatchedQuote >= 0 && comment !== undefined) {
    // Everything behind an open quote belongs to it, a comment too.
    lines.push({ depth, text: '', comment, kind: 'comment', spaced });
    const text = statementText(statement);
    lines.push({ depth, text, comment: undefined, kind: 'plain', spaced: false });
    return;
  }
  if (block === undefined) {
    // keepalived passes over lines with this condition: a file with own keywords stays readable to it.
    const condition = isOwn(statement) ? `@${OWN_CONDITION} ` : '';
    for (const text of linesOf(statement, table))
      lines.push({ depth, text: condition + text, comment, kind: 'plain', spaced });
    return;
  }
  if (isAnonymous(statement)) {
    lines.push({ depth, text: '{', comment, kind: 'open', spaced });
  } else if (statement.unmatchedQuote >= 0) {
    const text = statementText(statement);
    lines.push({ depth, text, comment: undefined, kind: 'plain', spaced });
    lines.push({ depth, text: '{', comment, kind: 'open', spaced: false });
  } else {
    const text = `${statementText(statement)} {`;
    lines.push({ depth, text, comment, kind: 'open', spaced });
  }
  pushBlock(block, statement.keyword?.block, depth + 1, lines);
  lines.push({ depth, text: '}', comment: block.closing?.text, kind: 'close', spaced: false });
}

/** Pushes the comments above a statement; says whether a blank line goes between them and it. */
function pushLeading(statement: Statement, depth: number, lines: LayoutLine[]): boolean {
  const { leading = [], spaced } = statement;
  const last = leading.at(-1);
  if (last === undefined) return spaced;
  const isDetached = spaced && outermostUse(wordAt(statement, 0).line).number - last.line > 1;
  const isPlaced = isDetached || leading.some((comment) => comment.spaced);
  leading.forEach((comment, index) => {
    const line = commentLine(comment, depth);
    lines.push(index === 0 && spaced && !isPlaced ? { ...line, spaced: true } : line);
  });
  return isDetached;
}

function commentLine(comment: Comment, depth: number): LayoutLine {
  const { text, spaced = false } = comment;
  return { depth, text: '', comment: text, kind: 'comment', spaced };
}

/** A statement as one line; words of a list that would make it too long go to further lines. */
function linesOf(statement: Statement, table: BlockTable | undefined): readonly string[] {
  const text = statementText(statement);
  if (table?.content !== 'words' || statement.unmatchedQuote >= 0) return [text];
  if (!exceedsBytes(text, 0, text.length, CONFIG_LIMITS.lineBytes)) return [text];
  return statement.words.map((word) => writeWord(word.text, word.quoted, true));
}

/** A keyword, or a word behind it, that only Tandem knows. */
function isOwn({ keyword, words }: Statement): boolean {
  if (keyword === undefined) return false;
  if (keyword.since === 'tandem') return true;
  return (keyword.args ?? []).some(
    ({ type }, index) => type.kind === 'enum' && type.own?.includes(words[index + 1]?.text ?? ''),
  );
}
