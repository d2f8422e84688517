/** The subcommand for a host that is a real server. */
import { Argument, type Command, Option } from 'commander';
import { type ColorOptions, configIdOption, noColorOption, wantsColor } from './options.ts';

type Action = 'setup' | 'check' | 'undo';

interface RealServerOptions extends ColorOptions {
  readonly configId?: string;
  readonly vip?: readonly string[];
  readonly mode?: 'dr' | 'tun' | 'nat';
  readonly server?: string;
  readonly print?: boolean;
  readonly json?: boolean;
  readonly recordDir: string;
}

/** Adds the command; it gives its exit status to `finish`. */
export function addRealServerCommand(program: Command, finish: (status: number) => void): void {
  const command = program.command('realserver');
  command
    .description('make this host a real server (direct routing, tunnels, NAT), or check it')
    .addArgument(new Argument('<action>', 'what to do').choices(['setup', 'check', 'undo']))
    .argument('[file]', 'configuration of the director; default: the file of a start')
    .option('--vip <address...>', 'virtual addresses, instead of a configuration')
    .addOption(
      new Option('--mode <mode>', 'with --vip: how packets come to this host; default: dr').choices(
        ['dr', 'tun', 'nat'],
      ),
    )
    .option('--server <address>', 'address of the real server; default: those of this host')
    .addOption(configIdOption())
    .option('--print', 'setup: print the commands for a shell instead of running them')
    .option('--json', 'check: the findings as JSON')
    // Not that of a running Tandem, which a stop may remove.
    .addOption(
      new Option('--record-dir <dir>', 'where it is kept what setup changed').default(
        '/run/tandem-realserver',
      ),
    )
    .addOption(noColorOption())
    .addHelpText('after', HELP)
    .action(async (action: Action, file: string | undefined, options: RealServerOptions) => {
      if (options.print === true && action !== 'setup') {
        command.error('error: --print goes with setup');
      }
      if (options.json === true && action !== 'check')
        command.error('error: --json goes with check');
      const { checkRealServer, setUpRealServer, undoRealServer } = await import('./realserver.ts');
      const { configId, vip, mode, server, recordDir, print = false, json = false } = options;
      const color = wantsColor(options);
      const what = { file, configId, vip, mode, server, recordDir, color };
      if (action === 'undo') finish(await undoRealServer(recordDir));
      else if (action === 'setup') finish(await setUpRealServer({ ...what, print }));
      else finish(await checkRealServer({ ...what, json }));
    });
}

const HELP = `
setup  gives this host what it needs; what is right stays as it is. Direct routing: arp_ignore and arp_announce,
       then the virtual addresses on lo. Tunnels: also the device that takes them, and its rp_filter. NAT:
       nothing; it is checked that answers go back through the director. What an earlier setup changed and is
       not needed any more is taken back.
check  tells what is missing, and changes nothing. What cannot be told from this host, such as whether a gateway
       is the director, is a note and does not count.
undo   takes back what setup changed since the host was started, and nothing else.

For another host: tandem realserver setup director.conf --server 10.0.0.7 --print
Exit status: 0 when nothing is missing (any more), 1 otherwise.`;
