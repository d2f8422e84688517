/**
 * The canonical layout of lines, shared by the printer of trees and the formatter of files, so that
 * both agree: indentation, blank lines between blocks, comments behind lines in columns, and no line
 * longer than keepalived reads.
 */
import { exceedsBytes } from './lexical/scan.ts';
import { CONFIG_LIMITS } from './limits.ts';

/** A line before it is laid out. */
export interface LayoutLine {
  /** Blocks it is inside of. */
  readonly depth: number;
  /** Its text, without comment; empty for a comment on a line of its own. */
  readonly text: string;
  /** With its comment character. */
  readonly comment: string | undefined;
  /** `open` ends in `{`, `close` is a `}`. */
  readonly kind: 'open' | 'close' | 'plain' | 'comment';
  /** A blank line stood before it. */
  readonly spaced: boolean;
  /** It continues the line above: nothing may come between. */
  readonly continues?: true;
}

/** How to lay out. */
export interface LayoutOptions {
  /** Blanks for each level; 4 unless told. */
  readonly indent?: number;
}

/** Lays lines out as text, which ends in a line end unless it is empty. */
export function layOut(lines: readonly LayoutLine[], options: LayoutOptions = {}): string {
  const indent = options.indent ?? INDENT;
  const fitting = lines.flatMap((line) => withRoom(line, indent));
  const out: string[] = [];
  for (let at = 0; at < fitting.length; ) {
    const run = commentRun(fitting, at);
    const column = run.reduce((most, line) => Math.max(most, commentedLength(line)), 0) + GAP;
    run.forEach((line, index) => {
      if (isSpaced(fitting, at + index)) out.push('');
      out.push(written(line, indent, column));
    });
    at += run.length;
  }
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

const INDENT = 4;
/** Blanks between a line and its comment. */
const GAP = 2;
/** Comments of neighbouring lines are put into one column unless the lines differ more than this. */
const COLUMN_SPREAD_MAX = 32;

/** Whether a blank line goes before a line: as written, but never at an edge and always around outer blocks. */
function isSpaced(lines: readonly LayoutLine[], at: number): boolean {
  const line = lines[at];
  const before = lines[at - 1];
  if (line === undefined || before === undefined || line.continues === true) return false;
  if (line.kind === 'close' || (before.kind === 'open' && before.depth < line.depth)) return false;
  if (line.spaced) return true;
  if (line.depth > 0 || before.depth > 0) return false;
  if (before.kind === 'close') return true;
  if (before.kind === 'comment' || before.kind === 'open') return false;
  // Comments right above a block belong to it.
  let below = at;
  while (lines[below]?.kind === 'comment' && lines[below + 1]?.spaced === false) below++;
  const opener = lines[below];
  return opener?.kind === 'open' && opener.depth === 0 && opener.text !== '{';
}

/** The line at `at`, with the lines below it that stand together with it: their comments get one column. */
function commentRun(lines: readonly LayoutLine[], at: number): readonly LayoutLine[] {
  const first = lines[at];
  if (first === undefined || !hasBoth(first)) return lines.slice(at, at + 1);
  let end = at + 1;
  let shortest = first.text.length;
  let longest = first.text.length;
  for (let line = lines[end]; line !== undefined; line = lines[++end]) {
    if (line.text === '' || line.kind === 'close' || line.depth !== first.depth) break;
    if (isSpaced(lines, end)) break;
    if (line.comment === undefined) continue;
    shortest = Math.min(shortest, line.text.length);
    longest = Math.max(longest, line.text.length);
    if (longest - shortest > COLUMN_SPREAD_MAX) break;
  }
  return lines.slice(at, end);
}

function commentedLength(line: LayoutLine): number {
  return hasBoth(line) ? line.text.length : 0;
}

function hasBoth(line: LayoutLine): boolean {
  return line.text !== '' && line.comment !== undefined;
}

function written(line: LayoutLine, indent: number, column: number): string {
  const { text, comment } = line;
  const blanks = ' '.repeat(line.depth * indent);
  if (comment === undefined) return text === '' ? '' : shortened(blanks, text);
  if (text === '') return shortened(blanks, comment);
  const whole = `${blanks}${text.padEnd(column)}${comment}`;
  return isTooLong(whole) ? shortened(blanks, `${text} ${comment}`) : whole;
}

/** A line too long for keepalived gives up as much of its indentation as it must. */
function shortened(blanks: string, text: string): string {
  let rest = blanks;
  while (rest !== '' && isTooLong(rest + text)) rest = rest.slice(1);
  return rest + text;
}

/** A comment behind a line that leaves no room for it goes above the line. */
function withRoom(line: LayoutLine, indent: number): readonly LayoutLine[] {
  const { depth, text, comment, spaced } = line;
  const blanks = ' '.repeat(depth * indent);
  const room = ' '.repeat(GAP + COLUMN_SPREAD_MAX);
  const isMovable = comment !== undefined && text !== '' && line.continues !== true;
  if (!isMovable || !isTooLong(`${blanks}${text}${room}${comment}`)) return [line];
  return [
    { depth, text: '', comment, kind: 'comment', spaced },
    { ...line, comment: undefined, spaced: false },
  ];
}

function isTooLong(text: string): boolean {
  return exceedsBytes(text, 0, text.length, CONFIG_LIMITS.lineBytes);
}
