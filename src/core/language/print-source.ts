/**
 * The formatter of files: canonical layout for the text as written, with includes, definitions,
 * conditions, sequences and comments kept. It moves blanks, line ends and braces only, and checks its
 * own work: under every configuration id the file names, the words before and after are the same.
 */
import type { Diagnostic } from './diagnostic.ts';
import { CONFIG_LIMITS } from './limits.ts';
import { parseConfig } from './parse-config.ts';
import { type LayoutLine, type LayoutOptions, layOut } from './print-layout.ts';
import { beginsDefinition, braceSurplus, type SourceLine, sourceLines } from './print-lines.ts';
import { configIdsOf, depthsOf, readWorlds, type World } from './print-worlds.ts';

/** A formatted text, or why there is none. */
export type FormatResult =
  | { readonly ok: true; readonly text: string }
  /** The braces do not add up, a definition ends too early, or a limit is reached: what is wrong, in words and as findings. */
  | { readonly ok: false; readonly problem: string; readonly diagnostics: readonly Diagnostic[] };

/** What to format. */
export interface FormatInput {
  /** The file's name, for messages. */
  readonly file: string;
  readonly text: string;
}

/** Formats the text of a file. */
export function formatSource(input: FormatInput, options: LayoutOptions = {}): FormatResult {
  const { file, text } = input;
  if (text.length > CONFIG_LIMITS.fileLength) {
    const problem = `the file is longer than ${CONFIG_LIMITS.fileLength} characters`;
    return { ok: false, problem, diagnostics: [] };
  }
  const ids = configIdsOf(text);
  const before = readWorlds(file, text, ids);
  if (!before.some((world) => world.balanced)) return unbalanced(input);
  const lines = sourceLines(text);
  const formatted = layOut(placed(lines, depthsOf(before, lines.length)), options);
  if (!meansTheSame(before, readWorlds(file, formatted, ids))) return cutOrUnknown(input);
  return { ok: true, text: formatted };
}

function unbalanced(input: FormatInput): FormatResult {
  const problem = 'its braces do not add up';
  return { ok: false, problem, diagnostics: findingsOf(input, BRACE_CODES) };
}

/** Which lines belong to a definition that ends too early is a guess, which moved blanks may change. */
function cutOrUnknown(input: FormatInput): FormatResult {
  const diagnostics = findingsOf(input, CUT_CODES);
  const problem =
    diagnostics.length > 0
      ? 'a definition in it ends too early'
      : 'laying it out would change what it means; it is left as it is';
  return { ok: false, problem, diagnostics };
}

function findingsOf(
  { file, text }: FormatInput,
  codes: ReadonlySet<string>,
): readonly Diagnostic[] {
  const { diagnostics } = parseConfig({
    file,
    text,
    loader: { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] },
  });
  return diagnostics.filter(({ code }) => codes.has(code));
}

const BRACE_CODES: ReadonlySet<string> = new Set<Diagnostic['code']>([
  'unexpected-open-brace',
  'unexpected-close-brace',
  'missing-open-brace',
  'missing-close-brace',
  'expansion-limit',
]);

const CUT_CODES: ReadonlySet<string> = new Set<Diagnostic['code']>(['definition-cut']);

function meansTheSame(before: readonly World[], after: readonly World[]): boolean {
  return before.every(({ meaning }, index) => {
    const other = after[index]?.meaning ?? [];
    return other.length === meaning.length && meaning.every((one, at) => one === other[at]);
  });
}

/** The lines to lay out. */
function placed(lines: readonly SourceLine[], depths: readonly number[]): readonly LayoutLine[] {
  const placer = new Placer();
  for (const line of lines) placer.add(line, depths[line.number] ?? 0);
  return placer.lines;
}

/** Takes lines of a file one by one and gives lines of the layout, moving braces to where they belong. */
class Placer {
  readonly lines: LayoutLine[] = [];
  #spaced = false;
  /** Depth of the definition being read, and of the blocks open in it. */
  #definition = { depth: 0, open: 0 };
  /** Index of the statement read last, while a `{` may join it. */
  #joinable = -1;

  add(line: SourceLine, depth: number): void {
    const { text, comment } = line;
    if (line.continues) {
      this.#continue(line);
    } else if (line.kind === 'blank') {
      this.#spaced = true;
    } else if (line.kind === 'comment') {
      this.#push({ depth, text: '', comment, kind: 'comment' });
    } else if (line.pieces === undefined) {
      if (beginsDefinition(text)) this.#definition = { depth, open: 0 };
      this.#joinable = -1;
      this.#pushWhole(text, comment, depth);
    } else this.#pushPieces(line, depth);
  }

  #push(line: Omit<LayoutLine, 'spaced'>): void {
    this.lines.push({ ...line, spaced: this.#spaced });
    this.#spaced = false;
  }

  /** A line that stays in one piece. */
  #pushWhole(text: string, comment: string | undefined, depth: number): void {
    const opens = text.endsWith('{') && braceSurplus(text) > 0;
    const kind = opens ? 'open' : text.startsWith('}') ? 'close' : 'plain';
    this.#push({ depth: depth - leadingCloses(text), text, comment, kind });
  }

  #continue(line: SourceLine): void {
    const { text, comment } = line;
    const { depth, open } = this.#definition;
    const inner = Math.max(0, open - leadingCloses(text));
    this.#push({
      depth: depth + 1 + inner,
      text,
      comment,
      kind: line.kind === 'comment' ? 'comment' : 'plain',
      continues: true,
    });
    this.#definition = { depth, open: Math.max(0, open + braceSurplus(text)) };
  }

  #pushPieces(line: SourceLine, depthBefore: number): void {
    let { comment } = line;
    let depth = depthBefore;
    const pieces = line.pieces ?? [];
    const lastBrace = pieces.findLastIndex((piece) => piece.kind !== 'words');
    const hasWords = pieces.some((piece) => piece.kind === 'words');
    pieces.forEach((piece, index) => {
      const isCommented =
        comment !== undefined && (hasWords ? piece.kind === 'words' : index === lastBrace);
      const own = isCommented ? comment : undefined;
      if (isCommented) comment = undefined;
      if (piece.kind === 'words') {
        this.#push({ depth, text: piece.text, comment: own, kind: 'plain' });
        this.#joinable = mayTakeBrace(piece.text) ? this.lines.length - 1 : -1;
      } else if (piece.kind === 'open') {
        this.#open(depth, own);
        depth++;
      } else {
        depth = Math.max(0, depth - 1);
        this.#joinable = -1;
        this.#push({ depth, text: '}', comment: own, kind: 'close' });
      }
    });
  }

  /** A `{` goes behind its keyword, comments between them into the block. */
  #open(depth: number, comment: string | undefined): void {
    const keyword = this.lines[this.#joinable];
    const joined = this.#joinable;
    this.#joinable = -1;
    if (keyword === undefined) {
      this.#push({ depth, text: '{', comment, kind: 'open' });
      return;
    }
    const text = `${keyword.text} {`;
    const isFree = keyword.comment === undefined;
    this.lines[joined] = {
      ...keyword,
      text,
      kind: 'open',
      comment: isFree ? comment : keyword.comment,
    };
    for (let at = joined + 1; at < this.lines.length; at++) {
      const between = this.lines[at];
      if (between !== undefined) this.lines[at] = { ...between, depth: between.depth + 1 };
    }
    if (!isFree && comment !== undefined)
      this.#push({ depth: depth + 1, text: '', comment, kind: 'comment' });
  }
}

/** A reference at the end of a line may stand for several lines, which a word behind it would prevent. */
function mayTakeBrace(text: string): boolean {
  return !/(\$[A-Za-z_][A-Za-z0-9_]*|\})$/.test(text);
}

function leadingCloses(text: string): number {
  return /^[} \t]*/.exec(text)?.[0].replaceAll(/[^}]/g, '').length ?? 0;
}
