/**
 * The statement that the lexer makes. A configuration may have hundreds of thousands of them, so it holds
 * where it stands and what the parser found out; its words are split off when they are asked for.
 */
import type { Keyword } from '../schema/keyword-table.ts';
import type { Line, SourceFile } from '../source.ts';
import type { Block, Comment, Statement, Token } from '../tree.ts';
import { splitWords } from './words.ts';

/** What few statements have. */
export interface StatementNotes {
  readonly leading: readonly Comment[] | undefined;
  trailing: Comment | undefined;
  readonly spaced: boolean;
  readonly unmatchedQuote: number;
}

/** A statement of an untouched file or of a made line. */
export class LexedStatement implements Statement {
  readonly origin: SourceFile | Line;
  readonly start: number;
  readonly end: number;
  keyword: Keyword | undefined;
  block: Block | undefined = undefined;
  notes: StatementNotes | undefined;
  tokens: readonly Token[] | undefined = undefined;

  constructor(
    origin: SourceFile | Line,
    start: number,
    end: number,
    keyword: Keyword | undefined,
    notes: StatementNotes | undefined,
  ) {
    this.origin = origin;
    this.start = start;
    this.end = end;
    this.keyword = keyword;
    this.notes = notes;
  }

  get words(): readonly Token[] {
    this.tokens ??= splitWords(this.origin, this.start, this.end);
    return this.tokens;
  }

  get raw(): string {
    return this.origin.text.slice(this.start, this.end);
  }

  forget(): void {
    this.tokens = undefined;
  }

  get unmatchedQuote(): number {
    return this.notes?.unmatchedQuote ?? -1;
  }

  get leading(): readonly Comment[] | undefined {
    return this.notes?.leading;
  }

  get spaced(): boolean {
    return this.notes?.spaced ?? false;
  }

  get trailing(): Comment | undefined {
    return this.notes?.trailing;
  }

  set trailing(comment: Comment | undefined) {
    if (this.notes !== undefined) this.notes.trailing = comment;
    else if (comment !== undefined) {
      this.notes = { leading: undefined, trailing: comment, spaced: false, unmatchedQuote: -1 };
    }
  }
}
