/**
 * Where text comes from: files, lines of files, and lines made from them by substitution. A `Line`
 * is what the lexer reads; it knows for each of its characters the place in a file that is to
 * blame. Reading files is injected: the core knows neither file system nor environment.
 */
import type { RelatedPlace, Span } from './diagnostic.ts';

/** Gives the front end its files. Implemented over the file system by a driver, over a map in tests. */
export interface SourceLoader {
  /** The text of a file (UTF-8, undecodable bytes as U+FFFD). */
  read(path: string): SourceText;
  /** Names matching a shell pattern, `{a,b}` included, sorted; relative patterns are under `directory`. */
  glob(pattern: string, directory: string): readonly string[];
}

/** The outcome of reading a file. */
export type SourceText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: UnreadReason };

/**
 * Why a file was not read. `special`: a pipe, a device, a socket, or a file that the kernel makes up. `late`: the
 * file system did not answer in time. `changing`: something writes to it all the time. `binary`: it holds no text.
 */
export type UnreadReason =
  | 'missing'
  | 'directory'
  | 'executable'
  | 'special'
  | 'denied'
  | 'late'
  | 'changing'
  | 'binary'
  | 'unreadable';

/** The reasons, behind "the file". */
export const UNREAD_TEXT: Readonly<Record<UnreadReason, string>> = {
  missing: 'does not exist',
  directory: 'is a directory',
  executable: 'is executable, which configuration files must not be',
  special: 'is not a regular file',
  denied: 'cannot be read: permission denied',
  late: 'was not read: its file system did not answer in time',
  changing: 'was not read: it changes all the time',
  binary: 'is not a text file',
  unreadable: 'cannot be read',
};

/** A file that was read. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** A `$NAME` definition. */
export interface Definition {
  readonly name: string;
  /** The line that defined it; absent for predefined names and sequence variables. */
  readonly line: Line | undefined;
  /** One element for a plain definition; more for a multi-line one. */
  readonly body: readonly string[];
  /** Where each element of the body stands: the stretch of a line. Absent where `line` is. */
  readonly places?: readonly Line[];
}

/** A stretch of a made line and where it came from: `[start, end)` of the text is `[from, from + length)` of the physical line. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Offset in the physical line. */
  readonly from: number;
  /** Characters of the physical line it stands for; equal to end - start for text taken over unchanged. */
  readonly length: number;
  /** Set when the text is the value of a definition. */
  readonly definition: Definition | undefined;
}

/** A line as the lexer reads it: `text[start..end)`, comments and surrounding blanks already cut off. */
export interface Line {
  readonly file: SourceFile;
  /** Number of the physical line, from 1. */
  readonly number: number;
  /** The text holding the line: the whole file for untouched lines, else a text of its own. */
  readonly text: string;
  /** Offset of the physical line in the text of its file. */
  readonly offset: number;
  readonly start: number;
  readonly end: number;
  /** Maps a made line back; undefined for untouched lines. */
  readonly pieces: readonly Piece[] | undefined;
  /** For a line of a multi-line definition: the use that it was read for. */
  readonly use?: DefinitionUse;
}

/** A use of a multi-line definition. */
export interface DefinitionUse {
  readonly name: string;
  readonly line: Line;
}

/** The line of a file that a line was read for: itself, or the use of the definition it stands in. */
export function outermostUse(line: Line): Line {
  let at = line;
  while (at.use !== undefined) at = at.use.line;
  return at;
}

/** The place of `[start, end)` of a line's text. */
export function spanOf(line: Line, start: number, end: number): Span {
  const file = line.file.name;
  if (line.pieces === undefined) {
    return {
      file,
      line: line.number,
      column: start - line.offset + 1,
      length: Math.max(1, end - start),
    };
  }
  const first = pieceAt(line.pieces, start);
  const last = pieceAt(line.pieces, Math.max(start, end - 1));
  const from = first === undefined ? 0 : offsetIn(first, start);
  const to = last === undefined ? from + 1 : endIn(last, end);
  return { file, line: line.number, column: from + 1, length: Math.max(1, to - from) };
}

/** The definitions that `[start, end)` came from, and the uses of those it stands in, as places to point at. */
export function definitionPlaces(line: Line, start: number, end: number): RelatedPlace[] {
  const places: RelatedPlace[] = [];
  const seen = new Set<Definition>();
  for (const piece of line.pieces ?? []) {
    const { definition } = piece;
    if (definition === undefined || piece.end <= start || piece.start >= end) continue;
    if (seen.has(definition) || definition.line === undefined) continue;
    seen.add(definition);
    const { line: at } = definition;
    places.push({
      span: spanOf(at, at.start, at.end),
      note: `$${definition.name} is defined here`,
    });
  }
  for (let { use } = line; use !== undefined && places.length < PLACES_MAX; use = use.line.use) {
    const at = use.line;
    places.push({ span: spanOf(at, at.start, at.end), note: `$${use.name} is used here` });
  }
  return places;
}

/** More places say no more. */
const PLACES_MAX = 4;

/** The text of the physical line a line came from, without its line end. */
export function sourceLineOf(line: Line): string {
  const { text } = line.file;
  let end = text.indexOf('\n', line.offset);
  if (end < 0) end = text.length;
  if (end > line.offset && text.charCodeAt(end - 1) === CR) end--;
  return text.slice(line.offset, end);
}

const CR = 13;

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  return pieces.find((piece) => offset >= piece.start && offset < piece.end) ?? pieces.at(-1);
}

function isVerbatim(piece: Piece): boolean {
  return piece.definition === undefined && piece.length === piece.end - piece.start;
}

function offsetIn(piece: Piece, offset: number): number {
  return isVerbatim(piece) ? piece.from + (offset - piece.start) : piece.from;
}

function endIn(piece: Piece, end: number): number {
  return isVerbatim(piece) ? piece.from + (end - piece.start) : piece.from + piece.length;
}
