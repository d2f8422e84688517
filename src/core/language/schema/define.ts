/**
 * Helpers to write keyword tables briefly: makers for blocks and for the argument types that come up
 * again and again. They only build the plain data of `keyword-table.ts`.
 */
import { invariant } from '../../base/assert.ts';
import type {
  ArgSpec,
  ArgType,
  BlockTable,
  Fallback,
  IntegerType,
  Keyword,
  TimeType,
} from './keyword-table.ts';

/** A block of keywords; fails when two rows have one name. */
export function defineBlock(
  name: string,
  summary: string,
  keywords: readonly Keyword[],
): BlockTable {
  const index = new Map<string, Keyword>();
  for (const keyword of keywords) {
    for (const word of [keyword.name, ...(keyword.aliases ?? []).map((alias) => alias.name)]) {
      invariant(!index.has(word), `${name} has ${word} twice`);
      index.set(word, keyword);
    }
  }
  return { name, summary, content: 'keywords', keywords, index };
}

/** A block whose lines are entries of the given arguments. */
export function defineEntries(
  name: string,
  summary: string,
  args: readonly ArgSpec[],
  example?: string,
): BlockTable {
  const entry = example === undefined ? { args } : { args, example };
  return { name, summary, content: 'entries', keywords: [], index: new Map(), entry };
}

/** A block of which each word is an entry. */
export function defineWords(name: string, summary: string, word: ArgType): BlockTable {
  return {
    name,
    summary,
    content: 'words',
    keywords: [],
    index: new Map(),
    word,
    emptyIsComplaint: true,
  };
}

/** The largest unsigned 32-bit number. */
export const UINT32_MAX = 4_294_967_295;

/** Seconds as limits of a `TimeType`. */
export function s(seconds: number): number {
  return Math.round(seconds * 1_000_000);
}

/** A mandatory argument. */
export function arg(name: string, type: ArgType): ArgSpec {
  return { name, type };
}

/** An argument that may be absent. */
export function optional(name: string, type: ArgType, absent?: number | string | boolean): ArgSpec {
  return absent === undefined
    ? { name, type, optional: true }
    : { name, type, optional: true, absent };
}

/** A whole number in a range. */
export function integer(min: number, max: number, more: Partial<IntegerType> = {}): IntegerType {
  return { kind: 'integer', min, max, ...more };
}

/** A time in seconds with up to `decimals` places, limits in seconds. */
export function time(
  minSeconds: number,
  maxSeconds: number,
  decimals = 6,
  below?: Fallback,
): TimeType {
  const base = {
    kind: 'time',
    unit: 's',
    decimals,
    minUs: s(minSeconds),
    maxUs: s(maxSeconds),
  } as const;
  return below === undefined ? base : { ...base, below };
}

/** One argument: an optional boolean that is true when absent. */
export const BOOLEAN: readonly ArgSpec[] = [optional('on|off', { kind: 'boolean' }, true)];

/** Any word. */
export const WORD: ArgType = { kind: 'word' };

/** What every row may add to name and summary. */
export type RowMore = Partial<Omit<Keyword, 'name' | 'summary'>>;

/** A row with any arguments; not in effect unless `more` says so. */
export function row(
  name: string,
  summary: string,
  args: readonly ArgSpec[],
  more: RowMore = {},
): Keyword {
  return { name, summary, args, effect: 'not-supported-yet', ...more };
}

/** A keyword whose presence is its meaning. */
export function flag(name: string, summary: string, more: RowMore = {}): Keyword {
  return row(name, summary, [], { default: 'off', ...more });
}

/** A keyword with an optional boolean. */
export function bool(name: string, summary: string, more: RowMore = {}): Keyword {
  return row(name, summary, BOOLEAN, { default: 'off', ...more });
}

/** A keyword that opens a block; every occurrence counts. */
export function block(
  name: string,
  summary: string,
  args: readonly ArgSpec[],
  table: BlockTable,
  more: RowMore = {},
): Keyword {
  return row(name, summary, args, { repeat: 'all', ...more, block: table });
}

/** Marks a row as in effect. */
export const WORKS = { effect: 'supported' } as const;
