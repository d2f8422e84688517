/** The subcommands about the YAML form of the configuration. */
import { type Command, Option } from 'commander';
import type { Form } from '../core/language/yaml/convert.ts';
import { configIdOption } from './options.ts';

/** Adds the commands; each gives its exit status to `finish`. */
export function addConvertCommands(program: Command, finish: (status: number) => void): void {
  addConvert(program, finish);
  program
    .command('schema')
    .description('print the JSON Schema of the YAML form, for editors')
    .action(async () => {
      const { schema } = await import('./schema.ts');
      finish(await schema());
    });
}

interface ConvertOptions {
  readonly to?: Form;
  readonly output?: string;
  readonly configId?: string;
}

function addConvert(program: Command, finish: (status: number) => void): void {
  program
    .command('convert')
    .description('write a configuration in its other form: keepalived.conf or YAML')
    .argument('<file>', 'YAML if its name ends in .yaml or .yml; - is standard input')
    .addOption(new Option('--to <form>', 'the form of the result').choices(['yaml', 'conf']))
    .option('-o, --output <file>', 'write this file instead of standard output')
    .addOption(configIdOption())
    .addHelpText('after', CONVERT_HELP)
    .action(async (file: string, options: ConvertOptions) => {
      const { convertFile } = await import('./convert.ts');
      finish(
        await convertFile({
          file,
          to: options.to,
          output: options.output,
          configId: options.configId,
        }),
      );
    });
}

const CONVERT_HELP = `
Comments stay. Definitions, includes, conditions and YAML aliases are carried out: the
result holds what they stand for. It is read again before it is written, and refused
unless it gives an equal configuration.`;
