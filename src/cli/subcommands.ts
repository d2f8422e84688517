/** The subcommands but `run`, `ipvs` and `genhash`, with the rules of commander. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../daemon/frame/version.ts';
import { addConfigCommands } from './config-commands.ts';
import { addControlCommands } from './control-commands.ts';
import { addConvertCommands } from './convert-commands.ts';
import { addDirectorCommand } from './director-commands.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { tolerateClosedOutput } from './output.ts';
import { addPlanCommand } from './plan-commands.ts';
import { addRealServerCommand } from './realserver-commands.ts';

/** Carries the words behind the name of the program out; resolves with the exit status. */
export async function runProgram(args: readonly string[]): Promise<number> {
  tolerateClosedOutput();
  let exitStatus = EXIT_OK;
  const program = buildProgram((status) => {
    exitStatus = status;
  });
  if (args.length === 0) {
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
  program
    .command('ipvs')
    .description("ipvsadm's commands on the kernel's IPVS table: tandem ipvs --help")
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]');
  program
    .command('genhash')
    .description("the digest of a page, with genhash's options: tandem genhash --help")
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
  addRealServerCommand(program, finish);
  addDirectorCommand(program, finish);
  return program;
}
