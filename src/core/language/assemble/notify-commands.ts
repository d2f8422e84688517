/** Reads the commands of notifications: those that may be run on this host, each with the user it runs as. */
import type { CommandConfig } from '../../model/command.ts';
import type { SettingsReader } from '../settings/read.ts';
import type { TypedBlock } from '../typed/values.ts';
import type { BuildContext } from './context.ts';

/** The notify settings of a block, as a part of its model; none when it says nothing. */
export function notifyOf<M extends object>(
  reader: SettingsReader<M, keyof M>,
  block: TypedBlock | undefined,
  context: BuildContext,
): { readonly notify?: M } {
  const notify = readCommands(reader, block, context);
  return Object.keys(notify).length === 0 ? {} : { notify: notify as M };
}

/** The settings of a block. A command that must not be run is left out, one without a user gets that of `script_user`. */
export function readCommands<M extends object, R extends keyof M>(
  reader: SettingsReader<M, R>,
  block: TypedBlock | undefined,
  { scriptUser, unusableScripts }: BuildContext,
): Pick<M, R> {
  const usable = block && {
    ...block,
    statements: block.statements.filter(({ values }) => !unusableScripts.has(values[0])),
  };
  const settings = reader.read(unusableScripts.size === 0 ? block : usable);
  if (scriptUser.user === undefined) return settings;
  const complete = (value: unknown): unknown => {
    if (isCommand(value)) return value.user === undefined ? { ...value, ...scriptUser } : value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, complete(inner)]),
    );
  };
  return complete(settings) as Pick<M, R>;
}

function isCommand(value: unknown): value is CommandConfig {
  return typeof value === 'object' && value !== null && 'argv' in value;
}
