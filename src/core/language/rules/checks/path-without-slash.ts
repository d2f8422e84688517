/** Rule: a path begins with a slash, because it is sent as it is. */
import type { HttpUrlConfig } from '../../../model/config.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';
import { hasUrl, urlsWith } from './urls.ts';

/** Reports paths that begin otherwise. A whole URL and `*` are left alone. */
export const PATH_WITHOUT_SLASH: Rule = {
  name: 'path-without-slash',
  reason: 'No slash is added: the server gets a malformed request and answers with an error',
  fix: 'Write the slash',
  concerns: hasUrl(isOdd),
  check: (input) => {
    for (const { typed, url } of urlsWith(input, isOdd)) {
      input.report({
        at: { typed: last(typed.block, 'path') ?? typed },
        message: `path "${url.path}" is sent without a leading slash`,
        suggestion: `write path /${url.path}`,
      });
    }
  },
};

function isOdd({ path }: HttpUrlConfig): boolean {
  return !path.startsWith('/') && path !== '*' && !/^https?:/.test(path);
}
