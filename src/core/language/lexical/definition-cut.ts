/**
 * Multi-line definitions that end before they were meant to: each line of one but the last ends in a backslash, and a
 * comment takes that with it. What follows makes no sense outside the definition.
 */
import type { Line } from '../source.ts';
import type { LineSource } from './input.ts';
import { lineEnd, scanLine } from './scan.ts';

/** Where a definition ends too early, and whether a comment is to blame. Offsets are into the line's text. */
export interface DefinitionCut {
  readonly comment: boolean;
  readonly start: number;
  readonly end: number;
}

const BACKSLASH = 92;

/**
 * Looks at a line without a backslash at its end, which is in the middle of a definition or begins an empty one.
 * Undefined when the definition may well end there.
 */
export function definitionCut(line: Line, source: LineSource): DefinitionCut | undefined {
  const { text, offset } = line;
  // Lines of definitions were looked at when those were read.
  if (line.pieces !== undefined) return undefined;
  const { end } = lineEnd(text, offset);
  const { comment } = scanLine(text, offset, end);
  const isCommented = comment >= 0;
  if (isCommented && text.slice(comment, end).trimEnd().endsWith('\\')) {
    return { comment: true, start: comment, end };
  }
  if (!goesOn(source)) return undefined;
  if (isCommented) return { comment: true, start: comment, end };
  return { comment: false, start: line.start, end: line.end };
}

/** True when the next line with content ends in a backslash, and is not another definition. */
function goesOn(source: LineSource): boolean {
  if (source.file === undefined) return false;
  const { text } = source.file.source;
  for (let at = source.file.offset; at < text.length; ) {
    const { end, next } = lineEnd(text, at);
    const content = scanLine(text, at, end);
    if (content.end > content.start) {
      const isContinued = text.charCodeAt(content.end - 1) === BACKSLASH;
      const written = text.slice(content.start, content.end);
      return isContinued && !/^(@\S*\s+)?\$[A-Za-z_]\w*=/.test(written);
    }
    at = next;
  }
  return false;
}
