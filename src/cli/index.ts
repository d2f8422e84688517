/**
 * The command line. Subcommands are ours; options without a subcommand, or a program named `keepalived`,
 * are read as keepalived reads them, so that its scripts and containers go on working.
 */
import { basename } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_RUNTIME_DIR } from '../core/control/messages.ts';
import { VERSION } from '../daemon/frame/version.ts';
import { addConfigCommands } from './config-commands.ts';
import { addConvertCommands } from './convert-commands.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { tolerateClosedOutput } from './output.ts';
import { addPlanCommand } from './plan-commands.ts';

/** Where a program called `keepalived` writes its PID unless told otherwise. */
const KEEPALIVED_PID_FILE = '/run/keepalived.pid';

/** Carries a command line (as in `process.argv`) out; resolves with the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const [, program = '', ...args] = argv;
  const isKeepalived = basename(program) === 'keepalived';
  if (isKeepalived || isKeepalivedStyle(args)) {
    const { run } = await import('./run.ts');
    return run(args, {
      style: 'keepalived',
      pidFile: isKeepalived ? KEEPALIVED_PID_FILE : undefined,
    });
  }
  return runSubcommand(args);
}

/** Options first, but for the two that ask about the program as a whole. */
function isKeepalivedStyle(args: readonly string[]): boolean {
  const [first = ''] = args;
  return first.startsWith('-') && !['-h', '--help', '--version'].includes(first);
}

async function runSubcommand(args: readonly string[]): Promise<number> {
  // `run` has keepalived's options, which follow getopt's rules and not commander's.
  const [name, ...rest] = args;
  if (name === 'run') {
    const { run } = await import('./run.ts');
    return run(rest, { style: 'subcommand', pidFile: undefined });
  }
  if (name === 'help' && rest[0] === 'run') return runSubcommand(['run', '--help']);
  tolerateClosedOutput();
  let exitStatus = EXIT_OK;
  const program = buildProgram((status) => {
    exitStatus = status;
  });
  if (name === undefined) {
    program.outputHelp({ error: true });
    return EXIT_FAILED;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitStatus;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT_OK : EXIT_FAILED;
  }
}

/** The subcommands; each gives its exit status to `finish`. */
export function buildProgram(finish: (status: number) => void): Command {
  const program = new Command('tandem');
  program
    .description('High availability for Linux directors: VRRP, health checks and IPVS.')
    .helpCommand(false)
    .exitOverride()
    .version(VERSION, '--version', 'print the version');
  program
    .command('run')
    .description("run in the foreground, with keepalived's options: tandem run --help")
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]');
  addConfigCommands(program, finish);
  program
    .command('status')
    .description('show what the running Tandem knows')
    .option('--json', 'as JSON')
    .option('--no-color', 'no colours')
    .addOption(runtimeDirOption())
    .action(async (options: StatusOptions) => {
      const { status } = await import('./status.ts');
      finish(
        await status({
          runtimeDir: options.runtimeDir,
          json: options.json === true,
          color: options.color === false ? false : undefined,
        }),
      );
    });
  program
    .command('reload')
    .description('read the configuration again; exit status 1 when it is refused')
    .option('--allow-empty', 'also when all instances or all virtual servers go')
    .addOption(runtimeDirOption())
    .action(async (options: ReloadOptions) => {
      const { reload } = await import('./reload.ts');
      finish(await reload(options.runtimeDir, { allowEmpty: options.allowEmpty === true }));
    });
  program
    .command('stop')
    .description('stop the running Tandem in order, and wait until it is gone')
    .option('--keep-ipvs', 'leave the IPVS table: the next start adopts it')
    .addOption(
      new Option('--for-unit <unit>', 'keep the table if systemd restarts that unit').hideHelp(),
    )
    .addOption(runtimeDirOption())
    .action(async (options: StopCommandOptions) => {
      const { stop } = await import('./stop.ts');
      const { runtimeDir, keepIpvs = false, forUnit: unit } = options;
      finish(await stop({ runtimeDir, keepIpvs, unit }));
    });
  program
    .command('restart')
    .description('stop and start again in the way it was started, without losing connections')
    .addOption(runtimeDirOption())
    .action(async (options: RuntimeOptions) => {
      const { restart } = await import('./restart.ts');
      finish(await restart(options.runtimeDir));
    });
  program
    .command('resign')
    .description('give the mastership of an instance away')
    .argument('<instance>')
    .addOption(runtimeDirOption())
    .action(async (instance: string, options: RuntimeOptions) => {
      const { resign } = await import('./resign.ts');
      finish(await resign(options.runtimeDir, instance));
    });
  program
    .command('version')
    .description('print the version')
    .addOption(runtimeDirOption())
    .action(async (options: RuntimeOptions) => {
      const { version } = await import('./version.ts');
      finish(await version(options.runtimeDir));
    });
  program
    .command('help')
    .description('tell how a command is used')
    .argument('[command]')
    .action((wanted: string | undefined) => {
      const known = program.commands.find((command) => command.name() === wanted);
      if (wanted !== undefined && known === undefined) {
        program.error(`error: unknown command '${wanted}'`);
      }
      (known ?? program).outputHelp();
    });
  addConvertCommands(program, finish);
  addPlanCommand(program, finish);
  return program;
}

interface RuntimeOptions {
  readonly runtimeDir: string;
}

interface ReloadOptions extends RuntimeOptions {
  readonly allowEmpty?: boolean;
}

interface StopCommandOptions extends RuntimeOptions {
  readonly keepIpvs?: boolean;
  readonly forUnit?: string;
}

interface StatusOptions extends RuntimeOptions {
  readonly json?: boolean;
  readonly color?: boolean;
}

function runtimeDirOption(): Option {
  return new Option('--runtime-dir <dir>', 'directory of its sockets').default(DEFAULT_RUNTIME_DIR);
}
