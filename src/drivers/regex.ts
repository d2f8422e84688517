/**
 * Regular expressions of the configuration, over the `re2js` library: its time is linear in the text,
 * whatever a real server sends. A pattern also has a size, and a search in the worst case takes size
 * times text steps; so the text that a pattern may search is limited by its size. What PCRE has and a
 * linear engine cannot have (looking around, back-references, ...) is named, not approximated.
 */

import type { RE2JS, RE2JSSyntaxException } from 're2js';
import { err, ok, type Result } from '../core/base/result.ts';
import type { SearchPattern } from '../core/checkers/types.ts';
import type { RegexProblem } from '../core/language/regex.ts';
import { onDemand } from './on-demand.ts';

/** Longest text that any pattern searches, in characters. */
export const REGEX_TEXT_MAX: number = 1024 * 1024;

/** Size of the pattern times length of the text; some 0.3 s of the reference machine at the very worst. */
export const REGEX_STEPS_MAX: number = 16 * 1024 * 1024;

/** Largest pattern, in instructions of the engine: what is left for the text is a small page. */
export const REGEX_SIZE_MAX: number = 4_096;

/**
 * Compiles a pattern; `flags` are the letters of `RegexProblem`. The error is the end
 * of a sentence for operators: `"(?=" is a look-ahead, ...`.
 */
export function compileRegex(written: string, flags: string): Result<SearchPattern, string> {
  for (const { flag, option, matters } of OPTIONS_BEYOND) {
    if (!flags.includes(flag) || !matters.test(written)) continue;
    return err(`it needs the option ${option}, which Tandem's engine (RE2) does not have`);
  }
  const pattern = flags.includes('x') ? withoutLayout(written) : written;
  const library = onDemand<typeof import('re2js')>('re2js');
  let compiled: RE2JS;
  try {
    compiled = library.RE2JS.compile(pattern, flagBits(library.RE2JS, flags));
  } catch (error) {
    if (error instanceof library.RE2JSSyntaxException) return err(wording(error, pattern));
    return err('it is malformed');
  }
  const size = compiled.programSize();
  if (size > REGEX_SIZE_MAX) {
    return err(`it is too large: ${size} steps for each character, ${REGEX_SIZE_MAX} at most`);
  }
  const textMax = Math.min(REGEX_TEXT_MAX, Math.floor(REGEX_STEPS_MAX / size));
  const endsBeforeLineEnd = pattern.includes('$') && !/[mD]/.test(flags);
  const search = (text: string, from: number, to: number): boolean => {
    if (from === 0 && to >= text.length) return compiled.test(text);
    const matcher = compiled.matcher(text);
    // The leftmost match is found: when it begins too late, so do all others.
    return from <= text.length && matcher.find(from) && matcher.start() <= to;
  };
  return ok({
    size,
    textMax,
    // PCRE's `$` also matches before a line end that ends the text.
    test: (text, from = 0, to = text.length) =>
      search(text, from, to) ||
      (endsBeforeLineEnd && text.endsWith('\n') && search(text.slice(0, -1), from, to)),
  });
}

/** Options that this engine lacks, and the patterns for which they matter. */
const OPTIONS_BEYOND: readonly {
  readonly flag: string;
  readonly option: string;
  readonly matters: RegExp;
}[] = [
  { flag: 'F', option: 'firstline', matters: /(?:)/ },
  { flag: 'A', option: 'allow_empty_class', matters: /\[\^?\]/ },
  { flag: 'B', option: 'alt_bsux', matters: /\\[uUx]/ },
  { flag: 'U', option: 'ucp', matters: /\\[wWdDsSbB]|\[:/ },
  { flag: 'C', option: 'alt_circumflex', matters: /\^/ },
];

/** A pattern of the option extended without its blanks and comments: those outside of classes (pcre2pattern(3)). */
function withoutLayout(pattern: string): string {
  return pattern.replace(
    /(\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])|\s+|#[^\n]*\n?/gs,
    (_found, kept: string | undefined) => kept ?? '',
  );
}

/** Says for the front end why a pattern can't be used. */
export const REGEX_PROBLEM: RegexProblem = (pattern, flags) => {
  const compiled = compileRegex(pattern, flags);
  return compiled.ok ? undefined : compiled.error;
};

function flagBits(engine: typeof RE2JS, flags: string): number {
  return (
    (flags.includes('i') ? engine.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? engine.MULTILINE : 0) |
    (flags.includes('s') ? engine.DOTALL : 0)
  );
}

/** What PCRE has besides, by how it begins; the first that fits. */
const BEYOND: readonly (readonly [RegExp, string])[] = [
  [/^\(\?[=!]/, 'a look-ahead'],
  [/^\(\?<[=!]/, 'a look-behind'],
  [/^\(\?>/, 'an atomic group'],
  [/^\(\?P=|^\\[1-9gk]/, 'a back-reference'],
  [/^(?:[*+?]|\{[\d,]+\})\+/, 'a possessive quantifier'],
  [/^\(\?\|/, 'a group that resets its numbers'],
  [/^\(\?\(/, 'a condition'],
  [/^\(\?(?:[R&0-9+]|P>)/, 'a recursion'],
  [/^\(\?#/, 'a comment'],
  [/^\(\?[a-zA-OQ-Z^-]/, 'an option'],
  [/^\(\*/, 'a verb'],
  [/^\\[a-wyzA-Z]/, 'an escape'],
];

/** The engine's complaints that stand for a construct it does not know, rather than for a mistake. */
const UNKNOWN_CONSTRUCT =
  /^(?:invalid or unsupported Perl syntax|invalid named capture|invalid escape sequence|invalid nested repetition operator|missing argument)/;

/** What the engine says, in words that tell a mistake from what PCRE has and this engine has not. */
function wording(error: RE2JSSyntaxException, pattern: string): string {
  const at = error.getPattern() ?? '';
  const description = error.getDescription();
  const rest = wholeConstruct(at, pattern);
  for (const [begin, name] of UNKNOWN_CONSTRUCT.test(description) ? BEYOND : []) {
    const found = begin.exec(rest)?.[0];
    if (found === undefined) continue;
    return `"${found}" is ${name}, which Tandem's engine (RE2: time linear in the text) does not have`;
  }
  return `${description}${at === '' || at === pattern ? '' : ` at "${at}"`}`;
}

/** What the engine points at, and more of the pattern where it names less than shows what it is. */
function wholeConstruct(at: string, pattern: string): string {
  if (at === '(?P') return /\(\?P[^<]/.exec(pattern)?.[0] ?? at;
  return at === '*' && pattern.startsWith('(*') ? '(*' : at;
}
