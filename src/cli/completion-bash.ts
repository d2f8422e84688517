/** The completion script for bash(1). It needs no package of helper functions. */
import type { CommandModel, WordKind } from './completion-model.ts';

/** The script. */
export function bashScript(commands: readonly CommandModel[]): string {
  return `# Completion of command lines of tandem for bash. Made by "tandem completion bash".

# Offers the words of a list.
_tandem_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Offers files, or directories with -d.
_tandem_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

_tandem() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then
      command=\${COMP_WORDS[i]}
      break
    fi
  done

  # The value of an option.
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac

  if [[ $cur == -* ]]; then
    case $command in
    '') _tandem_words '--help --version' "$cur" ;;
${commands.map(optionCase).join('\n')}
    esac
    return
  fi

  case $command in
  '') _tandem_words '${commands.map(({ name }) => name).join(' ')}' "$cur" ;;
${commands.flatMap(argumentCase).join('\n')}
  esac
}

complete -F _tandem tandem
`;
}

function valueCases({ name, options }: CommandModel): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ names, value }) => {
      const patterns = names.map((one) => `'${name} ${one}'`).join(' | ');
      return `  ${patterns})\n    ${offer(value)}\n    return\n    ;;`;
    });
}

function optionCase({ name, options }: CommandModel): string {
  const names = options.flatMap((option) => option.names).join(' ');
  return `    ${name}) _tandem_words '${names}' "$cur" ;;`;
}

function argumentCase({ name, argument }: CommandModel): string[] {
  return argument.kind === 'none' ? [] : [`  ${name}) ${offer(argument)} ;;`];
}

function offer(kind: WordKind): string {
  switch (kind.kind) {
    case 'none':
      return ':';
    case 'files':
      return '_tandem_files -f "$cur"';
    case 'directories':
      return '_tandem_files -d "$cur"';
    case 'instances':
      return '_tandem_words "$(tandem complete-words instances 2>/dev/null)" "$cur"';
    case 'words':
      return `_tandem_words '${kind.words.join(' ')}' "$cur"`;
  }
}
