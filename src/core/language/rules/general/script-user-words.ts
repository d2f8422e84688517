/** Rule: arguments belong into the quotes of the command; the words behind it are a user and a group. */
import type { Rule } from '../rule.ts';

/** What useradd accepts, and numbers. */
const NAME = /^([a-z_][a-z0-9_-]*\$?|[0-9]+)$/;

/** Reports user and group words that cannot be names, and all words that are states of VRRP. */
export const SCRIPT_USER_WORDS: Rule = {
  name: 'script-user-words',
  reason: 'The command runs without its arguments, or never, because there is no such user',
  fix: 'Quote the command together with its arguments',
  check: ({ scripts, host, report }) => {
    for (const { keyword, script, token } of scripts) {
      const { user, group } = script;
      const words = [user, group === ':' ? undefined : group?.replace(/^:/, '')];
      const odd = words.find((word) => word !== undefined && !NAME.test(word));
      // On a host whose users are known, an unknown one has been reported already.
      const isKnown = user !== undefined && host.userExists?.(user) === false;
      if (odd === undefined || isKnown) continue;
      report({
        at: { token },
        message: `${keyword}: "${odd}" is taken for the user or group to run as, not for an argument`,
        suggestion: `write ${keyword} "${script.command} ${words.filter((word) => word !== undefined).join(' ')}"`,
      });
    }
  },
};
