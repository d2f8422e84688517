/**
 * Physical lines of a file for the formatter: what kind of line each is, and its text with blanks put
 * right where that cannot change its meaning. Directives, commands with quoting of their own and
 * everything inside quotes stay as they are.
 */
import { hasPasted } from './lexical/pasted.ts';
import { exceedsBytes, isBlankCode, lineEnd, scanLine } from './lexical/scan.ts';
import { CONFIG_LIMITS } from './limits.ts';

/** A piece of a line: a statement's words, or a brace. */
export type SourcePiece = { readonly kind: 'words' | 'open' | 'close'; readonly text: string };

/** A physical line. */
export interface SourceLine {
  /** From 1. */
  readonly number: number;
  readonly kind: 'blank' | 'comment' | 'text';
  /** Its text without comment. */
  readonly text: string;
  readonly comment: string | undefined;
  /** It belongs to the definition that an earlier line began. */
  readonly continues: boolean;
  /** Statements and braces, when the line may be taken apart. */
  readonly pieces: readonly SourcePiece[] | undefined;
}

/** The lines of a text. */
export function sourceLines(text: string): readonly SourceLine[] {
  const lines: SourceLine[] = [];
  let continues = false;
  for (let at = 0, number = 1; at < text.length; number++) {
    const { end, next } = lineEnd(text, at);
    const line = readLine(text.slice(at, end), number, continues);
    lines.push(line);
    continues = line.text.endsWith('\\') && (continues || beginsDefinition(line.text));
    at = next;
  }
  return lines;
}

/** True for `$NAME=`, behind a condition or not. */
export function beginsDefinition(text: string): boolean {
  return DEFINITION.test(text.replace(CONDITION, ''));
}

/** Surplus of `{` over `}` outside quotes and references, for the lines of definitions. */
export function braceSurplus(text: string): number {
  let surplus = 0;
  for (const { kind } of piecesOf(text)) {
    if (kind === 'open') surplus++;
    else if (kind === 'close') surplus--;
  }
  return surplus;
}

const DEFINITION = /^\$[A-Za-z_][A-Za-z0-9_]*=/;
const CONDITION = /^(@\S*)[ \t\v\f\r]*/;
const SEQUENCE = /^~(SEQx?|LST)\(/;
const INCLUDE = /^(include[rmwba]?)[ \t]+(\S.*)$/s;
/** A name in braces, as in `${NAME}` and `${_ENV HOME}`. */
const REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*([ \t][^}]*)?\}/;
/** A line that would be a directive if it began with this. */
const DIRECTIVE = /^(@|\$[A-Za-z_][A-Za-z0-9_]*=|~(SEQx?|LST)\(|include[rmwba]?([ \t]|$))/;

function readLine(raw: string, number: number, continues: boolean): SourceLine {
  const content = scanLine(raw, 0, raw.length);
  const body = raw.slice(content.start, content.end);
  const isLeftAlone =
    hasPasted(body) ||
    raw.includes('\0') ||
    exceedsBytes(raw, 0, raw.length, CONFIG_LIMITS.lineBytes);
  if (isLeftAlone && body !== '') {
    const text = trimBlanks(raw);
    return { number, kind: 'text', text, comment: undefined, continues, pieces: undefined };
  }
  const comment = content.comment < 0 ? undefined : trimEnd(raw.slice(content.comment));
  if (body === '') {
    const kind = comment === undefined ? 'blank' : 'comment';
    return { number, kind, text: '', comment, continues, pieces: undefined };
  }
  const text = continues ? body : tidy(body);
  const pieces = continues ? undefined : takenApart(text);
  return { number, kind: 'text', text, comment, continues, pieces };
}

/** A line with its blanks put right; only the first condition of a line is one. */
function tidy(body: string): string {
  const condition = CONDITION.exec(body);
  if (condition === null) return tidyDirective(body);
  const rest = body.slice(condition[0].length);
  return rest === '' ? body : `${condition[1] ?? ''} ${tidyDirective(rest)}`;
}

function tidyDirective(body: string): string {
  if (DEFINITION.test(body)) {
    const start = body.indexOf('=') + 1;
    const value = trimBlanks(body.slice(start));
    return value === '\\' ? `${body.slice(0, start)} \\` : body.slice(0, start) + value;
  }
  if (SEQUENCE.test(body)) return body;
  const include = INCLUDE.exec(body);
  if (include !== null) return `${include[1] ?? ''} ${include[2] ?? ''}`;
  return collapsed(body);
}

/** Runs of blanks outside quotes and references as one blank each; odd lines stay as they are. */
function collapsed(text: string): string {
  if (/['\\\v\f\r]/.test(text) || hasOpenQuote(text)) return text;
  let out = '';
  let inQuotes = false;
  for (let at = 0; at < text.length; at++) {
    const reference = text.charAt(at) === '$' ? REFERENCE.exec(text.slice(at)) : null;
    if (reference !== null) {
      out += reference[0];
      at += reference[0].length - 1;
      continue;
    }
    const character = text.charAt(at);
    if (character === '"') inQuotes = !inQuotes;
    if (!inQuotes && isBlankCode(character.charCodeAt(0))) {
      if (!out.endsWith(' ')) out += ' ';
    } else out += character;
  }
  return out;
}

/**
 * The pieces of a line, unless taking it apart could change what they mean: a piece would become a
 * directive, or a reference at the end of a line, which may stand for several lines.
 */
function takenApart(text: string): readonly SourcePiece[] | undefined {
  if (hasOpenQuote(text)) return undefined;
  const pieces = piecesOf(text);
  if (pieces.some((piece) => DIRECTIVE.test(piece.text))) return undefined;
  return pieces.length > 1 && text.includes('$') ? undefined : pieces;
}

function piecesOf(text: string): readonly SourcePiece[] {
  const pieces: SourcePiece[] = [];
  let words = '';
  let inQuotes = false;
  const flush = (): void => {
    const trimmed = trimBlanks(words);
    if (trimmed !== '') pieces.push({ kind: 'words', text: collapsed(trimmed) });
    words = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const reference = character === '$' ? REFERENCE.exec(text.slice(at)) : null;
    if (character === '"') inQuotes = !inQuotes;
    if (reference !== null) {
      words += reference[0];
      at += reference[0].length - 1;
    } else if (!inQuotes && (character === '{' || character === '}')) {
      flush();
      pieces.push({ kind: character === '{' ? 'open' : 'close', text: character });
    } else words += character;
  }
  flush();
  return pieces;
}

function hasOpenQuote(text: string): boolean {
  return text.split('"').length % 2 === 0;
}

function trimBlanks(text: string): string {
  let start = 0;
  while (start < text.length && isBlankCode(text.charCodeAt(start))) start++;
  return trimEnd(text.slice(start));
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isBlankCode(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}
