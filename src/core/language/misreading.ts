/**
 * Where keepalived loses its place. An unknown block, or a brace too few or too many, makes keepalived read
 * the lines behind it in the wrong block and complain about each of them; here such a block is one finding
 * and the rest is read as it was meant. So that nobody wonders about the other complaints, a small
 * machine follows keepalived's reading (sections "errors in block structure" and "passes" of the language
 * reference) and gives the lines that it misreads.
 */
import type { Diagnostic, RelatedPlace, Span } from './diagnostic.ts';
import type { BlockTable } from './schema/keyword-table.ts';
import { spanOf } from './source.ts';
import { type Block, lastLineOf, nameOf, type Statement, type Token, wordAt } from './tree.ts';

/** A `}` outside all blocks, and how many statements of the root stand before it. */
export interface StrayBrace {
  readonly brace: Token;
  readonly after: number;
}

/** A run of lines that keepalived misreads. */
export interface MisreadLines {
  /** First word or brace of the first line. */
  readonly token: Token;
  readonly lastLine: number;
}

/**
 * The processes of keepalived that read a configuration: each knows all keywords, but passes over the blocks
 * outside its own business by counting braces.
 */
const PASSES: readonly RegExp[] = [
  /^(global_defs|net_namespace.*|namespace_with_ipsets|use_pid_dir|instance|child_wait_time)$/,
  /^(vrrp_.*|static_.*|track_.*|linkbeat_.*|interface_up_down_delays|garp_group|bfd_instance)$/,
  /^(SSL|virtual_server.*|track_file|vrrp_track_file|bfd_instance)$/,
  /^bfd_instance$/,
];

/** The lines that keepalived complains about because of the structure of blocks, in order of reading. */
export function misreadTokens(
  root: Block,
  strays: readonly StrayBrace[],
  table: BlockTable,
): readonly Token[] {
  const found = new Map<string, Token>();
  const complain = (token: Token): void => {
    const key = `${token.line.file.name}:${token.line.number}`;
    if (!found.has(key)) found.set(key, token);
  };
  for (const own of PASSES) walkRoot(root, strays, new Pass(own, table, complain));
  return [...found.values()];
}

/** The runs of misread lines that no finding covers. `findings` are those of the structure and all others. */
export function uncoveredRuns(
  tokens: readonly Token[],
  findings: readonly Diagnostic[],
): readonly MisreadLines[] {
  const covered = coveredLines(findings);
  const open = tokens.filter((token) => !covered.get(token.line.file.name)?.has(token.line.number));
  const byPlace = open.toSorted((a, b) =>
    a.line.file.name === b.line.file.name
      ? a.line.number - b.line.number
      : a.line.file.name < b.line.file.name
        ? -1
        : 1,
  );
  const runs: { token: Token; lastLine: number }[] = [];
  for (const token of byPlace) {
    const run = runs.at(-1);
    const isNext =
      run?.token.line.file === token.line.file && token.line.number <= run.lastLine + LINES_APART;
    if (isNext) run.lastLine = token.line.number;
    else runs.push({ token, lastLine: token.line.number });
  }
  return runs;
}

/**
 * The line that keepalived names besides for a word on the last line of a file without a line end: its first
 * reading counts that line as the one before.
 */
export function miscountedLine(token: Token): number | undefined {
  const { file, number, offset } = token.line;
  return number > 1 && file.text.indexOf('\n', offset) < 0 ? number - 1 : undefined;
}

/** The last finding about structure above a token, as the place to blame. */
export function causeOf(token: Token, findings: readonly Diagnostic[]): readonly RelatedPlace[] {
  const at = spanOf(token.line, token.start, token.end);
  const cause = findings.findLast(
    ({ code, span }) => STRUCTURAL.has(code) && span?.file === at.file && span.line <= at.line,
  );
  return cause?.span === undefined ? [] : [{ span: cause.span, note: 'it loses its place here' }];
}

/** True when findings tell of something that keepalived may read in the wrong block. */
export function hasStructuralFinding(findings: readonly Diagnostic[]): boolean {
  return findings.some(({ code }) => STRUCTURAL.has(code));
}

/**
 * The findings with all lines that they account for: the braces of a name that nothing defines close, for keepalived,
 * the block that the statement begins or stands in.
 */
export function withMisreadLines(
  root: Block,
  findings: readonly Diagnostic[],
): readonly Diagnostic[] {
  return findings.map((item) => {
    const { span } = item;
    if (item.code !== 'definition-undefined' || item.exit === 0 || span === undefined) return item;
    const endLine = lastLineAround(root, span, undefined);
    return endLine === undefined ? item : { ...item, endLine };
  });
}

/** The last line of the block that the statement at a place begins, else of the innermost around it. */
function lastLineAround(block: Block, at: Span, around: Statement | undefined): number | undefined {
  for (const statement of block.statements) {
    const { line } = wordAt(statement, 0);
    const last = statement.block === undefined ? line.number : lastLineOf(statement);
    if (line.file.name !== at.file || at.line < line.number || at.line > last) continue;
    if (at.line === line.number || statement.block === undefined) {
      return statement.block === undefined && around !== undefined ? lastLineOf(around) : last;
    }
    return lastLineAround(statement.block, at, statement);
  }
  return around === undefined ? undefined : lastLineOf(around);
}

/** Runs this close together are one. */
const LINES_APART = 2;

/** Codes of findings that make keepalived lose its place. */
const STRUCTURAL: ReadonlySet<Diagnostic['code']> = new Set<Diagnostic['code']>([
  'unknown-keyword',
  'misplaced-keyword',
  'other-product-keyword',
  'block-not-allowed',
  'unexpected-open-brace',
  'unexpected-close-brace',
  'missing-open-brace',
  'missing-close-brace',
]);

function coveredLines(findings: readonly Diagnostic[]): ReadonlyMap<string, ReadonlySet<number>> {
  const covered = new Map<string, Set<number>>();
  for (const { code, span, endLine } of findings) {
    if (span === undefined || code === 'not-supported-yet') continue;
    const lines = covered.get(span.file) ?? new Set<number>();
    covered.set(span.file, lines);
    for (let line = span.line; line <= (endLine ?? span.line); line++) lines.add(line);
  }
  return covered;
}

function walkRoot(root: Block, strays: readonly StrayBrace[], pass: Pass): void {
  let next = 0;
  root.statements.forEach((statement, index) => {
    for (; strays[next]?.after === index; next++) pass.close(strays[next]?.brace);
    walk(statement, pass);
  });
  for (; next < strays.length; next++) pass.close(strays[next]?.brace);
}

/** Blocks nest no deeper than the parser's limit. */
function walk(statement: Statement, pass: Pass): void {
  const { block } = statement;
  const open = block?.open;
  const first = wordAt(statement, 0);
  if (first !== open) pass.words(nameOf(statement), first);
  if (block === undefined) return;
  if (open !== undefined) pass.open(open);
  for (const inner of block.statements) walk(inner, pass);
  if (block.close !== undefined) pass.close(block.close);
}

/** One process reading the configuration. */
class Pass {
  readonly #own: RegExp;
  readonly #complain: (token: Token) => void;
  /** Tables of the open blocks, the root first. */
  readonly #levels: BlockTable[];
  /** Braces open inside a block that is passed over; -1 when its `{` may still come. */
  #skipping = 0;
  /** A block keyword was read last: its `{` must come next. */
  #needsOpen = false;
  /** A list of entries was never closed: every line up to the next } is taken for one. */
  #isLost = false;

  constructor(own: RegExp, root: BlockTable, complain: (token: Token) => void) {
    this.#own = own;
    this.#levels = [root];
    this.#complain = complain;
  }

  words(name: string, token: Token): void {
    if (this.#skipping > 0) return;
    this.#skipping = 0;
    this.#lacksOpen(token);
    const table = this.#levels.at(-1);
    if (table === undefined) return;
    if (table.content !== 'keywords') {
      this.#isLost ||= this.#levels.some((level) => level.index.has(name));
      if (this.#isLost) this.#complain(token);
      return;
    }
    const keyword = table.index.get(name);
    if (keyword === undefined) this.#complain(token);
    else if (this.#levels.length === 1 && !this.#own.test(name)) this.#skipping = -1;
    else if (keyword.block !== undefined) {
      this.#levels.push(keyword.block);
      this.#needsOpen = true;
    }
  }

  open(token: Token): void {
    if (this.#skipping !== 0) this.#skipping = Math.max(1, this.#skipping + 1);
    else if (this.#needsOpen) this.#needsOpen = false;
    else this.#complain(token);
  }

  close(token: Token | undefined): void {
    if (token === undefined) return;
    if (this.#skipping > 0) {
      this.#skipping--;
      return;
    }
    this.#skipping = 0;
    this.#isLost = false;
    this.#lacksOpen(token);
    if (this.#levels.length > 1) this.#levels.pop();
    else this.#complain(token);
  }

  #lacksOpen(token: Token): void {
    if (!this.#needsOpen) return;
    this.#needsOpen = false;
    this.#complain(token);
  }
}
