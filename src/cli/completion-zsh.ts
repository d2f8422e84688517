/** The completion script for zsh(1), for a directory of $fpath. */
import type { CommandModel, OptionModel, WordKind } from './completion-model.ts';

/** The script. */
export function zshScript(commands: readonly CommandModel[]): string {
  const described = commands.map(
    ({ name, description }) => `    ${quoted(`${name}:${description}`)}`,
  );
  return `#compdef tandem
# Completion of command lines of tandem for zsh. Made by "tandem completion zsh".

_tandem_instances() {
  local -a names
  names=(\${(f)"$(tandem complete-words instances 2>/dev/null)"})
  compadd -a names
}

_tandem() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments '--help' '--version'
    return
  fi
  case $words[2] in
${commands.map(commandCase).join('\n')}
  esac
}

_tandem "$@"
`;
}

function commandCase({ name, options, argument }: CommandModel): string {
  const specs = [...options.flatMap(optionSpecs), `'*:argument:${action(argument)}'`];
  return `  ${name})\n    shift words\n    (( CURRENT-- ))\n    _arguments \\\n${specs.map((spec) => `      ${spec}`).join(' \\\n')}\n    ;;`;
}

function optionSpecs({ names, description, takesValue, value }: OptionModel): string[] {
  const text = description.replaceAll(/[[\]:]/g, '\\$&');
  const behind = takesValue ? `:value:${action(value)}` : '';
  return names.map((name) => quoted(`${name}[${text}]${behind}`));
}

function action(kind: WordKind): string {
  switch (kind.kind) {
    case 'none':
      return ' ';
    case 'files':
      return '_files';
    case 'directories':
      return '_files -/';
    case 'instances':
      return '_tandem_instances';
    case 'words':
      return `(${kind.words.join(' ')})`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
