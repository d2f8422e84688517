/**
 * Who tracked scripts run as: users and groups of `script_user` and of `vrrp_script` blocks have to exist.
 * A script without a usable user is dropped, as keepalived does.
 */
import { DEFAULT_SCRIPT_USER } from '../../model/command.ts';
import { lastLineOf, type Token, wordAt } from '../tree.ts';
import { all, last } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** Reports unknown users; blocks that lose theirs are added to `context.dropped`. */
export function checkScriptUsers(globals: TypedBlock | undefined, context: BuildContext): void {
  const [user, group] = last(globals, 'script_user')?.values ?? [];
  context.scriptUser = {
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof group === 'string' ? { group } : {}),
  };
  const { userExists } = context.host;
  if (userExists === undefined) return;
  const secure = last(globals, 'enable_script_security') !== undefined;
  context.defaultScriptUser = !secure || userExists(DEFAULT_SCRIPT_USER) ? 'exists' : 'none';
  for (const general of all(globals, 'script_user')) {
    if (usersExist(general, 'script_user', context)) context.defaultScriptUser = 'exists';
    else if (context.defaultScriptUser === 'none') context.defaultScriptUser = 'unknown';
  }
  const defaultWorks = context.defaultScriptUser === 'exists';
  for (const typed of context.root.statements) {
    if (typed.keyword.name !== 'vrrp_script' || context.dropped.has(typed)) continue;
    const own = last(typed.block, 'user');
    const works = own === undefined ? defaultWorks : usersExist(own, 'user', context);
    if (works) continue;
    context.dropped.set(typed, { why: 'it has no user to run as', cause: 'host' });
    atStatement(
      context,
      'block-dropped',
      typed.statement,
      `vrrp_script "${nameOf(typed)}" has no user to run as and is ignored`,
      {
        endLine: lastLineOf(typed.statement),
        cause: 'host',
        expected:
          own === undefined
            ? `script_user USER in global_defs, or a user "${DEFAULT_SCRIPT_USER}"`
            : 'a user that exists',
      },
    );
  }
}

/** Whether the user and group of a keyword exist; reports the one that does not. */
export function usersExist(typed: TypedStatement, keyword: string, context: BuildContext): boolean {
  const [user, group] = typed.values;
  const report = (token: Token, what: string): false => {
    atWord(
      context,
      'unknown-user',
      token,
      `${keyword}: there is no ${what} "${token.text}" on this host`,
    );
    return false;
  };
  if (typeof user === 'string' && context.host.userExists?.(user) === false) {
    return report(wordAt(typed.statement, 1), 'user');
  }
  const name = typeof group === 'string' ? group.replace(/^:/, '') : '';
  if (name !== '' && context.host.groupExists?.(name) === false)
    return report(wordAt(typed.statement, 2), 'group');
  return true;
}

function nameOf(typed: TypedStatement): string {
  const name = typed.values[0];
  return typeof name === 'string' ? name : '';
}
