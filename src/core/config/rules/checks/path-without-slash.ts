/** Rule: a path begins with a slash, because it is sent as it is. */
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';
import { urlsOf } from './urls.ts';

/** Reports paths that begin otherwise. A whole URL and `*` are left alone. */
export const PATH_WITHOUT_SLASH: Rule = {
  name: 'path-without-slash',
  reason: 'No slash is added: the server gets a malformed request and answers with an error',
  fix: 'Write the slash',
  check: (input) => {
    for (const { typed, url } of urlsOf(input)) {
      if (/^(\/|\*$|https?:)/.test(url.path)) continue;
      input.report({
        at: { typed: last(typed.block, 'path') ?? typed },
        message: `path "${url.path}" is sent without a leading slash`,
        suggestion: `write path /${url.path}`,
      });
    }
  },
};
