/**
 * Splits a line into statements, words and braces (section "lexical" of the language reference): blanks
 * separate, double quotes hold a word together and are not part of it, a quote also ends a bare word, and a
 * brace outside quotes ends the statement before it.
 */
import type { Line, SourceFile } from '../source.ts';
import type { Token } from '../tree.ts';
import { isBlankCode } from './scan.ts';
import { WordToken } from './token.ts';

/** Receives a line's statements and braces in their order. */
export interface StatementSink {
  /**
   * A statement: its first word, and the stretch of the text from that to the end of its last. `unmatchedQuote` is
   * the offset of an open quote, with `end` the end of the line, or -1. Without any word `name` is undefined.
   */
  statement(
    origin: SourceFile | Line,
    name: string | undefined,
    start: number,
    end: number,
    unmatchedQuote: number,
  ): void;
  open(brace: Token): void;
  close(brace: Token): void;
}

/** Receives a line's parts with all their words. */
export interface WordSink {
  /** A statement's words; `end` is the end of its text; `unmatchedQuote` the offset of an open quote or -1. */
  words(words: readonly Token[], end: number, unmatchedQuote: number): void;
  open(brace: Token): void;
  close(brace: Token): void;
}

const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;

/** Splits a line and hands its parts to `sink`. */
export function splitLine(line: Line, sink: WordSink): void {
  splitText(line, line.text, line.start, line.end, {
    statement: (origin, _name, start, end, unmatchedQuote) =>
      sink.words(splitWords(origin, start, end), end, unmatchedQuote),
    open: (brace) => sink.open(brace),
    close: (brace) => sink.close(brace),
  });
}

/** Splits `text[start..end)`, the text of `origin`, and hands the parts to `sink`. */
export function splitText(
  origin: SourceFile | Line,
  text: string,
  start: number,
  end: number,
  sink: StatementSink,
): void {
  let name: string | undefined;
  let statementStart = start;
  let statementEnd = start;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code)) {
      at++;
    } else if (code === OPEN || code === CLOSE) {
      if (name !== undefined) sink.statement(origin, name, statementStart, statementEnd, -1);
      name = undefined;
      if (code === OPEN) sink.open(new WordToken('{', origin, at));
      else sink.close(new WordToken('}', origin, at));
      at++;
    } else {
      const from = at;
      at = wordEnd(text, from, end);
      if (at < 0) {
        sink.statement(origin, name, name === undefined ? from : statementStart, end, from);
        return;
      }
      if (name === undefined) {
        statementStart = from;
        name = wordText(text, from, at);
      }
      statementEnd = at;
    }
  }
  if (name !== undefined) sink.statement(origin, name, statementStart, statementEnd, -1);
}

/** Words being read; copied at the end into an array of just the right size. */
const SCRATCH: Token[] = [];

/** The words of `[start, end)` of a text, a statement without braces; what an open quote begins is no word. */
export function splitWords(
  origin: SourceFile | Line,
  start: number,
  end: number,
): readonly Token[] {
  const { text } = origin;
  const words = SCRATCH;
  words.length = 0;
  let at = start;
  while (at < end) {
    if (isBlankCode(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const from = at;
    at = wordEnd(text, from, end);
    if (at < 0) break;
    words.push(new WordToken(wordText(text, from, at), origin, from));
  }
  return words.slice();
}

/** Where the word that begins at `from` ends, its closing quote included; -1 when that is missing. */
function wordEnd(text: string, from: number, end: number): number {
  if (text.charCodeAt(from) === QUOTE) {
    const closing = text.indexOf('"', from + 1);
    return closing < 0 || closing >= end ? -1 : closing + 1;
  }
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code <= QUOTE) {
      if (isBlankCode(code) || code === QUOTE) break;
    } else if (code === OPEN || code === CLOSE) break;
    at++;
  }
  return at;
}

/** The word of `[from, end)` without its quotes. */
function wordText(text: string, from: number, end: number): string {
  return text.charCodeAt(from) === QUOTE ? text.slice(from + 1, end - 1) : text.slice(from, end);
}
