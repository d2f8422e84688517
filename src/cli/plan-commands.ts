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
  readonly allowEmpty?: boolean;
  readonly detailedExitcode?: boolean;
  readonly color?: boolean;
}

/** Adds the command; it gives its exit status to `finish`. */
export function addPlanCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('plan')
    .description('show what a reload with a configuration would add, change and remove')
    .argument('[file]', 'default: the file of the running Tandem; without one that of a start')
    .option('--against <file>', 'compare with this configuration instead of the running one')
    .addOption(
      new Option('--runtime-dir <dir>', 'directory of the sockets of the running Tandem').default(
        DEFAULT_RUNTIME_DIR,
      ),
    )
    .option('-i, --config-id <id>', 'configuration id for @ lines; default: as it runs')
    .option('-e, --all-config', 'every include must succeed; default: as it runs')
    .option('--offline', 'without a look at the interfaces, programs and users of this host')
    .option('--allow-empty', 'as tandem reload --allow-empty would')
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
          strictIncludes: options.allConfig,
          offline: options.offline === true,
          allowEmpty: options.allowEmpty === true,
          json: options.json === true,
          detailedExitCode: options.detailedExitcode === true,
          color: options.color === false ? false : undefined,
        }),
      );
    });
}

const PLAN_HELP = `
Nothing is changed. What a reload would say about the file goes to standard error.
Exit status: 0 when the reload would be applied; that of tandem check when it would be refused (1 when
check has nothing against the file); 1 when no Tandem runs. With --detailed-exitcode: 0 when nothing would
change, 2 when something would, 1 when the reload would be refused.`;
