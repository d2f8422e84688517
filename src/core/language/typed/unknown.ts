/**
 * What to say about a word that is no keyword of its block: a slip of the pen, a keyword of another
 * block, a word of another product, or a template that was never filled in.
 */
import { FOREIGN_KEYWORDS } from '../keywords/foreign.ts';
import { blocksWithKeyword } from '../keywords/root.ts';
import { isAnonymous } from '../parser.ts';
import type { BlockTable } from '../schema/keyword-table.ts';
import { didYouMean } from '../spelling.ts';
import { atToken, lastLineOf, nameOf, type Statement, wordAt } from '../tree.ts';
import { clip, type TypingContext } from './context.ts';

/** Reports an unknown word once, for itself and for the block behind it. */
export function reportUnknownKeyword(
  table: BlockTable,
  statement: Statement,
  context: TypingContext,
): void {
  if (isAnonymous(statement)) {
    reportAnonymous(statement, context);
    return;
  }
  const name = nameOf(statement);
  const skipped = statement.block === undefined ? '' : '; its block is skipped';
  const at = { ...atToken(wordAt(statement, 0)), endLine: lastLineOf(statement) };
  const where =
    table.name === 'root' ? 'outside all blocks' : `in ${table.name.replaceAll('.', ' ')}`;
  if (context.diagnostics.isFull) {
    context.diagnostics.report('unknown-keyword', `"${clip(name)}" is not a keyword ${where}`);
    return;
  }
  const foreign = FOREIGN_KEYWORDS.get(name);
  if (foreign !== undefined) {
    context.diagnostics.report('other-product-keyword', `"${name}" is ${foreign.what}${skipped}`, {
      ...at,
      suggestion: foreign.instead,
    });
    return;
  }
  const near = didYouMean(name, table.index.keys());
  const homes = blocksWithKeyword(name).filter((home) => home !== table);
  if (homes.length > 0 && near === undefined) {
    const names = homes.map((home) =>
      home.name === 'root' ? 'outside all blocks' : `in ${home.name.replaceAll('.', ' ')}`,
    );
    context.diagnostics.report('misplaced-keyword', `"${name}" is not valid ${where}${skipped}`, {
      ...at,
      expected: `"${name}" belongs ${names.slice(0, 3).join(', or ')}`,
      suggestion:
        nameHere(table, name, homes) ?? 'move it, or look for a missing or surplus brace above',
    });
    return;
  }
  context.diagnostics.report(
    'unknown-keyword',
    `"${clip(name)}" is not a keyword ${where}${skipped}`,
    {
      ...at,
      suggestion: near ?? otherCase(name) ?? keywordHint(table, name),
    },
  );
}

/** A keyword of another block in the other letter case. */
function otherCase(name: string): string | undefined {
  for (const word of [name.toUpperCase(), name.toLowerCase()]) {
    const [home] = blocksWithKeyword(word);
    if (home === undefined) continue;
    const where =
      home.name === 'root' ? 'outside all blocks' : `in ${home.name.replaceAll('.', ' ')}`;
    return `did you mean "${word}"? It belongs ${where}`;
  }
  return undefined;
}

/** What a keyword is called in a block that does not know all its names. */
function nameHere(
  table: BlockTable,
  name: string,
  homes: readonly BlockTable[],
): string | undefined {
  const keyword = homes.map((home) => home.index.get(name)).find((one) => one?.name !== name);
  return keyword !== undefined && table.index.has(keyword.name)
    ? `it is called "${keyword.name}" here`
    : undefined;
}

/** A `{` without a keyword: its block is skipped whole. */
export function reportAnonymous(statement: Statement, context: TypingContext): void {
  context.diagnostics.report(
    'unexpected-open-brace',
    'there is no keyword that this { belongs to',
    {
      ...atToken(wordAt(statement, 0)),
      endLine: lastLineOf(statement),
      expected: 'a keyword that begins a block',
    },
  );
}

function keywordHint(table: BlockTable, name: string): string | undefined {
  const [word = '', ...rest] = name.split('=');
  if (rest.length > 0 && table.index.has(word)) return `write ${word} ${rest.join('=')}`.trimEnd();
  if (/^\$[A-Za-z_]\w*$/.test(name)) return 'write a definition without a blank before =';
  if (/[<>%{}]/.test(name)) return 'this looks like a template that was not filled in';
  if (name.startsWith('//') || name.startsWith(';')) return 'comments begin with # or !';
  return undefined;
}
