/**
 * What a file means under each configuration id it speaks of. Conditions make lines count for some hosts
 * only, and a block may begin in two variants and end once; so how deep a line stands is not in
 * the text but in the reading. A file is read once for each id and once for a host it does not name.
 */
import { DiagnosticList } from './diagnostic.ts';
import { type LineSink, Reader } from './lexical/reader.ts';
import { isBlankCode } from './lexical/scan.ts';
import { splitLine, type WordSink } from './lexical/words.ts';
import { outermostUse, type SourceLoader } from './source.ts';
import type { Token } from './tree.ts';

/** A file as one host reads it. Included files count as empty. */
export interface World {
  /** True when its braces add up. */
  readonly balanced: boolean;
  /** Blocks that the line of a number (from 1) stands in, where it counts. */
  readonly depths: ReadonlyMap<number, number>;
  readonly depthAtEnd: number;
  /** Words and braces in order: equal for texts that mean the same. */
  readonly meaning: readonly string[];
}

/** The configuration ids that the conditions of a text name, after the one that no condition names. */
export function configIdsOf(text: string): readonly string[] {
  const ids = new Set(['']);
  for (const [, id = ''] of text.matchAll(CONDITION)) {
    if (ids.size < WORLDS_MAX) ids.add(id);
  }
  return [...ids];
}

/** Reads a text under each of the ids. */
export function readWorlds(file: string, text: string, ids: readonly string[]): readonly World[] {
  return ids.map((id) => readWorld(file, text, id));
}

/** For each line (from 1), the blocks it stands in: as the first world has it that counts the line. */
export function depthsOf(worlds: readonly World[], lines: number): readonly number[] {
  const good = worlds.filter((world) => world.balanced);
  const order = [...good, ...worlds.filter((world) => !world.balanced)];
  const depths: number[] = Array.from({ length: lines + 1 }, () => 0);
  let below = order[0]?.depthAtEnd ?? 0;
  for (let number = lines; number > 0; number--) {
    below = order[0]?.depths.get(number) ?? below;
    // A definition or an include gives no line of its own: it stands where the next line stands.
    depths[number] = order.find((one) => one.depths.has(number))?.depths.get(number) ?? below;
  }
  return depths;
}

/** Ids in the conditions of a text. */
const CONDITION = /^[ \t]*@\^?([^\s@^]\S*)/gm;

/** More ids than this are not told apart; the others are read as hosts without a name. */
const WORLDS_MAX = 32;

const NO_FILES: SourceLoader = {
  read: () => ({ ok: false, reason: 'missing' }),
  glob: () => [],
};

function readWorld(file: string, text: string, configId: string): World {
  const sink = new DepthSink();
  const reader = new Reader(
    {
      loader: NO_FILES,
      configId,
      environment: () => undefined,
      random: () => 0,
      strictIncludes: false,
    },
    new DiagnosticList(),
    sink,
  );
  reader.read(file, text);
  return {
    balanced: sink.surplus === 0 && sink.depth === 0,
    depths: sink.depths,
    depthAtEnd: sink.depth,
    meaning: sink.meaning,
  };
}

/** Counts braces and remembers words. */
class DepthSink implements LineSink, WordSink {
  depth = 0;
  surplus = 0;
  readonly depths: Map<number, number> = new Map();
  readonly meaning: string[] = [];

  line(line: Parameters<LineSink['line']>[0]): void {
    const { number } = outermostUse(line);
    if (!this.depths.has(number)) this.depths.set(number, this.depth);
    splitLine(line, this);
  }

  comment(line: Parameters<LineSink['line']>[0], _at: number, trailing: boolean): void {
    if (!trailing) this.depths.set(line.number, this.depth);
  }

  /** Blank lines mean nothing. */
  blank(): void {}

  words(words: readonly Token[], end: number, unmatchedQuote: number): void {
    const [first] = words;
    const raw = first === undefined ? '' : first.line.text.slice(first.end, end);
    // Only quoting of scripts' own kind makes the blanks between words matter.
    const exact = /['\\]/.test(raw) || unmatchedQuote >= 0 ? trimBlanks(raw) : '';
    this.meaning.push(JSON.stringify([words.map((word) => word.text), exact]));
  }

  open(): void {
    this.depth++;
    this.meaning.push('{');
  }

  close(): void {
    if (this.depth === 0) this.surplus++;
    else this.depth--;
    this.meaning.push('}');
  }
}

function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankCode(text.charCodeAt(start))) start++;
  while (end > start && isBlankCode(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
