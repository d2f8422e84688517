/** Rule: a regular expression must be one that the engine takes, else its page always fails. */
import type { HttpUrlConfig } from '../../../model/config.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';
import { hasUrl, urlsWith } from './urls.ts';

/** Reports patterns that cannot be used: malformed ones, and those with what only PCRE has. */
export const REGEX_INVALID: Rule = {
  name: 'regex-invalid',
  reason:
    'The page never passes, and the server is down for ever. The engine is RE2, whose time is linear in the text whatever a server sends; it lacks look-around, back-references, atomic groups, possessive quantifiers, conditions and recursion of PCRE',
  fix: 'Correct the pattern, or write it without them; regex_no_match often replaces a negative look-ahead',
  concerns: hasUrl(hasRegex),
  check: (input) => {
    for (const { typed, url } of urlsWith(input, hasRegex)) {
      if (url.regex === undefined) continue;
      const why = input.regexProblem?.(url.regex.pattern, url.regex.flags);
      if (why === undefined) continue;
      input.report({
        at: { typed: last(typed.block, 'regex') ?? typed },
        message: `the regular expression cannot be used: ${why}`,
        suggestion: 'correct the pattern; until then the server stays down',
      });
    }
  },
};

function hasRegex({ regex }: HttpUrlConfig): boolean {
  return regex !== undefined;
}
