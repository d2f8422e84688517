/**
 * Makes statements from words that stand anywhere in a YAML file. The statement gets the text it would
 * have in `keepalived.conf`; each word's line maps that text back to the place in the YAML file, so
 * that everything behind the parser works as it does for the other form.
 */
import { isBlankCode } from '../lexical/scan.ts';
import { splitLine, type WordSink } from '../lexical/words.ts';
import { writeWord } from '../print-words.ts';
import type { Line, Piece, SourceFile } from '../source.ts';
import type { Comment, Statement, Token } from '../tree.ts';
import type { YamlScalar } from './document.ts';

/** A word and where it stands. */
export interface PlacedWord {
  readonly text: string;
  /** How it is written in a statement, when that is not `text` or `text` in double quotes. */
  readonly written?: string;
  /** Offsets in the YAML file. */
  readonly start: number;
  readonly end: number;
}

/** The comments and blank lines around a statement. */
export interface Surroundings {
  readonly leading: readonly Comment[] | undefined;
  readonly trailing: Comment | undefined;
  readonly spaced: boolean;
}

/** The lines of a YAML file, by offset. */
export class LineIndex {
  readonly file: SourceFile;
  readonly #starts: readonly number[];

  constructor(file: SourceFile) {
    this.file = file;
    const starts = [0];
    for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    this.#starts = starts;
  }

  /** Number of the line that holds an offset, from 1. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Offset of the first character of a line. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.file.text.length;
  }

  /** Offset behind the last character of a line, before its line end. */
  endOf(line: number): number {
    const { text } = this.file;
    let end = this.startOf(line + 1);
    while (end > this.startOf(line) && LINE_END.includes(text.charAt(end - 1))) end--;
    return end;
  }

  /** Characters before an offset on its line. */
  columnAt(offset: number): number {
    return offset - this.startOf(this.lineAt(offset));
  }

  /** Blanks at the beginning of the line that holds an offset. */
  indentAt(offset: number): number {
    const start = this.startOf(this.lineAt(offset));
    let at = start;
    while (at < offset && isBlankCode(this.file.text.charCodeAt(at))) at++;
    return at - start;
  }

  /** True when the line exists and holds nothing but blanks. */
  isBlank(line: number): boolean {
    if (line < 1 || line > this.#starts.length) return false;
    const end = this.startOf(line + 1);
    for (let at = this.startOf(line); at < end; at++) {
      if (!isBlankCode(this.file.text.charCodeAt(at))) return false;
    }
    return true;
  }

  /** The physical line at an offset, untouched, with the stretch from there to `end` or the end of the line. */
  physical(offset: number, end: number): Line {
    const number = this.lineAt(offset);
    const { text } = this.file;
    const limit = this.endOf(number);
    const start = Math.min(offset, text.length);
    return {
      file: this.file,
      number,
      text,
      offset: this.startOf(number),
      start,
      end: Math.max(start, Math.min(end, limit)),
      pieces: undefined,
    };
  }
}

const LINE_END = '\r\n';

/** A token for the place of a node itself: what braces are in the other form. */
export function markerAt(lines: LineIndex, offset: number, text: '{' | '}'): Token {
  const line = lines.physical(offset, offset + 1);
  return { text, line, start: line.start, end: line.start + 1, quoted: false };
}

/** A scalar as one word. */
export function wordOf(scalar: YamlScalar): PlacedWord {
  return { text: scalar.text, start: scalar.start, end: scalar.end };
}

/** What a scalar holds that is read as a line. */
export interface LineParts {
  readonly words: readonly PlacedWord[];
  /** The place of a double quote that nothing closes; what follows it is no word. */
  readonly unmatchedQuote: { readonly start: number; readonly end: number } | undefined;
}

/** The words of a scalar that holds a line: blanks separate, double quotes hold together. */
export function lineParts(scalar: YamlScalar): LineParts {
  const words: PlacedWord[] = [];
  let unmatchedQuote: LineParts['unmatchedQuote'];
  const { text, verbatim } = scalar;
  const place = (start: number, end: number): { start: number; end: number } =>
    verbatim < 0
      ? { start: scalar.start, end: scalar.end }
      : { start: verbatim + start, end: verbatim + end };
  const take = (token: Token): void => {
    words.push({ text: token.text, ...place(token.start, token.end) });
  };
  const sink: WordSink = {
    words: (tokens, end, quote) => {
      for (const token of tokens) take(token);
      if (quote >= 0) unmatchedQuote = place(quote, end);
    },
    open: take,
    close: take,
  };
  const file = { name: '', text };
  const line = { file, number: 1, text, offset: 0, start: 0, end: text.length, pieces: undefined };
  splitLine(line, sink);
  return { words, unmatchedQuote };
}

/** A statement of words; at least one. */
export function makeStatement(
  lines: LineIndex,
  words: readonly PlacedWord[],
  around: Surroundings,
): Statement {
  let text = '';
  const stretches: { readonly start: number; readonly end: number; readonly quoted: boolean }[] =
    [];
  for (const word of words) {
    const start = text === '' ? 0 : text.length + 1;
    const written = word.written ?? writeWord(word.text, false, false);
    const quoted = word.written === undefined && written.startsWith('"');
    text = text === '' ? written : `${text} ${written}`;
    stretches.push({ start, end: text.length, quoted });
  }
  const madeLines = new Map<number, Line>();
  const tokens = words.map((word, index): Token => {
    const { start, end, quoted } = stretches[index] ?? { start: 0, end: 0, quoted: false };
    const number = lines.lineAt(word.start);
    let line = madeLines.get(number);
    if (line === undefined) {
      line = madeLine(lines, number, text, words, stretches);
      madeLines.set(number, line);
    }
    return { text: word.text, line, start, end, quoted };
  });
  return {
    words: tokens,
    end: text.length,
    unmatchedQuote: -1,
    keyword: undefined,
    block: undefined,
    ...around,
  };
}

/** A line for those words of a statement that stand on one physical line. */
function madeLine(
  lines: LineIndex,
  number: number,
  text: string,
  words: readonly PlacedWord[],
  stretches: readonly { readonly start: number; readonly end: number }[],
): Line {
  const offset = lines.startOf(number);
  const lineEnd = lines.endOf(number);
  const pieces: Piece[] = [];
  words.forEach((word, index) => {
    const stretch = stretches[index];
    if (stretch === undefined || word.start < offset || word.start > lineEnd) return;
    const length = Math.max(1, Math.min(word.end, lineEnd) - word.start);
    const { start, end } = stretch;
    pieces.push({ start, end, from: word.start - offset, length, definition: undefined });
  });
  return { file: lines.file, number, text, offset, start: 0, end: text.length, pieces };
}
