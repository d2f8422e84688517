/** The subcommand about what a reload would do. */
import type { Command } from 'commander';
import {
  addReadingOptions,
  type ColorOptions,
  noColorOption,
  type ReadingOptions,
  type RuntimeOptions,
  readingOf,
  runtimeDirOption,
  wantsColor,
} from './options.ts';

interface PlanOptions extends RuntimeOptions, ReadingOptions, ColorOptions {
  readonly against?: string;
  readonly json?: boolean;
  readonly allowEmpty?: boolean;
  readonly detailedExitcode?: boolean;
}

/** Adds the command; it gives its exit status to `finish`. */
export function addPlanCommand(program: Command, finish: (status: number) => void): void {
  const command = program
    .command('plan')
    .description('show what a reload with a configuration would add, change and remove')
    .argument('[file]', 'default: the file of the running Tandem; without one that of a start')
    .option('--against <file>', 'compare with this configuration instead of the running one')
    .addOption(runtimeDirOption());
  addReadingOptions(command, '; default: as it runs')
    .option('--allow-empty', 'as tandem reload --allow-empty would')
    .option('--json', 'the plan as JSON')
    .option('--detailed-exitcode', 'exit status 2 when something would change')
    .addOption(noColorOption())
    .addHelpText('after', PLAN_HELP)
    .action(async (file: string | undefined, options: PlanOptions) => {
      const { plan } = await import('./plan.ts');
      finish(
        await plan({
          configFile: file,
          against: options.against,
          runtimeDir: options.runtimeDir,
          ...readingOf(options),
          allowEmpty: options.allowEmpty === true,
          json: options.json === true,
          detailedExitCode: options.detailedExitcode === true,
          color: wantsColor(options),
        }),
      );
    });
}

const PLAN_HELP = `
Nothing is changed. What a reload would say about the file goes to standard error.
Exit status: 0 when the reload would be applied; that of tandem check when it would be refused (1 when
check has nothing against the file); 1 when no Tandem runs. With --detailed-exitcode: 0 when nothing would
change, 2 when something would, 1 when the reload would be refused.`;
