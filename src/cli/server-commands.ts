/** The subcommand that orders something for real servers. */
import { Argument, type Command } from 'commander';
import { CONTROL_COMMANDS } from '../core/control/commands.ts';
import { SERVER_ACTIONS } from '../core/control/server-command.ts';
import { type RuntimeOptions, runtimeDirOption } from './options.ts';

interface ServerOptions extends RuntimeOptions {
  readonly service?: string;
  readonly timeout?: string;
}

/** Adds the command; it gives its exit status to `finish`. */
export function addServerCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('server')
    .description(CONTROL_COMMANDS.server.help)
    .addArgument(new Argument('<action>', 'what to order').choices(SERVER_ACTIONS))
    .argument('[words...]', 'the real server, ADDRESS or ADDRESS:PORT; the weight behind it')
    .option(
      '--service <name>',
      'only in this virtual server; without a real server: all of its servers',
    )
    .option('--timeout <time>', 'drain: cut what is left after this time, as 90, 90s, 10m or 2h')
    .addOption(runtimeDirOption())
    .addHelpText('after', SERVER_HELP)
    .action(async (action: string, words: readonly string[], options: ServerOptions) => {
      const { server } = await import('./server.ts');
      finish(await server(action, words, options));
    });
}

const SERVER_HELP = `
  drain        weight 0: connections go on and no new ones come; when none is left, out of the table
  maintenance  out of the table at once; checks go on and do not matter
  weight N     this weight instead of that of the configuration and the checks; a server that fails is out
  enable       back to what the configuration and the checks say

An order holds over reloads and restarts of Tandem until "enable", until the server leaves the
configuration, or until the host restarts. A server is ordered in all its virtual servers unless
--service names one, as tandem status shows it (tcp:192.0.2.1:80), as ADDRESS:PORT or as the file has it.
A server that is drained or in maintenance counts nothing for the quorum; another weight counts as it is.

  tandem server drain 10.0.1.1 --timeout 10m
  tandem server weight 10.0.1.1:80 5 --service 192.0.2.1:80
  tandem server enable --service tcp:192.0.2.1:80`;
