/**
 * Tells errors which blocks they stand in. A line number changes with every line above it; the objects a mistake
 * belongs to stay, so that the same mistake can be known again in another version of a file.
 */
import type { Diagnostic } from './diagnostic.ts';
import { type Block, nameOf, type Statement, tokenSpan, wordAt } from './tree.ts';

/** The findings; errors with a place have the headers of the blocks around them. */
export function withBlocks(tree: Block, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const wanted = new Map<string, Candidate[]>();
  for (const { severity, span } of diagnostics) {
    if (severity === 'error' && span !== undefined) wanted.set(lineKey(span), []);
  }
  if (wanted.size === 0) return diagnostics;
  collect(tree, [], wanted);
  return diagnostics.map((item) => {
    const { severity, span } = item;
    if (severity !== 'error' || span === undefined) return item;
    const within = nearest(wanted.get(lineKey(span)) ?? [], span.column);
    return within === undefined ? item : { ...item, within };
  });
}

/** A statement of a line with a finding. */
interface Candidate {
  readonly column: number;
  readonly within: readonly string[];
}

function collect(
  block: Block,
  within: readonly string[],
  wanted: ReadonlyMap<string, Candidate[]>,
): void {
  for (const statement of block.statements) {
    const inside = statement.block === undefined ? within : [...within, header(statement)];
    const span = tokenSpan(wordAt(statement, 0));
    wanted.get(lineKey(span))?.push({ column: span.column, within: inside });
    if (statement.block !== undefined) collect(statement.block, inside, wanted);
    else statement.forget?.();
  }
}

/** The last statement that begins before a column; of several made from one place the first. */
function nearest(candidates: readonly Candidate[], column: number): readonly string[] | undefined {
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    if (candidate.column > column) continue;
    if (best === undefined || candidate.column > best.column) best = candidate;
  }
  return (best ?? candidates[0])?.within;
}

/** `real_server 10.0.0.1 80`. Words behind anything but the name of a block may be secret. */
function header(statement: Statement): string {
  if (statement.keyword?.block === undefined) return nameOf(statement);
  return statement.words.map((word) => word.text).join(' ');
}

function lineKey({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${line} ${file}`;
}
