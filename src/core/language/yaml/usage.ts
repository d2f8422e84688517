/**
 * Names for the words behind a keyword, so that YAML maps can give them by key. They come from the
 * argument names of the tables, which are usage texts: capitals stand for a value, small letters for
 * themselves, brackets for what may be absent, ` | ` between alternatives: `ADDRESS [PORT] | fwmark N`
 * gives the keys `address`, `port` and `fwmark`.
 */
import type { ArgSpec, ArgType, OptionSpec } from '../schema/keyword-table.ts';

/** A word of a form: `literal` stands before the value when the key is a word of the language. */
export interface FormPart {
  readonly key: string;
  readonly literal: string | undefined;
  readonly optional: boolean;
  /** Type of the word, when the table gives one for just this word. */
  readonly type: ArgType | undefined;
}

/** One way of giving the words by name: the parts in the order of the line, then options in any order. */
export interface Form {
  readonly parts: readonly FormPart[];
  readonly options: readonly OptionSpec[];
}

/** The forms of a list of arguments; none when some mandatory word has no name. */
export function formsOf(args: readonly ArgSpec[]): readonly Form[] {
  const known = FORMS.get(args);
  if (known !== undefined) return known;
  const forms = computeForms(args);
  FORMS.set(args, forms);
  return forms;
}

/** Argument lists are few and never change. */
const FORMS = new Map<readonly ArgSpec[], readonly Form[]>();

/** All keys a form knows. */
export function keysOf(form: Form): readonly string[] {
  return [...form.parts.map((part) => part.key), ...form.options.map((option) => option.name)];
}

/** Names that say too little as a key. */
const KEY_NAMES: Readonly<Record<string, string>> = { IF: 'interface', ROUTE: '', RULE: '', N: '' };

function computeForms(args: readonly ArgSpec[]): readonly Form[] {
  const [first] = args;
  if (first === undefined) return [];
  if (first.name.includes(' | ')) {
    return first.name.split(' | ').flatMap((text) => alternative(text) ?? []);
  }
  if (first.type.kind === 'script') return [{ parts: scriptParts(first), options: [] }];
  const parts: FormPart[] = [];
  const options: OptionSpec[] = [];
  for (const spec of args) {
    if (spec.type.kind === 'options') {
      options.push(...spec.type.options.filter((option) => option.opensGroup !== true));
      for (const word of spec.type.positional ?? []) {
        const key = keyOf(word.name);
        const isTaken = options.some((option) => option.name === key);
        if (key !== undefined && !isTaken) parts.push(part(key, word));
        else if (word.optional !== true) return [];
      }
      continue;
    }
    const key = keyOf(spec.name);
    if (key !== undefined) parts.push(part(key, spec));
    else if (spec.optional !== true) return [];
  }
  const isOneWord = parts.length < 2 && options.length === 0;
  return isOneWord ? [] : [{ parts, options }];
}

function part(key: string, spec: ArgSpec): FormPart {
  return { key, literal: undefined, optional: spec.optional === true, type: spec.type };
}

/** `COMMAND [USER [GROUP]]`, or `COMMAND` alone, which needs no names. */
function scriptParts(spec: ArgSpec): FormPart[] {
  const names = spec.name.match(/[A-Z]+/g) ?? [];
  return names.map((name, index) => ({
    key: name.toLowerCase(),
    literal: undefined,
    optional: index > 0,
    type: undefined,
  }));
}

/** One alternative of a usage text: `ADDRESS [PORT]`, `fwmark N`; choices of small words have no key. */
function alternative(text: string): Form | undefined {
  const parts: FormPart[] = [];
  let literal: string | undefined;
  for (const word of text.split(' ')) {
    const optional = word.startsWith('[');
    const bare = word.replace(/^\[|\]$/g, '');
    if (/^[A-Z]+$/.test(bare)) {
      const key = literal ?? bare.toLowerCase();
      parts.push({ key, literal, optional, type: undefined });
      literal = undefined;
    } else if (/^[a-z]+$/.test(bare) && !optional) literal = bare;
    else if (!optional) return undefined;
  }
  return parts.length === 0 ? undefined : { parts, options: [] };
}

/** The key of a word of the name `ADDRESS` or `ADDRESS[/PREFIX]`; undefined when its name is no plain one. */
function keyOf(name: string): string | undefined {
  const plain = /^([A-Z]+)(\[\/[A-Z]+\])?$/.exec(name)?.[1];
  if (plain === undefined) return undefined;
  const key = KEY_NAMES[plain] ?? plain.toLowerCase();
  return key === '' ? undefined : key;
}
