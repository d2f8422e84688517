/** The regular expression of a page, from its keywords. */
import type { HttpUrlConfig } from '../../model/config.ts';
import type { BlockReader, RegexConfig } from '../types.ts';

/** The letters of `RegexConfig` for the options of PCRE that may decide whether a pattern matches. */
const LETTERS: Readonly<Record<string, string>> = {
  caseless: 'i',
  multiline: 'm',
  dotall: 's',
  extended: 'x',
  dollar_endonly: 'D',
  firstline: 'F',
  allow_empty_class: 'A',
  alt_bsux: 'B',
  ucp: 'U',
  alt_circumflex: 'C',
};

/** The expression of a page; undefined when it has none. */
export function regexOf(url: BlockReader): HttpUrlConfig['regex'] {
  const pattern = url.text('regex');
  if (pattern === undefined) return undefined;
  return {
    pattern,
    flags: flagsOf(url),
    negate: url.has('regex_no_match'),
    ...windowOf(url),
  };
}

function flagsOf(url: BlockReader): string {
  const options = url.value('regex_options');
  if (typeof options !== 'object' || options.kind !== 'list') return '';
  const letters = options.items.map((item) =>
    typeof item === 'string' ? (LETTERS[item] ?? '') : '',
  );
  return [...new Set(letters)].join('');
}

/** Where a match may begin. Of limits that leave no room keepalived drops both. */
function windowOf(url: BlockReader): Pick<RegexConfig, 'minOffset' | 'maxOffset'> {
  const min = url.number('regex_min_offset') ?? 0;
  const max = url.number('regex_max_offset');
  if (max !== undefined && min >= max) {
    url.report(
      'no-effect',
      'regex_max_offset',
      `no match begins at ${min} or later and before ${max}; both limits are dropped`,
      { expected: 'a regex_max_offset above regex_min_offset' },
    );
    return {};
  }
  return {
    ...(min === 0 ? {} : { minOffset: min }),
    ...(max === undefined ? {} : { maxOffset: max }),
  };
}
