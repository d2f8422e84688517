/**
 * The reader turns files into the lines that the lexer splits: it cuts comments, follows includes,
 * decides conditional lines, keeps and substitutes definitions and unrolls sequences. It follows the
 * order of keepalived: comment, condition, definition, substitution, comment again, include,
 * sequence. What it hands out has no directive left in it.
 */
import type { DiagnosticList } from '../diagnostic.ts';
import { CONFIG_LIMITS } from '../limits.ts';
import { readText } from '../read-text.ts';
import {
  type Definition,
  type Line,
  type Piece,
  type SourceFile,
  type SourceLoader,
  sourceLineOf,
  spanOf,
  UNREAD_TEXT,
  type UnreadReason,
} from '../source.ts';
import { atRange } from '../tree.ts';
import { definitionCut } from './definition-cut.ts';
import { definitionParts, expandLine, rebase, splice } from './definitions.ts';
import {
  braceAlternatives,
  hasWildcard,
  LENIENT,
  readInclude,
  STRICT,
  type Strictness,
} from './includes.ts';
import {
  BodySource,
  FileSource,
  type LineSource,
  madeLine,
  SequenceSource,
  trimmed,
} from './input.ts';
import { hasPasted, repairLine } from './pasted.ts';
import { reportCut, reportCutWord, reportUndefined } from './reports.ts';
import { exceedsBytes, isBlankCode, type LineContent, lineEnd, scanLine } from './scan.ts';
import { isSequence, type Rounds, readSequence } from './sequences.ts';

/** What the reader needs from outside. */
export interface ReaderOptions {
  readonly loader: SourceLoader;
  /** `-i`: what `@id` lines are compared with. */
  readonly configId: string;
  /** Environment variables for `${_ENV NAME}`. */
  readonly environment: (name: string) => string | undefined;
  /** A number in [0, 1) for `${_RANDOM}`. */
  readonly random: () => number;
  /** `-e`: every include is strict. */
  readonly strictIncludes: boolean;
}

/** Receives the lines. */
export interface LineSink {
  line(line: Line): void;
  /** An untouched line without comment, as a stretch of its file; without this method it comes as a line. */
  plain?(file: SourceFile, start: number, end: number): void;
  /** A comment: behind the line last given when `trailing`, else on a line of its own. */
  comment(line: Line, at: number, trailing: boolean): void;
  blank(): void;
}

const AT = 64;
const CARET = 94;
const DOLLAR = 36;
const TILDE = 126;
const BACKSLASH = 92;
const LETTER_I = 105;

/** The condition that Tandem always takes as true: keepalived skips such lines. */
export const OWN_CONDITION = 'tandem';

/** Reads a configuration from its main file on. One use. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #diagnostics: DiagnosticList;
  readonly #sink: LineSink;
  readonly #stack: LineSource[] = [];
  readonly #definitions = new Map<string, Definition>();
  /** By file read: whether its lines need a look at each character for pasted ones or NUL. */
  readonly #needsCare = new Map<string, boolean>();
  #strictness: Strictness;
  #filesRead = 0;
  #charactersRead = 0;
  #generated = 0;
  #expandedCharacters = 0;
  #stopped = false;
  #random: () => number;

  constructor(options: ReaderOptions, diagnostics: DiagnosticList, sink: LineSink) {
    this.#options = options;
    this.#diagnostics = diagnostics;
    this.#sink = sink;
    this.#strictness = options.strictIncludes ? STRICT : LENIENT;
    this.#random = options.random;
  }

  /** Names of the files read, in their order. */
  get files(): readonly string[] {
    return [...this.#needsCare.keys()];
  }

  /** `include_check`, effective from the line it stands on. */
  setStrictness(change: (current: Strictness) => Strictness): void {
    this.#strictness = change(this.#strictness);
  }

  /** `random_seed`, effective from the line it stands on. */
  setRandom(random: () => number): void {
    this.#random = random;
  }

  /** Reads the file `name` with the given text, and everything it includes. */
  read(name: string, text: string): void {
    this.#pushFile(name, text, undefined);
    while (!this.#stopped) {
      const source = this.#stack.at(-1);
      if (source === undefined) break;
      if (source.file !== undefined) {
        this.#readFile(source.file);
        continue;
      }
      const line = source.next();
      if (line === undefined) this.#pop(source);
      else this.#process(line, source);
    }
  }

  #pop(source: LineSource): void {
    this.#stack.pop();
    if (source.file !== undefined) this.#strictness = source.file.strictnessBefore;
  }

  #pushFile(name: string, text: string, at: Line | undefined): void {
    const where = at === undefined ? {} : atRange(at, at.start, at.end);
    this.#filesRead++;
    this.#charactersRead += text.length;
    if (this.#charactersRead > CONFIG_LIMITS.fileLength) {
      this.#diagnostics.report(
        'file-too-long',
        `with "${name}" the configuration is longer than ${CONFIG_LIMITS.fileLength} characters`,
        where,
      );
      this.#stopped = true;
      return;
    }
    this.#needsCare.set(name, hasPasted(text) || text.includes('\0'));
    this.#stack.push(new FileSource({ name, text }, this.#strictness));
  }

  /** Reads a file until it ends or another source comes on top. The lines nothing has to be done to take a short way. */
  #readFile(file: FileSource): void {
    const { source } = file;
    const { text } = source;
    const direct = this.#needsCare.get(source.name) !== true && this.#sink.plain !== undefined;
    while (!this.#stopped && this.#stack.at(-1) === file) {
      const start = file.offset;
      if (start >= text.length) {
        this.#pop(file);
        return;
      }
      const { end, next } = lineEnd(text, start);
      const content = scanLine(text, start, end);
      if (
        direct &&
        isPlain(text, content) &&
        !exceedsBytes(text, start, end, CONFIG_LIMITS.lineBytes)
      ) {
        file.skipTo(next);
        this.#sink.plain?.(source, content.start, content.end);
      } else {
        const line = file.next();
        if (line !== undefined) this.#process(line, file);
      }
    }
  }

  #process(raw: Line, source: LineSource): void {
    const whole = raw.pieces === undefined ? this.#checkPhysical(raw) : raw;
    if (whole === undefined) return;
    const content = scanLine(whole.text, whole.start, whole.end);
    const hasContent = content.end > content.start;
    if (!hasContent && content.comment < 0 && raw.pieces === undefined) this.#sink.blank();
    const line = trimmed(whole, content);
    const isConditional = hasContent && line.text.charCodeAt(line.start) === AT;
    const kept = isConditional ? this.#conditional(line) : line;
    if (kept === undefined) return;
    if (content.comment >= 0 && raw.pieces === undefined)
      this.#sink.comment(whole, content.comment, hasContent);
    if (!hasContent) return;
    reportCutWord(this.#diagnostics, kept, content.comment);
    this.#directive(kept, source, content);
  }

  /** Length, NUL and pasted characters of a physical line; undefined when it must be passed over. */
  #checkPhysical(line: Line): Line | undefined {
    if (exceedsBytes(line.text, line.start, line.end, CONFIG_LIMITS.lineBytes)) {
      this.#diagnostics.report(
        'line-too-long',
        `the line is longer than ${CONFIG_LIMITS.lineBytes} bytes`,
        {
          span: {
            file: line.file.name,
            line: line.number,
            column: CONFIG_LIMITS.lineBytes,
            length: 1,
          },
          suggestion: 'keepalived reads the rest as a line of its own; break the line',
        },
      );
    }
    if (this.#needsCare.get(line.file.name) !== true) return line;
    const text = line.text.slice(line.start, line.end);
    if (!hasPasted(text)) return this.#checkNul(line);
    const repaired = repairLine(text);
    if (repaired.found.length === 0) return this.#checkNul(line);
    const named = new Set<string>();
    for (const { at, name, readAs } of repaired.found) {
      if (named.has(name)) continue;
      named.add(name);
      const span = { file: line.file.name, line: line.number, column: at + 1, length: 1 };
      const detail = { span, sourceLine: text };
      if (readAs === undefined)
        this.#diagnostics.report('stray-character', `there is a ${name} outside a comment`, detail);
      else this.#diagnostics.report('pasted-character', `${name} is read as ${readAs}`, detail);
    }
    return madeLine(line, repaired.text, repairedPieces(text.length, repaired.removed));
  }

  #checkNul(line: Line): Line | undefined {
    const nul = line.text.indexOf('\0', line.start);
    if (nul < 0 || nul >= line.end) return line;
    this.#diagnostics.report('nul-byte', 'the line holds a NUL byte and is ignored', {
      span: spanOf(line, nul, nul + 1),
    });
    return undefined;
  }

  /** Decides an `@` line: the line without its prefix, or undefined when it does not count. */
  #conditional(line: Line): Line | undefined {
    const { text, end } = line;
    let at = line.start + 1;
    const negated = text.charCodeAt(at) === CARET;
    if (negated) at++;
    const idStart = at;
    while (at < end && !isBlankCode(text.charCodeAt(at))) at++;
    const id = text.slice(idStart, at);
    while (at < end && isBlankCode(text.charCodeAt(at))) at++;
    const equal = id !== '' && (id === OWN_CONDITION || id === this.#options.configId);
    return at < end && equal !== negated ? { ...line, start: at } : undefined;
  }

  /** Definitions, substitution, includes and sequences; what remains goes to the sink. */
  #directive(line: Line, source: LineSource, content: LineContent): void {
    const first = line.text.charCodeAt(line.start);
    if (first === DOLLAR && this.#define(line, source)) return;
    if (first === TILDE && isSequence(line.text, line.start)) {
      this.#sequence(line, source);
      return;
    }
    if (!content.hasDollar) {
      const plain = content.hasEscape ? withoutEscapes(line) : line;
      if (first !== LETTER_I || !this.#include(plain)) this.#sink.line(plain);
      return;
    }
    const expansion = expandLine(line, (name, args) => this.#lookup(name, args, source));
    this.#expandedCharacters += expansion.line.end - expansion.line.start;
    if (expansion.overflow || this.#expandedCharacters > CONFIG_LIMITS.expandedCharacters) {
      this.#stop('the line expands beyond the limit; does a definition refer to itself?', line);
      return;
    }
    // Before a multi-line definition the line is looked at again.
    if (expansion.rest === undefined) reportUndefined(this.#diagnostics, expansion);
    const again = scanLine(expansion.line.text, expansion.line.start, expansion.line.end);
    const kept = trimmed(expansion.line, again);
    if (expansion.line !== line) reportCutWord(this.#diagnostics, kept, again.comment);
    const plain = again.hasEscape ? withoutEscapes(kept) : kept;
    if (expansion.rest !== undefined) this.#body(expansion.rest, plain, source);
    else if (plain.start < plain.end) this.#expanded(plain, source);
  }

  /** A line after substitution may be a conditional one, a sequence or an include. */
  #expanded(line: Line, source: LineSource): void {
    const first = line.text.charCodeAt(line.start);
    if (first === AT) {
      const kept = this.#conditional(line);
      if (kept !== undefined) this.#expanded(kept, source);
      return;
    }
    if (first === TILDE && isSequence(line.text, line.start)) this.#sequence(line, source);
    else if (first !== LETTER_I || !this.#include(line)) this.#sink.line(line);
  }

  /** A line that ended in a multi-line definition: its first line is complete, the rest follows. */
  #body(definition: Definition, line: Line, source: LineSource): void {
    if (!this.#mayGenerate(definition.body.length, line)) return;
    const before = line.text.slice(line.start, line.pieces?.at(-1)?.start ?? line.end);
    if (before.trim() === '') {
      this.#stack.push(new BodySource(definition, line, source.bindings, 0));
      return;
    }
    this.#stack.push(new BodySource(definition, line, source.bindings, 1));
    this.#stack.push(new SequenceSource(line, ONCE, source.bindings));
  }

  #define(line: Line, source: LineSource): boolean {
    const parts = definitionParts(line);
    if (parts === undefined) return false;
    const body: string[] = [];
    const places: Line[] = [];
    let part: Line | undefined = line;
    let start = parts.valueStart;
    let isInside = false;
    while (part !== undefined) {
      const continued = part.end > start && part.text.charCodeAt(part.end - 1) === BACKSLASH;
      const text = part.text.slice(start, continued ? part.end - 1 : part.end).trim();
      const mayBeCut = !continued && (isInside || text === '');
      const cut = mayBeCut ? definitionCut(part, source) : undefined;
      isInside = true;
      if (cut !== undefined) reportCut(this.#diagnostics, parts.name, part, cut);
      const isEmpty = text === '' && (cut !== undefined || (continued && body.length === 0));
      if (!isEmpty) {
        body.push(text);
        places.push({ ...part, start, end: start + text.length });
      }
      if (!continued && cut === undefined) break;
      const next = source.next();
      if (next === undefined) break;
      part = trimmed(next, scanLine(next.text, next.start, next.end));
      start = part.start;
    }
    if (body.length === 0) {
      body.push('');
      places.push({ ...line, start: line.end, end: line.end });
    }
    this.#definitions.set(parts.name, { name: parts.name, line, body, places });
    return true;
  }

  #lookup(name: string, args: string, source: LineSource): Definition | undefined {
    for (const binding of source.bindings) {
      const value = binding.get(name);
      if (value !== undefined) return { name, line: undefined, body: [value] };
    }
    return this.#definitions.get(name) ?? this.#predefined(name, args);
  }

  #predefined(name: string, args: string): Definition | undefined {
    const value = this.#predefinedValue(name, args);
    return value === undefined ? undefined : { name, line: undefined, body: [value] };
  }

  #predefinedValue(name: string, args: string): string | undefined {
    if (name === '_PWD') return directoryOf(this.#currentFile());
    if (name === '_INSTANCE') return this.#options.configId;
    if (name === '_HASH') return '#';
    if (name === '_BANG') return '!';
    if (name === '_ENV') return this.#options.environment(args) ?? '';
    if (name !== '_RANDOM' || !/^[0-9 \t]*$/.test(args)) return undefined;
    const [min = 0, max = 32_767] = args === '' ? [] : args.split(/[ \t]+/).map(Number);
    if (min > max) {
      this.#diagnostics.report(
        'random-range',
        `_RANDOM has the minimum ${min} above its maximum ${max}; ${min} is used`,
      );
      return String(min);
    }
    return String(min + Math.floor(this.#random() * (max - min + 1)));
  }

  #currentFile(): string {
    for (let i = this.#stack.length - 1; i >= 0; i--) {
      const file = this.#stack[i]?.file;
      if (file !== undefined) return file.source.name;
    }
    return '';
  }

  #sequence(line: Line, source: LineSource): void {
    const close = line.text.indexOf(')', line.start);
    const specEnd = close < 0 ? line.end : Math.min(close + 1, line.end);
    const lookup = (name: string, args: string): Definition | undefined =>
      this.#lookup(name, args, source);
    const spec = expandLine({ ...line, end: specEnd }, lookup).line;
    const sequence = readSequence(spec.text, spec.start, spec.end);
    if (!sequence.ok) {
      this.#diagnostics.report(
        'sequence-invalid',
        sequence.problem,
        atRange(line, line.start, specEnd),
      );
      return;
    }
    let textStart = specEnd;
    while (textStart < line.end && isBlankCode(line.text.charCodeAt(textStart))) textStart++;
    if (textStart >= line.end || !this.#mayGenerate(sequence.rounds.count, line)) return;
    const text = { ...line, start: textStart };
    this.#stack.push(new SequenceSource(text, sequence.rounds, source.bindings));
  }

  #include(line: Line): boolean {
    const include = readInclude(line.text, line.start, line.end);
    if (include === undefined) return false;
    const strict: Strictness = { ...this.#strictness, ...include.strict };
    const where = atRange(line, include.patternStart, line.end);
    const fail = (isStrict: boolean, message: string): void => {
      this.#diagnostics.report(isStrict ? 'include-refused' : 'include-failed', message, where);
    };
    const { pattern } = include;
    if (/^".*"$/.test(pattern)) {
      this.#diagnostics.report('include-failed', 'the quotes are taken as part of the file name', {
        ...where,
        suggestion: `write ${pattern.slice(1, -1)} without quotes`,
      });
    }
    const directory = directoryOf(this.#currentFile());
    const alternatives = braceAlternatives(pattern, CONFIG_LIMITS.includeFiles + 1);
    if (alternatives.length > CONFIG_LIMITS.includeFiles) {
      this.#reportFileLimit(line);
      return true;
    }
    const names: string[] = [];
    for (const alternative of alternatives) {
      const matches = this.#options.loader.glob(alternative, directory);
      for (const name of matches) names.push(name);
      if (names.length > CONFIG_LIMITS.includeFiles) break;
      if (matches.length > 0) continue;
      const wildcard = hasWildcard(alternative);
      const isStrict =
        alternatives.length > 1
          ? strict.brace_match
          : wildcard
            ? strict.wildcard_match
            : strict.match;
      fail(
        isStrict,
        wildcard ? `no file matches "${alternative}"` : `there is no file "${alternative}"`,
      );
    }
    this.#includeFiles(names, strict.read, line, fail);
    return true;
  }

  #includeFiles(
    names: readonly string[],
    readIsStrict: boolean,
    line: Line,
    fail: (isStrict: boolean, message: string) => void,
  ): void {
    const open = this.#stack.flatMap((source) => source.file?.source.name ?? []);
    if (open.length > CONFIG_LIMITS.includeDepth) {
      this.#reportIncludeLimit(`nested more than ${CONFIG_LIMITS.includeDepth} deep`, line);
      return;
    }
    if (this.#filesRead + names.length > CONFIG_LIMITS.includeFiles) {
      this.#reportFileLimit(line);
      return;
    }
    // The last one that was not read, by the reason, is the first in order: a pattern may match a whole directory of devices.
    const unread = new Map<UnreadReason, { name: string; more: number }>();
    for (const name of names.toReversed()) {
      if (open.includes(name)) {
        this.#diagnostics.report(
          'include-cycle',
          `"${name}" includes itself`,
          atRange(line, line.start, line.end),
        );
        continue;
      }
      const read = readText(this.#options.loader, name);
      if (read.ok) this.#pushFile(name, read.text, line);
      else unread.set(read.reason, { name, more: (unread.get(read.reason)?.more ?? -1) + 1 });
    }
    for (const [reason, { name, more }] of unread) {
      // Going on without what may be half of the configuration is nobody's wish.
      const isPassing = reason === 'late' || reason === 'changing';
      const others = more === 0 ? '' : `; ${more} more of this line likewise`;
      fail(readIsStrict || isPassing, `"${name}" ${UNREAD_TEXT[reason]}${others}`);
    }
  }

  #reportFileLimit(line: Line): void {
    this.#reportIncludeLimit(`more than ${CONFIG_LIMITS.includeFiles} files`, line);
  }

  #reportIncludeLimit(what: string, line: Line): void {
    const where = atRange(line, line.start, line.end);
    this.#diagnostics.report('include-limit', `includes are ${what}`, where);
    this.#stopped = true;
  }

  #mayGenerate(lines: number, at: Line): boolean {
    this.#generated += lines;
    if (
      this.#generated <= CONFIG_LIMITS.generatedLines &&
      this.#stack.length < CONFIG_LIMITS.expansionDepth
    ) {
      return true;
    }
    this.#stop('definitions and sequences make too many lines; does a definition use itself?', at);
    return false;
  }

  #stop(message: string, at: Line): void {
    this.#diagnostics.report('expansion-limit', message, {
      span: spanOf(at, at.start, at.end),
      sourceLine: sourceLineOf(at),
    });
    this.#stopped = true;
  }
}

/** True for a line that only has to be split into words. */
function isPlain(text: string, content: LineContent): boolean {
  if (content.comment >= 0 || content.hasDollar || content.hasEscape || content.isOpen)
    return false;
  if (content.start === content.end) return false;
  const first = text.charCodeAt(content.start);
  return (
    first !== AT &&
    first !== TILDE &&
    !(first === LETTER_I && text.startsWith('include', content.start))
  );
}

const NO_BINDING: ReadonlyMap<string, string> = new Map();
const ONCE: Rounds = { count: 1, at: () => NO_BINDING };

/** Takes the backslash out of `\#` and `\!` outside quotes. */
function withoutEscapes(line: Line): Line {
  let text = line.text.slice(line.start, line.end);
  let pieces: readonly Piece[] = rebase(line);
  let inQuotes = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') inQuotes = !inQuotes;
    const next = text.charAt(at + 1);
    if (!inQuotes && character === '\\' && (next === '#' || next === '!')) {
      pieces = splice(pieces, at, at + 2, 1, undefined);
      text = text.slice(0, at) + text.slice(at + 1);
    }
  }
  return madeLine(line, text, pieces);
}

/** The pieces of a repaired line: everything but the removed characters, column for column. */
function repairedPieces(length: number, removed: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let start = 0;
  for (const at of [...removed, length]) {
    const span = at - from;
    if (span > 0)
      pieces.push({ start, end: start + span, from, length: span, definition: undefined });
    start += span;
    from = at + 1;
  }
  return pieces;
}

function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
}
