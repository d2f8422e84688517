/** The subcommands that ask the running Tandem. What they do stands in the table of control commands. */
import { type Command, Option } from 'commander';
import { CONTROL_COMMANDS, type CommandName } from '../core/control/commands.ts';
import {
  type ColorOptions,
  noColorOption,
  type RuntimeOptions,
  runtimeDirOption,
  wantsColor,
} from './options.ts';
import { addServerCommand } from './server-commands.ts';

/** Adds the commands; each gives its exit status to `finish`. */
export function addControlCommands(program: Command, finish: (status: number) => void): void {
  const add = (name: CommandName): Command =>
    program.command(name).description(CONTROL_COMMANDS[name].help);
  add('status')
    .option('--json', 'as JSON')
    .addOption(noColorOption())
    .addOption(runtimeDirOption())
    .action(async (options: StatusOptions) => {
      const { status } = await import('./status.ts');
      const { runtimeDir, json = false } = options;
      finish(await status({ runtimeDir, json, color: wantsColor(options) }));
    });
  add('reload')
    .option('--allow-empty', 'also when all instances or all virtual servers go')
    .addOption(runtimeDirOption())
    .action(async ({ runtimeDir, allowEmpty = false }: ReloadOptions) => {
      const { reload } = await import('./reload.ts');
      finish(await reload(runtimeDir, { allowEmpty }));
    });
  add('stop')
    .option('--keep-ipvs', 'leave the IPVS table: the next start adopts it')
    .addOption(
      new Option('--for-unit <unit>', 'keep the table if systemd restarts that unit').hideHelp(),
    )
    .addOption(runtimeDirOption())
    .action(async ({ runtimeDir, keepIpvs = false, forUnit: unit }: StopOptions) => {
      const { stop } = await import('./stop.ts');
      finish(await stop({ runtimeDir, keepIpvs, unit }));
    });
  program
    .command('restart')
    .description('stop and start again in the way it was started, without losing connections')
    .addOption(runtimeDirOption())
    .action(async ({ runtimeDir }: RuntimeOptions) => {
      const { restart } = await import('./restart.ts');
      finish(await restart(runtimeDir));
    });
  add('resign')
    .argument('<instance>')
    .addOption(runtimeDirOption())
    .action(async (instance: string, { runtimeDir }: RuntimeOptions) => {
      const { told } = await import('./told.ts');
      finish(await told({ command: 'resign', instance }, runtimeDir));
    });
  addServerCommand(program, finish);
  add('version')
    .addOption(runtimeDirOption())
    .action(async ({ runtimeDir }: RuntimeOptions) => {
      const { version } = await import('./version.ts');
      finish(await version(runtimeDir));
    });
}

interface StatusOptions extends RuntimeOptions, ColorOptions {
  readonly json?: boolean;
}

interface ReloadOptions extends RuntimeOptions {
  readonly allowEmpty?: boolean;
}

interface StopOptions extends RuntimeOptions {
  readonly keepIpvs?: boolean;
  readonly forUnit?: string;
}
