/**
 * `$NAME` definitions: reading them, and substituting them in a line. Substitution is textual, late
 * and recursive: a value is inserted as it stands and looked at again. Every character keeps
 * its way back to the physical line through pieces.
 */
import { CONFIG_LIMITS } from '../limits.ts';
import type { Definition, Line, Piece } from '../source.ts';

/** A definition line taken apart: `$NAME=value`. */
export interface DefinitionParts {
  readonly name: string;
  /** Offset of the value in the line's text. */
  readonly valueStart: number;
}

/** Takes `$NAME=` at the start of a line apart; undefined when the line is no definition. */
export function definitionParts(line: Line): DefinitionParts | undefined {
  const { text, start, end } = line;
  let at = start + 1;
  if (at >= end || !isNameStart(text.charCodeAt(at))) return undefined;
  while (at < end && isNamePart(text.charCodeAt(at))) at++;
  if (at >= end || text.charCodeAt(at) !== EQUALS) return undefined;
  const name = text.slice(start + 1, at);
  at++;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return { name, valueStart: at };
}

/** Answers what a name stands for; `args` is what follows the name inside braces (`${_ENV HOME}`). */
export type Lookup = (name: string, args: string) => Definition | undefined;

/** A line after substitution. */
export interface Expansion {
  readonly line: Line;
  /** Body lines that follow, when a multi-line definition ended the line. */
  readonly rest: Definition | undefined;
  /** Names in braces that nothing defines. */
  readonly undefinedNames: readonly {
    readonly name: string;
    readonly start: number;
    readonly end: number;
    /** Its braces are read as those of a block. */
    readonly splits: boolean;
  }[];
  /** Set when a limit stopped the work. */
  readonly overflow: boolean;
}

/**
 * Substitutes every definition in a line that contains a `$`. The braces of a name that nothing defines are taken
 * out: they would be read as those of a block.
 */
export function expandLine(line: Line, lookup: Lookup): Expansion {
  let text = line.text.slice(line.start, line.end);
  let pieces: Piece[] = rebase(line);
  const undefinedNames: { name: string; start: number; end: number; splits: boolean }[] = [];
  let rest: Definition | undefined;
  let count = 0;
  let at = text.indexOf('$');
  let overflow = false;
  while (at >= 0) {
    const use = referenceAt(text, at);
    const definition = use === undefined ? undefined : lookup(use.name, use.args);
    if (use === undefined || definition === undefined) {
      if (use !== undefined) {
        const splits = use.isBraced && !isQuoted(text, at);
        if (splits) {
          const written = `$${use.name}`;
          pieces = splice(pieces, at, use.end, written.length, undefined);
          text = text.slice(0, at) + written + text.slice(use.end);
          count++;
        }
        const end = splits ? at + use.name.length + 1 : use.end;
        undefinedNames.push({ name: use.name, start: at, end, splits });
      }
      at = text.indexOf('$', at + 1);
      continue;
    }
    const multiLine = definition.body.length > 1;
    if (multiLine && text.slice(use.end).trim() !== '') {
      at = text.indexOf('$', at + 1);
      continue;
    }
    count++;
    const value = definition.body[0] ?? '';
    if (
      count > CONFIG_LIMITS.substitutions ||
      text.length + value.length > CONFIG_LIMITS.expandedLineLength
    ) {
      overflow = true;
      break;
    }
    pieces = splice(pieces, at, use.end, value.length, definition);
    text = text.slice(0, at) + value + text.slice(use.end);
    if (multiLine) {
      rest = definition;
      break;
    }
    at = text.indexOf('$', at);
  }
  return {
    line: count === 0 ? line : { ...line, text, start: 0, end: text.length, pieces },
    rest,
    undefinedNames,
    overflow,
  };
}

/** The pieces of a line relative to its start; an untouched line is one piece. */
export function rebase(line: Line): Piece[] {
  if (line.pieces === undefined) {
    const length = line.end - line.start;
    return [
      { start: 0, end: length, from: line.start - line.offset, length, definition: undefined },
    ];
  }
  const out: Piece[] = [];
  for (const piece of line.pieces) {
    const start = Math.max(piece.start, line.start);
    const end = Math.min(piece.end, line.end);
    if (start >= end) continue;
    const verbatim = piece.definition === undefined && piece.length === piece.end - piece.start;
    out.push({
      start: start - line.start,
      end: end - line.start,
      from: verbatim ? piece.from + (start - piece.start) : piece.from,
      length: verbatim ? end - start : piece.length,
      definition: piece.definition,
    });
  }
  return out;
}

/** Replaces `[from, to)` of a text with `length` characters that stand for the same stretch of the physical line. */
export function splice(
  pieces: readonly Piece[],
  from: number,
  to: number,
  length: number,
  definition: Definition | undefined,
): Piece[] {
  const before: Piece[] = [];
  const behind: Piece[] = [];
  let physicalFrom = Number.MAX_SAFE_INTEGER;
  let physicalTo = 0;
  let outer: Definition | undefined;
  const shift = length - (to - from);
  for (const piece of pieces) {
    const verbatim = piece.definition === undefined && piece.length === piece.end - piece.start;
    if (piece.start < from)
      before.push(cut(piece, piece.start, Math.min(piece.end, from), 0, verbatim));
    if (piece.end > to)
      behind.push(cut(piece, Math.max(piece.start, to), piece.end, shift, verbatim));
    if (piece.end > from && piece.start < to) {
      const start = Math.max(piece.start, from);
      const end = Math.min(piece.end, to);
      physicalFrom = Math.min(
        physicalFrom,
        verbatim ? piece.from + (start - piece.start) : piece.from,
      );
      physicalTo = Math.max(
        physicalTo,
        verbatim ? piece.from + (end - piece.start) : piece.from + piece.length,
      );
      outer ??= piece.definition;
    }
  }
  const start = physicalFrom === Number.MAX_SAFE_INTEGER ? 0 : physicalFrom;
  const inserted: Piece = {
    start: from,
    end: from + length,
    from: start,
    length: Math.max(0, physicalTo - start),
    definition: definition?.line === undefined ? (outer ?? definition) : definition,
  };
  return [...before, inserted, ...behind];
}

function cut(piece: Piece, start: number, end: number, shift: number, verbatim: boolean): Piece {
  return {
    start: start + shift,
    end: end + shift,
    from: verbatim ? piece.from + (start - piece.start) : piece.from,
    length: verbatim ? end - start : piece.length,
    definition: piece.definition,
  };
}

interface Reference {
  readonly name: string;
  readonly args: string;
  readonly end: number;
  readonly isBraced: boolean;
}

/** True when an offset of a text is behind an odd number of double quotes. */
function isQuoted(text: string, at: number): boolean {
  return text.slice(0, at).split('"').length % 2 === 0;
}

/** The reference that the `$` at `at` begins: `${NAME}`, `${NAME args}`, or `$NAME` before a blank, `,`, `)` or the end. */
function referenceAt(text: string, at: number): Reference | undefined {
  const braced = text.charCodeAt(at + 1) === OPEN;
  const start = at + (braced ? 2 : 1);
  if (!isNameStart(text.charCodeAt(start))) return undefined;
  let end = start;
  while (end < text.length && isNamePart(text.charCodeAt(end))) end++;
  const name = text.slice(start, end);
  if (!braced) {
    return end === text.length || ' \t,)'.includes(text.charAt(end))
      ? { name, args: '', end, isBraced: false }
      : undefined;
  }
  const close = text.indexOf('}', end);
  if (close < 0) return undefined;
  const args = text.slice(end, close);
  if (args !== '' && args.charCodeAt(0) !== 32 && args.charCodeAt(0) !== 9) return undefined;
  return { name, args: args.trim(), end: close + 1, isBraced: true };
}

const EQUALS = 61;
const OPEN = 123;

function isNameStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 57);
}
