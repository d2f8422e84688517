/**
 * The command line. Subcommands are ours; options without a subcommand, or a program named `keepalived`,
 * are read as keepalived reads them, so that its scripts and containers go on working.
 */
import { basename } from 'node:path';
import { Command, CommanderError } from 'commander';
import { VERSION } from '../daemon/frame/version.ts';
import { addConfigCommands } from './config-commands.ts';
import { addControlCommands } from './control-commands.ts';
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
  addControlCommands(program, finish);
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
