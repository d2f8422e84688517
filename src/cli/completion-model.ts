/**
 * What can stand on a command line of Tandem, as data for completion scripts: taken from the commands as
 * they are registered, so that a new command or option completes without being named here.
 */
import type { Command, Option } from 'commander';
import { OWN_OPTIONS } from '../core/ipvsadm/help.ts';
import { SPELLINGS } from '../core/ipvsadm/options.ts';
import { allTables } from '../core/language/keywords/root.ts';
import { allCodes } from '../core/manual/code-doc.ts';
import { allWords } from '../core/manual/lookup.ts';
import { ownFactIds } from '../core/manual/page-facts.ts';
import { REASON_IDS } from '../core/vrrp/reasons.ts';
import { SHELLS } from './completion-shells.ts';
import { GENHASH_FLAGS } from './genhash-request.ts';
import { RUN_FLAGS } from './run-flags.ts';

/** What a word may be. */
export type WordKind =
  | { readonly kind: 'none' }
  | { readonly kind: 'files' }
  | { readonly kind: 'directories' }
  /** Names of instances of the running Tandem. */
  | { readonly kind: 'instances' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** An option of a command. */
export interface OptionModel {
  /** `-i`, `--config-id`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What follows it; `none` when nothing does. */
  readonly value: WordKind;
  readonly takesValue: boolean;
}

/** A command. */
export interface CommandModel {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionModel[];
  readonly argument: WordKind;
}

/** All commands that are not hidden, by name. */
export function completionModel(program: Command): readonly CommandModel[] {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name()).sort();
  return commands
    .map((command) => ({
      name: command.name(),
      description: command.description(),
      options: OTHER_RULES[command.name()]?.() ?? optionsOf(command),
      argument: argumentKind(command, names),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function argumentKind(command: Command, names: readonly string[]): WordKind {
  const first = command.registeredArguments[0];
  if (first?.argChoices !== undefined) return { kind: 'words', words: first.argChoices };
  const name = first?.name() ?? '';
  return name === 'command' ? { kind: 'words', words: names } : kindOf(name);
}

function optionsOf(command: Command): OptionModel[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      names: namesOf(option),
      description: option.description,
      takesValue: option.required || option.optional,
      value: valueKind(option),
    }));
}

function namesOf({ short, long }: Option): string[] {
  return [short, long].filter((name) => name !== undefined && name !== null);
}

function valueKind(option: Option): WordKind {
  if (option.argChoices !== undefined) return { kind: 'words', words: option.argChoices };
  return kindOf(/[<[]([\w-]+)/.exec(option.flags)?.[1] ?? '');
}

/** keepalived's options, which `tandem run` has: an attached value cannot be completed. */
function runOptions(): OptionModel[] {
  return RUN_FLAGS.filter(({ effect }) => effect !== 'refused').map(
    ({ short, long, help, value, argument }) => ({
      names: [
        ...(short === undefined ? [] : [`-${short}`]),
        ...(long === undefined ? [] : [`--${long}`]),
      ],
      description: help,
      takesValue: argument === 'required',
      value: argument === 'required' ? kindOf((value ?? '').toLowerCase()) : { kind: 'none' },
    }),
  );
}

/** ipvsadm's commands and options, which `tandem ipvs` has. */
function ipvsOptions(): OptionModel[] {
  const models = new Map<string, OptionModel>();
  for (const { letter, long, value, help } of [...SPELLINGS, ...OWN_OPTIONS]) {
    const known = models.get(long);
    const short = letter === undefined ? [] : [`-${letter}`];
    const takesValue = value !== undefined && !value.startsWith('[');
    models.set(long, {
      names: known === undefined ? [...short, `--${long}`] : [...short, ...known.names],
      description: known?.description ?? help,
      takesValue,
      value:
        value === 'master|backup'
          ? { kind: 'words', words: value.split('|') }
          : kindOf(value ?? ''),
    });
  }
  return [...models.values()];
}

/** Those of `tandem genhash`. */
function genhashOptions(): OptionModel[] {
  return GENHASH_FLAGS.map(({ short, long, value, help }) => ({
    names: [...(short === undefined ? [] : [`-${short}`]), `--${long}`],
    description: help,
    takesValue: value !== undefined,
    value:
      value === 'VERSION' ? { kind: 'words', words: ['1.0', '1.0c', '1.1'] } : { kind: 'none' },
  }));
}

/** Commands whose options are not registered with commander. */
const OTHER_RULES: Readonly<Record<string, () => OptionModel[]>> = {
  run: runOptions,
  ipvs: ipvsOptions,
  genhash: genhashOptions,
};

/** What a word is, by the name that help gives it. */
function kindOf(name: string): WordKind {
  switch (name) {
    case 'file':
    case 'files':
    case 'path':
      return { kind: 'files' };
    case 'dir':
    case 'directory':
      return { kind: 'directories' };
    case 'instance':
      return { kind: 'instances' };
    case 'word':
      return { kind: 'words', words: explainable() };
    case 'block':
      return { kind: 'words', words: blockNames() };
    case 'shell':
      return { kind: 'words', words: SHELLS };
    default:
      return { kind: 'none' };
  }
}

function blockNames(): readonly string[] {
  const names = allTables()
    .map(({ name }) => name)
    .filter((name) => name !== 'root');
  return [...names].sort();
}

/** Words that need no quoting in a shell. */
function explainable(): readonly string[] {
  const words = new Set([
    ...allWords(),
    ...blockNames(),
    ...allCodes(),
    ...REASON_IDS,
    ...ownFactIds(),
    'include',
  ]);
  return [...words].filter((word) => /^\w[\w.-]*$/.test(word)).sort();
}
