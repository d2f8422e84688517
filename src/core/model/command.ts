/** A program that the configuration names. */

/** The user that a command without one runs as, where there is a user of that name (keyword `script_user`). */
export const DEFAULT_SCRIPT_USER = 'keepalived_script';

/** A command and who it runs as. */
export interface CommandConfig {
  /** Program and arguments. */
  readonly argv: readonly string[];
  /** Absent: `script_user`, else the user `keepalived_script` where there is one, else root. */
  readonly user?: string;
  /** Absent: the user's. */
  readonly group?: string;
}

/** The command line and who runs it: `/bin/check -v as nobody:nogroup`. */
export function commandText({ argv, user, group }: CommandConfig): string {
  const who = user === undefined ? '' : ` as ${user}${group === undefined ? '' : `:${group}`}`;
  return `${argv.join(' ')}${who}`;
}
