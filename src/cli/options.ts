/** Options that several subcommands have: one spelling and one description each. */
import { type Command, Option } from 'commander';
import { DEFAULT_RUNTIME_DIR } from '../core/control/messages.ts';

/** Of a command that asks the running Tandem. */
export interface RuntimeOptions {
  readonly runtimeDir: string;
}

/** `--runtime-dir`. */
export function runtimeDirOption(): Option {
  return new Option(
    '--runtime-dir <dir>',
    'directory of the sockets of the running Tandem',
  ).default(DEFAULT_RUNTIME_DIR);
}

/** Of a command that writes for people. */
export interface ColorOptions {
  readonly color?: boolean;
}

/** `--no-color`. */
export function noColorOption(): Option {
  return new Option('--no-color', 'no colours');
}

/** Whether to write colours; undefined: on a terminal. The option can only turn them off. */
export function wantsColor({ color }: ColorOptions): boolean | undefined {
  return color === false ? false : undefined;
}

/** Of a command that reads a configuration. */
export interface ReadingOptions {
  readonly configId?: string;
  readonly allConfig?: boolean;
  readonly offline?: boolean;
}

/** Adds them; `otherwise` says what holds without those that have no default of their own. */
export function addReadingOptions(command: Command, otherwise: string = ''): Command {
  return command
    .addOption(configIdOption(otherwise))
    .addOption(new Option('-e, --all-config', `every include must succeed${otherwise}`))
    .addOption(
      new Option('--offline', 'without a look at the interfaces, programs and users of this host'),
    );
}

/** The same for those who read; `strictIncludes` is undefined where nothing is said. */
export function readingOf({ configId, allConfig, offline }: ReadingOptions): {
  readonly configId: string | undefined;
  readonly strictIncludes: boolean | undefined;
  readonly offline: boolean;
} {
  return { configId, strictIncludes: allConfig, offline: offline === true };
}

/** `--config-id`; `otherwise` says what holds without it. */
export function configIdOption(otherwise: string = ''): Option {
  return new Option('-i, --config-id <id>', `configuration id for @ lines${otherwise}`);
}
