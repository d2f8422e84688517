/** Who runs a program that the configuration names. */
import { DEFAULT_SCRIPT_USER } from '../../model/command.ts';
import type { HostFacts } from '../host.ts';
import { last, value } from './access.ts';
import type { ScriptUse } from './context.ts';
import type { TypedBlock, TypedStatement } from './values.ts';

/** Blocks that name a command and, with a keyword of its own, its user: what names the command. */
const SCRIPT_BLOCKS: ReadonlyMap<string, string> = new Map([
  ['vrrp_script', 'script'],
  ['MISC_CHECK', 'misc_path'],
]);

/** The blocks with a user of their own by their command, wherever they stand. */
export function scriptBlocks(root: TypedBlock): ReadonlyMap<object, TypedStatement> {
  const found = new Map<object, TypedStatement>();
  const look = (statements: readonly TypedStatement[]): void => {
    for (const typed of statements) {
      const names = SCRIPT_BLOCKS.get(typed.keyword.name);
      const script = names === undefined ? undefined : value(typed.block, names);
      if (typeof script === 'object') found.set(script, typed);
      look(typed.block?.statements ?? []);
    }
  };
  look(root.statements);
  return found;
}

/** The name of the user that a script runs as; `block` is the one that names it, if it has a user of its own. */
export function scriptUser(
  { script }: ScriptUse,
  block: TypedStatement | undefined,
  globals: TypedBlock | undefined,
  host: Pick<HostFacts, 'userExists'>,
): { readonly user: string; readonly group?: string } {
  if (script.user !== undefined) return named(script.user, script.group);
  const [user, group] = (last(block?.block, 'user') ?? last(globals, 'script_user'))?.values ?? [];
  if (typeof user === 'string') return named(user, typeof group === 'string' ? group : undefined);
  return { user: host.userExists?.(DEFAULT_SCRIPT_USER) === true ? DEFAULT_SCRIPT_USER : 'root' };
}

/** A colon before a group asks for more groups; alone it names none. */
function named(user: string, group: string | undefined): { user: string; group?: string } {
  const name = group?.replace(/^:/, '') ?? '';
  return name === '' ? { user } : { user, group: name };
}
