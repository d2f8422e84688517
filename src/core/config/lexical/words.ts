/**
 * Splits a line into words and braces (section "lexical" of the language reference): blanks separate,
 * double quotes hold a word together and are not part of it, a quote also ends a bare word, and a
 * brace outside quotes ends the statement before it.
 */
import type { Line, SourceFile } from '../source.ts';
import type { Token } from '../tree.ts';
import { isBlankCode } from './scan.ts';
import { WordToken } from './token.ts';

/** Receives a line's parts in their order. */
export interface WordSink {
  /** A statement's words; `end` is the end of its text; `unmatchedQuote` the offset of an open quote or -1. */
  words(words: readonly Token[], end: number, unmatchedQuote: number): void;
  open(brace: Token): void;
  close(brace: Token): void;
}

const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;

/** Words of the statement being read; copied at its end into an array of just the right size. */
const SCRATCH: Token[] = [];

/** Splits a line and hands its parts to `sink`. */
export function splitLine(line: Line, sink: WordSink): void {
  splitText(line, line.text, line.start, line.end, sink);
}

/** Splits `text[start..end)`, the text of `origin`, and hands the parts to `sink`. */
export function splitText(
  origin: SourceFile | Line,
  text: string,
  start: number,
  end: number,
  sink: WordSink,
): void {
  const words: Token[] = SCRATCH;
  words.length = 0;
  let statementEnd = start;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code)) {
      at++;
    } else if (code === OPEN || code === CLOSE) {
      if (words.length > 0) sink.words(words.slice(), statementEnd, -1);
      words.length = 0;
      if (code === OPEN) sink.open(new WordToken('{', origin, at));
      else sink.close(new WordToken('}', origin, at));
      at++;
    } else if (code === QUOTE) {
      const closing = text.indexOf('"', at + 1);
      if (closing < 0 || closing >= end) {
        sink.words(words.slice(), end, at);
        return;
      }
      words.push(new WordToken(text.slice(at + 1, closing), origin, at));
      at = closing + 1;
      statementEnd = at;
    } else {
      const from = at;
      at = bareWordEnd(text, at, end);
      words.push(new WordToken(text.slice(from, at), origin, from));
      statementEnd = at;
    }
  }
  if (words.length > 0) sink.words(words.slice(), statementEnd, -1);
}

function bareWordEnd(text: string, from: number, end: number): number {
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
