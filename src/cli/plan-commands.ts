/** The subcommand about what a reload would do. */
import { type Command, Option } from 'commander';
import { DEFAULT_RUNTIME_DIR } from '../core/control/messages.ts';

interface PlanOptions {
  readonly against?: string;
  readonly runtimeDir: string;
  readonly configId?: string;
  readonly allConfig?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
  readonly color?: boolean;
}

/** Adds the command; it gives its exit status to `finish`. */
export function addPlanCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('plan')
    .description('show what a reload with a configuration would add, change and remove')
    .argument('[file]', 'default: /etc/keepalived/keepalived.conf, then /etc/tandem/tandem.conf')
    .option('--against <file>', 'compare with this configuration instead of the running one')
    .addOption(
      new Option('--runtime-dir <dir>', 'directory of the sockets of the running Tandem').default(
        DEFAULT_RUNTIME_DIR,
      ),
    )
    .option('-i, --config-id <id>', 'configuration id for @ lines')
    .option('-e, --all-config', 'every include must succeed')
    .option('--offline', 'without a look at the interfaces, programs and users of this host')
    .option('--json', 'the plan as JSON')
    .option('--detailed-exitcode', 'exit status 2 when something would change')
    .option('--no-color', 'no colours')
    .addHelpText('after', PLAN_HELP)
    .action(async (file: string | undefined, options: PlanOptions) => {
      const { plan } = await import('./plan.ts');
      finish(
        await plan({
          configFile: file,
          against: options.against,
          runtimeDir: options.runtimeDir,
          configId: options.configId,
          strictIncludes: options.allConfig === true,
          offline: options.offline === true,
          json: options.json === true,
          detailedExitCode: options.detailedExitcode === true,
          color: options.color === false ? false : undefined,
        }),
      );
    });
}

const PLAN_HELP = `
Nothing is changed. Exit status: 0, or 1 when a configuration is refused or no Tandem runs;
with --detailed-exitcode 0 when nothing would change and 2 when something would.`;
