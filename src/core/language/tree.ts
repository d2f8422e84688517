/**
 * The tree of a configuration: statements, their words and their blocks, as written. It says nothing
 * about meaning, but each statement carries the keyword that the tables know for it in its
 * block, because the parser needs that to repair missing braces.
 */
import type { DiagnosticDetail, RelatedPlace, Span } from './diagnostic.ts';
import type { Keyword } from './schema/keyword-table.ts';
import { definitionPlaces, type Line, sourceLineOf, spanOf } from './source.ts';

/** A word of a statement: `text` without quotes, and the stretch of its line, quotes included. */
export interface Token {
  readonly text: string;
  readonly line: Line;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** A comment: its text with the comment character, and where it stands. */
export interface Comment {
  readonly text: string;
  readonly line: number;
  /** A blank line stands before the comment; never set for comments behind a statement. */
  readonly spaced?: true;
}

/** A keyword with its words, and its block if it has one. */
export interface Statement {
  /** At least one. */
  readonly words: readonly Token[];
  /** The statement as it stands in its line, when it was read from one. */
  readonly raw?: string;
  /** Lets go of the words, which nobody will ask for again unless there is something to say about them. */
  forget?(): void;
  /** End of the statement's text in the line of the first word: what script keywords read again. */
  readonly end: number;
  /** Offset of a double quote that nothing closes, or -1. */
  readonly unmatchedQuote: number;
  /** The keyword of the enclosing block's table, when it has one of that name. */
  keyword: Keyword | undefined;
  block: Block | undefined;
  /** Comments on lines of their own above the statement. */
  readonly leading: readonly Comment[] | undefined;
  /** The comment behind the statement, or behind its `{`. */
  trailing: Comment | undefined;
  /** True when a blank line stands before the statement or its comments. */
  readonly spaced: boolean;
}

/** The inside of `{ }`. */
export interface Block {
  statements: Statement[];
  /** The `{`; undefined for the whole configuration and where it was missing. */
  readonly open: Token | undefined;
  /** The `}`; undefined for the whole configuration and where it was missing. */
  close: Token | undefined;
  /** A brace began it and none ends it, which is reported: what it lacks may have been meant to stand in it. */
  isUnclosed?: true;
  /** Comments after the last statement. */
  dangling: readonly Comment[] | undefined;
  /** The comment behind the `}`. */
  closing?: Comment | undefined;
}

/** The word at `index`; the first word when there is none, so that something can be pointed at. */
export function wordAt(statement: Statement, index: number): Token {
  const token = statement.words[index] ?? statement.words[0];
  if (token === undefined) throw new RangeError('a statement has at least one word');
  return token;
}

/** The name of a statement: its first word. */
export function nameOf(statement: Statement): string {
  return statement.words[0]?.text ?? '';
}

/** Number of the last line of a statement, with its block, in the file that the statement begins in. */
export function lastLineOf(statement: Statement): number {
  const own = wordAt(statement, 0).line;
  const { block } = statement;
  const close = block?.close?.line;
  if (close?.file.name === own.file.name) return Math.max(own.number, close.number);
  const last = block?.statements.findLast(
    (inner) => wordAt(inner, 0).line.file.name === own.file.name,
  );
  if (last !== undefined) return Math.max(own.number, lastLineOf(last));
  const open = block?.open?.line;
  return open?.file.name === own.file.name ? open.number : own.number;
}

/** The place of a word. */
export function tokenSpan(token: Token): Span {
  return spanOf(token.line, token.start, token.end);
}

/** A statement's first word as a related place. */
export function placeOf(statement: Statement, note: string): RelatedPlace {
  return { span: tokenSpan(wordAt(statement, 0)), note };
}

/** The place of a word for a diagnostic: span, line text, and the definitions it came from. */
export function atToken(token: Token): DiagnosticDetail {
  return atRange(token.line, token.start, token.end);
}

/** The place just behind a word, where something is missing. */
export function afterToken(token: Token): DiagnosticDetail {
  const span = spanOf(token.line, token.start, token.end);
  return {
    ...atToken(token),
    span: { ...span, column: span.column + span.length, length: 1 },
  };
}

/** The place of a stretch of a line for a diagnostic. */
export function atRange(line: Line, start: number, end: number): DiagnosticDetail {
  return {
    span: spanOf(line, start, end),
    sourceLine: sourceLineOf(line),
    related: definitionPlaces(line, start, end),
    isMade: line.pieces !== undefined,
  };
}
