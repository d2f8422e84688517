/**
 * Hides secrets in what findings show of the source: a line may hold a password beside the word that
 * the finding is about.
 */
import type { Diagnostic, Span } from './diagnostic.ts';
import type { BlockTable } from './schema/keyword-table.ts';
import { type Block, tokenSpan } from './tree.ts';

/** The findings with every word of a secret keyword masked in their source lines. */
export function maskSecrets(
  tree: Block,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (!diagnostics.some((item) => item.sourceLine !== undefined)) return diagnostics;
  const secrets = new Map<string, Span[]>();
  collect(tree, secrets);
  if (secrets.size === 0) return diagnostics;
  return diagnostics.map((item) => {
    const { sourceLine, span } = item;
    const found = span === undefined ? undefined : secrets.get(lineKey(span));
    if (sourceLine === undefined || found === undefined) return item;
    return { ...item, sourceLine: found.reduce(masked, sourceLine) };
  });
}

/** The places of the words behind secret keywords, by line. */
function collect(block: Block, secrets: Map<string, Span[]>): void {
  for (const { keyword, words, block: inside } of block.statements) {
    if (keyword?.secret === true) {
      for (const word of words.slice(1)) {
        const span = tokenSpan(word);
        const key = lineKey(span);
        const known = secrets.get(key);
        if (known === undefined) secrets.set(key, [span]);
        else known.push(span);
      }
    }
    if (inside !== undefined && hasSecrets(keyword?.block)) collect(inside, secrets);
  }
}

/** Whether a secret keyword may stand in a block or in one inside it. */
function hasSecrets(table: BlockTable | undefined): boolean {
  if (table === undefined) return false;
  let known = HAS_SECRETS.get(table);
  if (known === undefined) {
    known = table.keywords.some(({ secret, block }) => secret === true || hasSecrets(block));
    HAS_SECRETS.set(table, known);
  }
  return known;
}

const HAS_SECRETS: WeakMap<BlockTable, boolean> = new WeakMap();

function lineKey(span: Span): string {
  return `${span.line} ${span.file}`;
}

function masked(line: string, { column, length }: Span): string {
  const from = column - 1;
  const hidden = '*'.repeat(Math.min(length, Math.max(0, line.length - from)));
  return line.slice(0, from) + hidden + line.slice(from + length);
}
