/**
 * The parser builds the tree from words and braces. Blocks nest by their braces alone; the keyword
 * tables are asked only which keyword a word is and, where braces do not add up, where one is
 * missing. So an unknown block stays one block and is skipped whole, however wrong its inside is.
 */
import type { DiagnosticList } from './diagnostic.ts';
import type { LineSink } from './lexical/reader.ts';
import { LexedStatement, type StatementNotes } from './lexical/statement.ts';
import { type StatementSink, splitText } from './lexical/words.ts';
import { CONFIG_LIMITS } from './limits.ts';
import type { StrayBrace } from './misreading.ts';
import type { BlockTable } from './schema/keyword-table.ts';
import { type Line, outermostUse, type SourceFile } from './source.ts';
import {
  afterToken,
  atRange,
  atToken,
  type Block,
  type Comment,
  nameOf,
  placeOf,
  type Statement,
  type Token,
  tokenSpan,
  wordAt,
} from './tree.ts';

/** How the braces of a configuration added up. */
export interface BraceCount {
  /** Blocks that the end of the configuration closed. */
  readonly unclosed: number;
  /** `}` without a block. */
  readonly strays: readonly StrayBrace[];
  /** Keywords that begin a block, without a `{`. */
  readonly unopened: number;
}

/** A block that is open while parsing. */
interface Frame {
  readonly block: Block;
  /** undefined inside blocks the tables do not know. */
  readonly table: BlockTable | undefined;
  readonly opener: Statement | undefined;
  /** True when the `{` was supplied by us. */
  readonly implied: boolean;
}

/**
 * Parses one configuration; give it lines, then call `finish`. With `repair`, the count of a first attempt
 * whose braces did not add up, it puts in braces that the tables show to be missing.
 */
export class Parser implements LineSink, StatementSink {
  readonly root: Block = newBlock(undefined);
  readonly #diagnostics: DiagnosticList;
  readonly #repair: BraceCount | undefined;
  readonly #stack: Frame[];
  #line: Line | undefined;
  /** The statement read last, while a `{` may still follow it. */
  #pending: Statement | undefined;
  /** The statement or brace read last: where a } is missing at the end. */
  #lastPart: Statement | Token | undefined;
  #comments: Comment[] = [];
  #spaced = false;
  readonly #strays: StrayBrace[] = [];
  #unopened = 0;
  /** How many `{` may be ignored in a repair. */
  #needless: number;
  #tooDeep = 0;
  /** Told about statements of the global block as soon as they are complete (`include_check`). */
  readonly #onStatement: (statement: Statement) => void;

  constructor(
    diagnostics: DiagnosticList,
    rootTable: BlockTable,
    repair: BraceCount | undefined,
    onStatement: (statement: Statement) => void,
  ) {
    this.#diagnostics = diagnostics;
    this.#repair = repair;
    const surplus = repair === undefined ? 0 : repair.unclosed - repair.strays.length;
    this.#needless = surplus > NEEDLESS_MAX ? 0 : surplus;
    this.#onStatement = onStatement;
    this.#stack = [{ block: this.root, table: rootTable, opener: undefined, implied: false }];
  }

  line(line: Line): void {
    this.#line = line;
    const commented = this.#trailingLine;
    const { offset, file } = outermostUse(line);
    if (commented?.offset !== offset || commented.file !== file) this.#detachTrailing();
    splitText(line, line.text, line.start, line.end, this);
    if (this.#trailing !== undefined) this.#attachToBrace(this.#trailing);
  }

  plain(file: SourceFile, start: number, end: number): void {
    if (this.#trailing !== undefined) this.#detachTrailing();
    this.#line = undefined;
    splitText(file, file.text, start, end, this);
  }

  comment(line: Line, at: number, trailing: boolean): void {
    this.#detachTrailing();
    const comment = { text: line.text.slice(at, line.end).trimEnd(), line: line.number };
    if (trailing) {
      this.#trailing = comment;
      this.#trailingLine = line;
    } else this.#keepComment(comment);
  }

  blank(): void {
    this.#detachTrailing();
    this.#blank = true;
    this.#spaced = true;
  }

  /** A comment behind a statement is reported before the statement; it waits here. */
  #trailing: Comment | undefined;
  #trailingLine: Line | undefined;
  /** The brace read last, and the block it belongs to: where a comment on a line of braces goes. */
  #lastBrace: Token | undefined;
  #lastOwner: Statement | undefined;
  /** A blank line was the last thing read. */
  #blank = false;

  statement(
    origin: SourceFile | Line,
    name: string | undefined,
    start: number,
    end: number,
    unmatchedQuote: number,
  ): void {
    if (name === undefined) {
      if (this.#line !== undefined) this.#reportQuote(this.#line, unmatchedQuote);
      return;
    }
    const notes = this.#takeNotes(unmatchedQuote);
    const statement = new LexedStatement(origin, start, end, undefined, notes);
    if (this.#pending !== undefined) this.#settle(name, statement);
    const frame = this.#top();
    statement.keyword = frame.table?.index.get(name);
    frame.block.statements.push(statement);
    this.#pending = statement;
    this.#lastPart = statement;
    if (statement.keyword !== undefined) this.#onStatement(statement);
  }

  open(brace: Token): void {
    this.#lastPart = brace;
    let statement = this.#pending;
    this.#pending = undefined;
    if (this.#tooDeep > 0 || this.#stack.length > CONFIG_LIMITS.nesting) {
      if (this.#tooDeep === 0) {
        this.#diagnostics.report(
          'nesting-limit',
          `blocks are nested more than ${CONFIG_LIMITS.nesting} deep`,
          atToken(brace),
        );
      }
      this.#tooDeep++;
      return;
    }
    if (this.#isNeedless(statement)) {
      this.#needless--;
      this.#diagnostics.report('unexpected-open-brace', 'this { opens no block and is ignored', {
        ...atToken(brace),
        suggestion: 'remove it: there are more { than }',
      });
      return;
    }
    if (statement === undefined) {
      statement = anonymous(brace);
      this.#top().block.statements.push(statement);
    } else if (this.#repair !== undefined) this.#closeForgotten(statement);
    const block = newBlock(brace);
    statement.block = block;
    this.#lastBrace = brace;
    this.#lastOwner = statement;
    this.#stack.push({ block, table: statement.keyword?.block, opener: statement, implied: false });
  }

  close(brace: Token): void {
    this.#lastPart = brace;
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    this.#settle(undefined, undefined);
    const frame = this.#stack.length > 1 ? this.#stack.pop() : undefined;
    if (frame === undefined) {
      this.#strays.push({ brace, after: this.root.statements.length });
      this.#diagnostics.report('unexpected-close-brace', 'there is no open block for this }', {
        ...atToken(brace),
        suggestion: 'remove it, or look for a } too many above',
      });
      return;
    }
    frame.block.close = brace;
    // A copy has just the size it needs; a grown array is several times larger.
    frame.block.statements = frame.block.statements.slice();
    frame.block.dangling = this.#takeComments();
    this.#lastBrace = brace;
    this.#lastOwner = frame.opener;
    this.#spaced = false;
    this.#blank = false;
  }

  /** Ends the configuration and says how the braces added up. */
  finish(): BraceCount {
    this.#settle(undefined, undefined);
    this.#detachTrailing();
    const unclosed = this.#stack.length - 1 + this.#tooDeep;
    while (this.#stack.length > 1) {
      const frame = this.#stack.pop();
      const opener = frame?.opener;
      if (frame === undefined || opener === undefined) continue;
      frame.block.isUnclosed = true;
      const last = lastWordOf(this.#lastPart ?? opener);
      this.#diagnostics.report(
        'missing-close-brace',
        `the block "${nameOf(opener)}" is never closed`,
        {
          ...afterToken(last),
          expected: 'a }',
          related: [placeOf(opener, 'the block begins here')],
        },
      );
    }
    this.root.dangling = this.#takeComments();
    return { unclosed, strays: this.#strays, unopened: this.#unopened };
  }

  #top(): Frame {
    const frame = this.#stack.at(-1);
    if (frame === undefined) throw new RangeError('the root block is never closed');
    return frame;
  }

  #keepComment(comment: Comment): void {
    this.#comments.push(this.#blank ? { ...comment, spaced: true } : comment);
    this.#blank = false;
  }

  /** A comment behind something that leaves no statement (a definition, an include) stands for itself. */
  #detachTrailing(): void {
    if (this.#trailing !== undefined) this.#keepComment(this.#trailing);
    this.#trailing = undefined;
  }

  /** A comment on a line of nothing but braces belongs to the last of them. */
  #attachToBrace(comment: Comment): void {
    this.#trailing = undefined;
    const last = this.#lastBrace;
    const statement = last?.line === this.#line ? this.#lastOwner : undefined;
    if (last?.text === '}' && statement?.block !== undefined) statement.block.closing = comment;
    else if (statement !== undefined && statement.trailing === undefined)
      statement.trailing = comment;
    else this.#keepComment(comment);
  }

  /** Comments and blank lines before a statement, and an open quote in it; most have none of them. */
  #takeNotes(unmatchedQuote: number): StatementNotes | undefined {
    this.#blank = false;
    const trailing = this.#trailing;
    const spaced = this.#spaced;
    const none = this.#comments.length === 0 && trailing === undefined && !spaced;
    if (none && unmatchedQuote < 0) return undefined;
    this.#trailing = undefined;
    this.#spaced = false;
    return { leading: this.#takeComments(), trailing, spaced, unmatchedQuote };
  }

  #takeComments(): readonly Comment[] | undefined {
    if (this.#comments.length === 0) return undefined;
    const comments = this.#comments;
    this.#comments = [];
    return comments;
  }

  /** With too many `{`, one behind a keyword that takes no block (or behind none) is the one too many. */
  #isNeedless(statement: Statement | undefined): boolean {
    if (this.#needless <= 0 || this.#top().table?.content !== 'keywords') return false;
    return (
      statement === undefined ||
      (statement.keyword !== undefined && statement.keyword.block === undefined)
    );
  }

  /** No `{` follows the pending statement: `next` does. Supplies a missing `{` where that fits. */
  #settle(name: string | undefined, next: Statement | undefined): void {
    const statement = this.#pending;
    this.#pending = undefined;
    const table = statement?.keyword?.block;
    const repair = this.#repair;
    if (statement === undefined || table === undefined) return;
    this.#unopened++;
    if (repair === undefined || name === undefined || next === undefined) return;
    const fits = table.content === 'keywords' ? table.index.has(name) : true;
    if (!fits) return;
    const isAmbiguous = this.#top().table?.index.has(name) === true;
    const tooFewOpen = repair.strays.length > repair.unclosed;
    if (isAmbiguous && !tooFewOpen && !isDeeper(wordAt(next, 0), wordAt(statement, 0))) return;
    const block = newBlock(undefined);
    statement.block = block;
    this.#stack.push({ block, table, opener: statement, implied: true });
  }

  /** A block begins that belongs further out: the blocks between were never closed. */
  #closeForgotten(statement: Statement): void {
    const name = nameOf(statement);
    if (statement.keyword?.block !== undefined) return;
    const depth = this.#stack.findLastIndex(
      (frame) => frame.table?.index.get(name)?.block !== undefined,
    );
    if (depth < 0 || depth === this.#stack.length - 1) return;
    this.#top().block.statements.pop();
    while (this.#stack.length - 1 > depth) {
      const frame = this.#stack.pop();
      if (frame?.opener === undefined) continue;
      frame.block.isUnclosed = true;
      this.#diagnostics.report(
        'missing-close-brace',
        `the block "${nameOf(frame.opener)}" is not closed before "${name}"`,
        {
          ...atToken(wordAt(statement, 0)),
          expected: 'a } above this line',
          related: [placeOf(frame.opener, 'the block begins here')],
        },
      );
    }
    const outer = this.#top();
    statement.keyword = outer.table?.index.get(name);
    outer.block.statements.push(statement);
  }

  #reportQuote(line: Line, at: number): void {
    this.#diagnostics.report(
      'unmatched-quote',
      'this double quote is not closed',
      atRange(line, at, line.end),
    );
  }
}

/** True for the statement that stands in for the keyword missing before a `{`. */
export function isAnonymous(statement: Statement): boolean {
  return statement.words.length === 1 && nameOf(statement) === '{';
}

/** With more `{` too many than this, nobody can tell which. */
const NEEDLESS_MAX = 8;

function lastWordOf(part: Statement | Token): Token {
  return 'words' in part ? wordAt(part, part.words.length - 1) : part;
}

/** True when a word begins further to the right than another: how people lay blocks out. */
function isDeeper(word: Token, than: Token): boolean {
  return tokenSpan(word).column > tokenSpan(than).column;
}

function anonymous(brace: Token): Statement {
  return {
    words: [brace],
    end: brace.end,
    unmatchedQuote: -1,
    keyword: undefined,
    block: undefined,
    leading: undefined,
    trailing: undefined,
    spaced: false,
  };
}

function newBlock(open: Token | undefined): Block {
  return { statements: [], open, close: undefined, dangling: undefined };
}
