/**
 * The token that the lexer makes. A configuration may have a million of them, so it holds three fields:
 * its text, where it was read from, and its offset there. All else is worked out when asked for, which is
 * when something has to be said about it.
 */
import type { Line, SourceFile } from '../source.ts';
import type { Token } from '../tree.ts';
import { lineEnd } from './scan.ts';

const QUOTE = 34;

/** A word or brace of an untouched file or of a made line. */
export class WordToken implements Token {
  readonly text: string;
  readonly origin: SourceFile | Line;
  readonly start: number;

  constructor(text: string, origin: SourceFile | Line, start: number) {
    this.text = text;
    this.origin = origin;
    this.start = start;
  }

  get quoted(): boolean {
    return this.origin.text.charCodeAt(this.start) === QUOTE;
  }

  get end(): number {
    return this.start + this.text.length + (this.quoted ? 2 : 0);
  }

  get line(): Line {
    return 'number' in this.origin ? this.origin : lineAt(this.origin, this.start);
  }
}

/** The physical line of a file that an offset is in. */
function lineAt(file: SourceFile, offset: number): Line {
  let starts = LINE_STARTS.get(file);
  if (starts === undefined) {
    starts = lineStarts(file.text);
    LINE_STARTS.set(file, starts);
  }
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] ?? 0;
  const { end } = lineEnd(file.text, start);
  return { file, number: low + 1, text: file.text, offset: start, start, end, pieces: undefined };
}

/** Offsets of the lines of files about which something had to be said. */
const LINE_STARTS: WeakMap<SourceFile, readonly number[]> = new WeakMap();

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
