/**
 * Checks against the host: interfaces that do not exist, programs that cannot run, users that are
 * unknown, and the script-security switch. What is not known of the host is not checked.
 */

import { parseIp } from '../../base/address.ts';
import { DEFAULT_SCRIPT_USER } from '../../model/command.ts';
import { wordAt } from '../tree.ts';
import { bool, flag, last, text } from '../typed/access.ts';
import type { ScriptUse } from '../typed/context.ts';
import { scriptBlocks, scriptUser } from '../typed/script-users.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** Reports what the host lacks. */
export function checkHost(globals: TypedBlock | undefined, context: BuildContext): void {
  checkInterfaces(globals, context);
  checkScripts(globals, context);
  checkMailServer(globals, context);
}

/** A relay by name works only while names can be resolved, which is when nobody needs alerts. */
function checkMailServer(globals: TypedBlock | undefined, context: BuildContext): void {
  const typed = last(globals, 'smtp_server');
  const host = text(globals, 'smtp_server');
  if (
    typed === undefined ||
    host === undefined ||
    host === 'localhost' ||
    parseIp(host) !== undefined
  )
    return;
  const token = wordAt(typed.statement, 1);
  const resolves = context.host.resolves?.(host);
  if (resolves === false || (resolves === undefined && !/[a-z]/i.test(host))) {
    atWord(
      context,
      'invalid-address',
      token,
      `smtp_server "${host}" is no address and cannot be resolved`,
      {
        suggestion: 'write the address of the relay',
        ...(resolves === false ? { cause: 'host' } : {}),
      },
    );
    return;
  }
  atWord(
    context,
    'name-unresolved',
    wordAt(typed.statement, 1),
    `smtp_server "${host}" is a host name; alerts depend on resolving it`,
    {
      suggestion: 'write the address of the relay',
    },
  );
}

function checkInterfaces(globals: TypedBlock | undefined, context: BuildContext): void {
  const { interfaces } = context.host;
  if (interfaces === undefined) return;
  const dynamic = flag(globals, 'dynamic_interfaces');
  for (const { name, token, exists } of context.typing.interfaces) {
    if (interfaces.has(name)) continue;
    if (exists === 'fatal') {
      atWord(
        context,
        'interface-missing-fatal',
        token,
        `interface "${name}" does not exist on this host`,
      );
    } else if (!dynamic) {
      context.typing.badInterface = true;
      atWord(
        context,
        'interface-missing',
        token,
        `interface "${name}" does not exist on this host`,
        {
          suggestion:
            'if it will exist later, write dynamic_interfaces in global_defs; to check a file for another host, use tandem check --offline',
        },
      );
    }
  }
}

function checkScripts(globals: TypedBlock | undefined, context: BuildContext): void {
  const secure = flag(globals, 'enable_script_security');
  const keepSymlinks = bool(globals, 'use_symlink_paths') === true;
  const blocks = scriptBlocks(context.root);
  let reported = false;
  for (const use of context.typing.scripts) {
    const block = blocks.get(use.script);
    const { user } = scriptUser(use, block, globals, context.host);
    const asRoot = runsAsRoot(use, user, context);
    const why = whyNotRun(use, { secure, keepSymlinks, asRoot }, context);
    if (why !== undefined) {
      if (block !== undefined) context.dropped.set(block, { why, cause: 'host' });
      context.unusableScripts.add(use.script);
    }
    if (why !== undefined || secure || reported) continue;
    reported = true;
    atWord(
      context,
      'script-security',
      use.token,
      'scripts run as root without a check of who may change them',
      {
        suggestion: 'write enable_script_security and script_user USER in global_defs',
        ...(context.typing.badInterface ? { exit: 0 } : {}),
      },
    );
  }
}

/** Whether whoever can change the program is root by it. */
function runsAsRoot({ script }: ScriptUse, user: string, { host }: BuildContext): boolean {
  const isRoot = host.isRoot?.(user) ?? user === 'root';
  return isRoot || host.becomesRoot?.(script.argv[0] ?? '') === true;
}

/** How programs are judged. */
interface ScriptRules {
  readonly secure: boolean;
  readonly keepSymlinks: boolean;
  /** It runs as root: nobody else may be able to change it. */
  readonly asRoot: boolean;
}

/** Why keepalived would not run the script, which is reported; undefined when it would. */
function whyNotRun(
  use: ScriptUse,
  { secure, keepSymlinks, asRoot }: ScriptRules,
  context: BuildContext,
): string | undefined {
  const { script, token, missing, keyword, strict } = use;
  const program = script.argv[0] ?? '';
  if (program.startsWith('<')) return undefined;
  if (!hasUser(use, context)) {
    const why = 'there is no user to run it as';
    atWord(context, 'unknown-user', token, `${keyword}: ${why}; it is never run`, {
      expected: `script_user USER in global_defs, or a user "${DEFAULT_SCRIPT_USER}" on this host`,
    });
    return why;
  }
  const unknown = unknownUser(use, context);
  if (unknown !== undefined) {
    const why = `${unknown} does not exist on this host`;
    atWord(
      context,
      strict ? 'unknown-user' : 'script-missing-dropped',
      token,
      `${keyword}: ${why}; the script is never run`,
    );
    return why;
  }
  const state = context.host.program?.(program) ?? 'usable';
  if (state === 'usable') return undefined;
  if (state === 'insecure' && (!asRoot || (!secure && keepSymlinks))) return undefined;
  if (state === 'insecure-path' && (!asRoot || !secure)) return undefined;
  const complains = missing === 'error';
  if (state === 'insecure-path') {
    const why = `"${program}" is looked for in PATH, where others than root may put another one`;
    atWord(
      context,
      complains ? 'script-insecure' : 'script-missing-dropped',
      token,
      `${keyword}: ${why}; it is not run`,
      { suggestion: 'write the whole path of the program' },
    );
    return why;
  }
  if (state === 'insecure') {
    const isRun = !secure && !complains;
    const what = isRun ? 'runs as root all the same' : 'is not run';
    const why = `"${program}" may be changed by others than root`;
    atWord(
      context,
      complains ? 'script-insecure' : 'script-missing-dropped',
      token,
      `${keyword}: ${why} and ${what}`,
      { suggestion: weakStepHint(program, context) },
    );
    return isRun ? undefined : why;
  }
  const what = state === 'missing' ? 'does not exist or is not accessible' : 'is not executable';
  const why = `"${program}" ${what}`;
  atWord(
    context,
    complains ? 'script-missing' : 'script-missing-dropped',
    token,
    `${keyword}: ${why}; it is never run`,
  );
  return why;
}

/** Which step of the way is meant: often a directory above, and the program itself looks well. */
function weakStepHint(program: string, { host }: BuildContext): string | undefined {
  const step = host.weakStep?.(program);
  return step && `look at owner and mode of ${step}: only root may own it and write there`;
}

/**
 * Whether there is a user to run it as. One that the command names itself, or a `script_user` that does not exist,
 * has a finding of its own, and so have blocks with a keyword for their user.
 */
function hasUser({ script, ownsUser }: ScriptUse, context: BuildContext): boolean {
  return ownsUser || script.user !== undefined || context.defaultScriptUser !== 'none';
}

function unknownUser(use: ScriptUse, context: BuildContext): string | undefined {
  const { user, group } = use.script;
  if (user !== undefined && context.host.userExists?.(user) === false) return `user "${user}"`;
  if (group !== undefined && group !== ':' && context.host.groupExists?.(group) === false)
    return `group "${group}"`;
  return undefined;
}
