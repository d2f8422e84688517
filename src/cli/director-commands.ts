/** The subcommand for a host that is a director. */
import { Argument, type Command } from 'commander';
import { type ColorOptions, configIdOption, noColorOption, wantsColor } from './options.ts';

interface DirectorOptions extends ColorOptions {
  readonly configId?: string;
  readonly json?: boolean;
}

/** Adds the command; it gives its exit status to `finish`. */
export function addDirectorCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('director')
    .description('tell which settings of this host hurt for a configuration, and what mends them')
    .addArgument(new Argument('<action>', 'what to do').choices(['check']))
    .argument('[file]', 'configuration; default: the file of a start')
    .addOption(configIdOption())
    .option('--json', 'the findings as JSON')
    .addOption(noColorOption())
    .addHelpText('after', HELP)
    .action(async (_action: 'check', file: string | undefined, options: DirectorOptions) => {
      const { checkDirector } = await import('./director.ts');
      const { configId, json = false } = options;
      finish(await checkDirector({ file, configId, json, color: wantsColor(options) }));
    });
}

const HELP = `
It looks at settings of the kernel, its modules, the firewall, and services that manage the network, as far as they matter
for the configuration, and changes nothing. Behind each finding stand the parts of the configuration that it matters for and
the command that mends it; at the end, what keeps that over restarts of the host.

WRONG hurts. A note may hurt, or would help: that is for a person to say. What is "not seen" could not be looked at, without
root for instance.
Exit status: 0 when nothing is wrong, 1 otherwise.`;
