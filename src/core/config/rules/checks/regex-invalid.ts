/** Rule: a regular expression must compile, else its page always fails. */
import type { HttpUrlConfig } from '../../model.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';
import { hasUrl, urlsWith } from './urls.ts';

/** Reports patterns that cannot be compiled. */
export const REGEX_INVALID: Rule = {
  name: 'regex-invalid',
  reason: 'The pattern never matches, and the server is down for ever',
  fix: 'Correct the pattern; it is written in the syntax of ECMAScript',
  concerns: hasUrl(hasRegex),
  check: (input) => {
    for (const { typed, url } of urlsWith(input, hasRegex)) {
      const why =
        url.regex === undefined ? undefined : reasonOf(url.regex.pattern, url.regex.flags);
      if (why === undefined) continue;
      input.report({
        at: { typed: last(typed.block, 'regex') ?? typed },
        message: `the regular expression cannot be compiled: ${why}`,
        suggestion: 'correct the pattern',
      });
    }
  },
};

function reasonOf(pattern: string, flags: string): string | undefined {
  try {
    new RegExp(pattern, flags);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/: /, '') : 'it is malformed';
  }
}

function hasRegex({ regex }: HttpUrlConfig): boolean {
  return regex !== undefined;
}
