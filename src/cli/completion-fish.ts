/** The completion script for fish(1). */
import type { CommandModel, OptionModel, WordKind } from './completion-model.ts';

/** The script. */
export function fishScript(commands: readonly CommandModel[]): string {
  return `# Completion of command lines of tandem for fish. Made by "tandem completion fish".

complete -c tandem -f
complete -c tandem -n __fish_use_subcommand -l help -d 'print the help'
complete -c tandem -n __fish_use_subcommand -l version -d 'print the version'
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, description, options, argument }: CommandModel): string[] {
  const after = `complete -c tandem -n '__fish_seen_subcommand_from ${name}'`;
  return [
    '',
    `complete -c tandem -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...options.map((option) => `${after}${optionText(option)}`),
    ...(argument.kind === 'none' ? [] : [`${after}${values(argument)}`]),
  ];
}

function optionText({ names, description, takesValue, value }: OptionModel): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  const behind = takesValue ? ` -r${values(value)}` : '';
  return `${flags.join('')}${behind} -d ${quoted(description)}`;
}

function values(kind: WordKind): string {
  switch (kind.kind) {
    case 'none':
      return '';
    case 'files':
      return ' -F';
    case 'directories':
      return " -a '(__fish_complete_directories)'";
    case 'instances':
      return " -a '(tandem complete-words instances 2>/dev/null)'";
    case 'words':
      return ` -a ${quoted(kind.words.join(' '))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
