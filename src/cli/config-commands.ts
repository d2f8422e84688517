/** The subcommands about the configuration language: they read files, and need no running Tandem. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CheckFormat } from './check.ts';
import { SHELLS } from './completion-shells.ts';
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

/** Adds the commands; each gives its exit status to `finish`. */
export function addConfigCommands(program: Command, finish: (status: number) => void): void {
  addCheck(program, finish);
  addFmt(program, finish);
  addExplain(program, finish);
  addDocs(program, finish);
  addCompletion(program, finish);
}

interface CheckOptions extends ReadingOptions, ColorOptions {
  readonly json?: boolean;
  readonly format?: CheckFormat;
}

function addCheck(program: Command, finish: (status: number) => void): void {
  const command = program
    .command('check')
    .description('say what is wrong with a configuration, without running it')
    .argument(
      '[files...]',
      'default: /etc/keepalived/keepalived.conf, then /etc/tandem/tandem.conf',
    );
  addReadingOptions(command)
    .addOption(
      new Option('--format <format>', 'how findings are written')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .addOption(noColorOption())
    .addHelpText('after', CHECK_HELP)
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import('./check.ts');
      finish(
        await check({
          files,
          ...readingOf(options),
          strictIncludes: options.allConfig === true,
          format: options.json === true ? 'json' : (options.format ?? 'text'),
          color: wantsColor(options),
        }),
      );
    });
}

const CHECK_HELP = `
Exit status, as of keepalived -t: 0 nothing to complain about (advice and words that
are not supported yet do not count), 2 a mandatory word is missing, 4 this host lacks
something, 5 any other complaint, 6 script security or a strict include.`;

interface FmtOptions extends ColorOptions {
  readonly write?: boolean;
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly indent: number;
}

function addFmt(program: Command, finish: (status: number) => void): void {
  program
    .command('fmt')
    .description('lay configuration files out in the canonical way, comments kept')
    .argument('<files...>', 'files to format; - is standard input')
    .option(
      '-w, --write',
      'write the files instead of standard output, and name those that changed',
    )
    .option('--check', 'name the files that would change; exit status 1 if there are any')
    .option('--diff', 'show what would change')
    .option('--indent <blanks>', 'blanks for each level', indentOf, 4)
    .addOption(noColorOption())
    .action(async (files: readonly string[], options: FmtOptions) => {
      const { fmt } = await import('./fmt.ts');
      finish(
        await fmt({
          files,
          write: options.write === true,
          check: options.check === true,
          diff: options.diff === true,
          indent: options.indent,
          color: wantsColor(options),
        }),
      );
    });
}

function indentOf(text: string): number {
  if (!/^[0-8]$/.test(text)) throw new InvalidArgumentError('a number from 0 to 8.');
  return Number(text);
}

interface ExplainOptions extends ColorOptions {
  readonly in?: string;
}

function addExplain(program: Command, finish: (status: number) => void): void {
  program
    .command('explain')
    .description('tell what a keyword, a block, or the code of a finding, fact or reason means')
    .argument('[word]', 'a keyword, a block or a code; without it, what there is')
    .option('--in <block>', 'the keyword of this block only')
    .addOption(noColorOption())
    .action(async (word: string | undefined, options: ExplainOptions) => {
      const { explain } = await import('./explain.ts');
      finish(
        await explain({
          word,
          block: options.in,
          color: wantsColor(options),
        }),
      );
    });
}

interface DocsOptions {
  readonly write?: string;
  readonly check?: string;
}

function addDocs(program: Command, finish: (status: number) => void): void {
  program
    .command('docs')
    .description('write the reference documentation of the language')
    .option('--write <dir>', 'write its pages into this directory')
    .option('--check <dir>', 'exit status 1 unless the pages there are up to date')
    .action(async (options: DocsOptions) => {
      const { docs } = await import('./docs.ts');
      finish(await docs(options));
    });
}

function addCompletion(program: Command, finish: (status: number) => void): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .argument('<shell>', SHELLS.join(', '))
    .action(async (shell: string) => {
      const { completion } = await import('./completion.ts');
      finish(await completion(shell, program));
    });
  program
    .command('complete-words', { hidden: true })
    .argument('<what>')
    .addOption(runtimeDirOption())
    .action(async (what: string, options: RuntimeOptions) => {
      const { completeWords } = await import('./completion.ts');
      finish(await completeWords(what, options.runtimeDir));
    });
}
