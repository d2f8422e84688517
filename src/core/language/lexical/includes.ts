/**
 * The include keywords and how strict each is. Finding and reading the files is the loader's work;
 * deciding what a failure means is done here.
 */

/** What must hold for an include not to be a failure. */
export interface Strictness {
  /** Every match can be read. */
  readonly read: boolean;
  /** A name without wildcards matches. */
  readonly match: boolean;
  /** A pattern with wildcards matches something. */
  readonly wildcard_match: boolean;
  /** Every alternative of a `{a,b}` list matches something. */
  readonly brace_match: boolean;
}

/** Nothing is strict: failures are messages. */
export const LENIENT: Strictness = {
  read: false,
  match: false,
  wildcard_match: false,
  brace_match: false,
};

/** Everything is strict: `includea`, `include_check` without words, `--all-config`. */
export const STRICT: Strictness = {
  read: true,
  match: true,
  wildcard_match: true,
  brace_match: true,
};

const KEYWORDS: Readonly<Record<string, Partial<Strictness> | undefined>> = {
  include: {},
  includer: { read: true },
  includem: { read: true, match: true },
  includew: { read: true, match: true, wildcard_match: true },
  includeb: { read: true, brace_match: true },
  includea: STRICT,
};

/** An include line taken apart; undefined when the line is none. A bare keyword is none. */
export function readInclude(
  text: string,
  start: number,
  end: number,
):
  | {
      readonly pattern: string;
      readonly patternStart: number;
      readonly strict: Partial<Strictness>;
    }
  | undefined {
  if (!text.startsWith('include', start)) return undefined;
  const match = /^(include[rmwba]?)[ \t]+(?=\S)/.exec(text.slice(start, Math.min(end, start + 64)));
  if (match === null) return undefined;
  const strict = KEYWORDS[match[1] ?? ''];
  if (strict === undefined) return undefined;
  const patternStart = start + match[0].length;
  return { pattern: text.slice(patternStart, end), patternStart, strict };
}

/** The set after `include_check WORDS`, with the words that are wrong. */
export function readIncludeCheck(
  current: Strictness,
  words: readonly string[],
): { readonly strict: Strictness; readonly bad: readonly number[] } {
  if (words.length === 0) return { strict: STRICT, bad: [] };
  let strict = current;
  const bad: number[] = [];
  words.forEach((word, index) => {
    const sign = word.startsWith('+') || word.startsWith('-') ? word.charAt(0) : '';
    const name = sign === '' ? word : word.slice(1);
    if (!isCheck(name) || (sign === '' && index > 0)) bad.push(index);
    else if (sign === '') strict = { ...LENIENT, read: true, [name]: true };
    else strict = { ...strict, [name]: sign === '+' };
  });
  return { strict, bad };
}

/** The checks of `include_check`. */
export const INCLUDE_CHECKS = ['read', 'match', 'wildcard_match', 'brace_match'] as const;

/** True when a pattern has wildcards of the shell. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * The alternatives that the brace lists of a pattern stand for, at most `limit`; the pattern itself when it has
 * none.
 */
export function braceAlternatives(pattern: string, limit: number): readonly string[] {
  let done: string[] = [''];
  let rest = pattern;
  for (;;) {
    const match = /^(.*?)\{([^{}]*)\}/.exec(rest);
    if (match === null) return done.map((start) => start + rest);
    const [whole, before = '', list = ''] = match;
    const parts = list.split(',');
    const longer: string[] = [];
    for (const start of done) {
      for (const part of parts) if (longer.length < limit) longer.push(`${start}${before}${part}`);
    }
    done = longer;
    rest = rest.slice(whole.length);
  }
}

function isCheck(name: string): name is keyof Strictness {
  return (INCLUDE_CHECKS as readonly string[]).includes(name);
}
