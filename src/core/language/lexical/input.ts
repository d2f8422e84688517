/**
 * Sources of lines on a stack: files, bodies of multi-line definitions, and rounds of sequences. The
 * reader always takes the next line of the topmost source; an include or a definition pushes one.
 */
import type { Definition, Line, Piece, SourceFile } from '../source.ts';
import { rebase } from './definitions.ts';
import type { Strictness } from './includes.ts';
import type { LineContent } from './scan.ts';
import { lineEnd } from './scan.ts';
import type { Binding, Rounds } from './sequences.ts';

/** Something that gives lines until it is empty. Lines span the whole physical line, comment included. */
export interface LineSource {
  next(): Line | undefined;
  /** Values of sequence variables for the lines of this source, innermost first. */
  readonly bindings: readonly Binding[];
  /** Set for files. */
  readonly file: FileSource | undefined;
}

/** The lines of a file. */
export class FileSource implements LineSource {
  readonly bindings: readonly Binding[] = [];
  readonly source: SourceFile;
  /** `include_check` as it was before this file, to be restored at its end. */
  readonly strictnessBefore: Strictness;
  #at = 0;
  #number = 0;

  constructor(source: SourceFile, strictnessBefore: Strictness) {
    this.source = source;
    this.strictnessBefore = strictnessBefore;
  }

  /** Offset of the next line. */
  get offset(): number {
    return this.#at;
  }

  /** Passes over the next line, which ends before `next`. */
  skipTo(next: number): void {
    this.#at = next;
    this.#number++;
  }

  get file(): FileSource {
    return this;
  }

  next(): Line | undefined {
    const { text } = this.source;
    const offset = this.#at;
    if (offset >= text.length) return undefined;
    const { end, next } = lineEnd(text, offset);
    this.#at = next;
    this.#number++;
    return {
      file: this.source,
      number: this.#number,
      text,
      offset,
      start: offset,
      end,
      pieces: undefined,
    };
  }
}

/** The lines of a multi-line definition. They stand where they were written, and know the use they are read for. */
export class BodySource implements LineSource {
  readonly bindings: readonly Binding[];
  readonly file = undefined;
  readonly #definition: Definition;
  readonly #use: Line;
  #index: number;

  constructor(definition: Definition, use: Line, bindings: readonly Binding[], firstIndex: number) {
    this.#definition = definition;
    this.#use = use;
    this.#index = firstIndex;
    this.bindings = bindings;
  }

  next(): Line | undefined {
    const { name, body, places } = this.#definition;
    const text = body[this.#index];
    const place = places?.[this.#index];
    if (text === undefined || place === undefined) return undefined;
    this.#index++;
    return { ...madeLine(place, text, rebase(place)), use: { name, line: this.#use } };
  }
}

/** The rounds of a sequence: one line over and over, each time with other variables. */
export class SequenceSource implements LineSource {
  readonly file = undefined;
  readonly #line: Line;
  readonly #rounds: Rounds;
  readonly #outer: readonly Binding[];
  #bindings: readonly Binding[];
  #index = 0;

  constructor(line: Line, rounds: Rounds, outer: readonly Binding[]) {
    this.#line = line;
    this.#rounds = rounds;
    this.#outer = outer;
    this.#bindings = outer;
  }

  /** Those of the line given last. */
  get bindings(): readonly Binding[] {
    return this.#bindings;
  }

  next(): Line | undefined {
    if (this.#index >= this.#rounds.count) return undefined;
    const round = this.#rounds.at(this.#index);
    this.#index++;
    this.#bindings = [round, ...this.#outer];
    return this.#line;
  }
}

/** A line cut to its content. */
export function trimmed(line: Line, content: LineContent): Line {
  const { start, end } = content;
  if (line.start === start && line.end === end) return line;
  return { ...line, start, end };
}

/** A line with a text of its own that stands for the physical line of `base`. */
export function madeLine(base: Line, text: string, pieces: readonly Piece[]): Line {
  return {
    file: base.file,
    number: base.number,
    text,
    offset: base.offset,
    start: 0,
    end: text.length,
    pieces,
    ...(base.use === undefined ? {} : { use: base.use }),
  };
}
