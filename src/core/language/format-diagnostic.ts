/**
 * Diagnostics as text for people: place, severity and message, the source line with a caret under the
 * words in question, what was expected, what to do, and related places. No colours: the command line
 * adds them.
 */
import { visible, visibleColumns } from '../base/visible.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import { likeFindings, otherPlaces } from './like-findings.ts';

/** One diagnostic as lines of text, without a final line end. */
export function formatDiagnostic(item: Diagnostic): string {
  const times = item.times === undefined ? '' : ` (${item.times} times)`;
  const message = visible(item.message);
  const lines = [`${placeText(item.span)}${item.severity}: ${message} [${item.code}]${times}`];
  if (item.span !== undefined && item.sourceLine !== undefined)
    lines.push(...excerpt(item.sourceLine, item.span));
  if (item.expected !== undefined) lines.push(`  expected: ${visible(item.expected)}`);
  if (item.suggestion !== undefined) lines.push(`  help: ${visible(item.suggestion)}`);
  for (const { span, note } of item.related) lines.push(`  ${placeText(span)}${visible(note)}`);
  return lines.join('\n');
}

/** Findings as lines of text; what is said of many places is told once. Without final line ends. */
export function formatFindings(findings: readonly Diagnostic[]): readonly string[] {
  return likeFindings(findings).map((like) => {
    const text = formatDiagnostic(like.finding);
    return like.others.length === 0 ? text : `${text}\n  ${visible(otherPlaces(like))}`;
  });
}

/** `file:line:column: `, or nothing without a place. */
export function placeText(span: Span | undefined): string {
  return span === undefined ? '' : `${visible(span.file)}:${span.line}:${span.column}: `;
}

/** A summary line: `2 errors, 1 warning, 3 notices`. */
export function formatCounts(counts: {
  readonly errors: number;
  readonly warnings: number;
  readonly notices: number;
}): string {
  const parts = [
    plural(counts.errors, 'error'),
    plural(counts.warnings, 'warning'),
    plural(counts.notices, 'notice'),
  ];
  return parts.join(', ');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** More of a line than this is not shown. */
const EXCERPT_MAX = 160;

/** The line and a line of carets below the span; wide characters take two columns, tabs stay tabs. */
function excerpt(sourceLine: string, span: Span): string[] {
  const start = span.column - 1;
  const cut =
    start > EXCERPT_MAX / 2 && sourceLine.length > EXCERPT_MAX ? start - EXCERPT_MAX / 2 : 0;
  const shownLine = sourceLine.slice(cut, cut + EXCERPT_MAX).trimEnd();
  const before = [...sourceLine.slice(cut, start)].map(blankFor).join('');
  const marked = sourceLine.slice(start, Math.min(start + span.length, cut + EXCERPT_MAX));
  const carets = '^'.repeat(
    Math.max(
      1,
      [...marked].reduce((sum, character) => sum + columns(character), 0),
    ),
  );
  const number = String(span.line).padStart(5);
  return [`${number} | ${visibleColumns(shownLine)}`, `      | ${before}${carets}`];
}

function blankFor(character: string): string {
  return character === '\t' ? '\t' : ' '.repeat(columns(character));
}

/** Columns a character takes in a terminal. */
function columns(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0x200b && point <= 0x200f) return 0;
  const wide =
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd);
  return wide ? 2 : 1;
}
