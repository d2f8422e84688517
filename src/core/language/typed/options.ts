/**
 * Options of a line: named words with or without values, in any order, and words without a name. Many
 * lines of the language have this form: addresses, peers, trackers, routes, the LVS sync daemon, VMACs.
 */
import type { ArgType, OptionSpec, OptionsType } from '../schema/keyword-table.ts';
import { didYouMean } from '../spelling.ts';
import { afterToken, type Token } from '../tree.ts';
import { complain, type ReadPlace, shown } from './context.ts';
import type { GivenOption, OptionsValue, Value } from './values.ts';
import { listed } from './words.ts';

/** Reads one word by its type. */
type WordReader = (type: ArgType, token: Token, place: ReadPlace) => Value | undefined;

/** Reads `words[from..]`; undefined when something makes the whole entry unusable. */
export function readOptions(
  type: OptionsType,
  words: readonly Token[],
  from: number,
  place: ReadPlace,
  readWord: WordReader,
): OptionsValue | undefined {
  const given: GivenOption[] = [];
  const positional: (Value | undefined)[] = [];
  const seen = new Set<string>();
  let dropped = false;
  let at = from;
  while (at < words.length) {
    const token = words[at];
    if (token === undefined) break;
    at++;
    const option = findOption(type, token.text);
    if (option === undefined) {
      const spec = type.positional?.[positional.length];
      if (spec === undefined) {
        if (type.unknown === 'ignore') continue;
        const drops =
          type.unknown !== 'skip' || (given.length === 0 && type.unknownFirst === 'drop');
        reportUnknown(type, token, place, drops);
        dropped ||= drops;
      } else {
        const value = readWord(spec.type, token, place);
        positional.push(value);
        dropped ||= value === undefined && spec.optional !== true;
      }
      continue;
    }
    if (option.opensGroup === true) seen.clear();
    const result = readOption(option, token, words, at, place, readWord);
    at = result.next;
    const isPlain = (option.args ?? []).length === 0 && option.twice === undefined;
    if (
      seen.has(option.name) &&
      option.repeatable !== true &&
      option.opensGroup !== true &&
      !isPlain
    ) {
      const policy = option.twice ?? 'complain';
      if (policy !== 'last')
        complain(place, 'duplicate-option', token, `"${option.name}" comes twice`);
      dropped ||= policy === 'entry';
      if (policy === 'complain') continue;
    }
    seen.add(option.name);
    if (result.option !== undefined) given.push(result.option);
    else dropped ||= option.bad === 'entry';
  }
  dropped = isLacking(type, positional.length, words, from, place) || dropped;
  return dropped ? undefined : { kind: 'options', given, positional };
}

function readOption(
  option: OptionSpec,
  token: Token,
  words: readonly Token[],
  from: number,
  place: ReadPlace,
  readWord: WordReader,
): { readonly option: GivenOption | undefined; readonly next: number } {
  const inner: ReadPlace = { ...place, name: `${place.name} ${option.name}` };
  if (option.deprecated !== undefined) {
    complain(place, 'deprecated-keyword', token, `"${token.text}" is deprecated`, {
      suggestion: `use ${option.deprecated}`,
    });
  }
  const values: (Value | undefined)[] = [];
  let next = from;
  let good = true;
  for (const spec of option.args ?? []) {
    const word = words[next];
    if (word === undefined) {
      if (spec.optional === true) {
        values.push(spec.absent);
        continue;
      }
      const code = option.missing === 'refused' ? 'missing-word' : 'missing-value';
      const last = words[next - 1] ?? token;
      complain(inner, code, last, `needs ${spec.name}`, afterToken(last));
      return { option: undefined, next };
    }
    if (spec.optional === true && !fits(spec.type, word.text)) {
      values.push(spec.absent);
      continue;
    }
    const value = readWord(spec.type, word, inner);
    good &&= value !== undefined;
    values.push(value);
    next++;
  }
  const nested = typeof values[0] === 'string' ? option.nested?.[values[0]] : undefined;
  const inside: GivenOption[] = [];
  while (nested !== undefined && next < words.length) {
    const word = words[next];
    const spec = nested.find((one) => one.name === word?.text);
    if (word === undefined || spec === undefined) break;
    const result = readOption(spec, word, words, next + 1, inner, readWord);
    good &&= result.option !== undefined;
    if (result.option !== undefined) inside.push(result.option);
    next = result.next;
  }
  const isLater = option.effect === 'not-supported-yet' && place.context.quiet === 0;
  if (isLater && !place.context.notInEffect.has(inner.name)) {
    place.context.notInEffect.set(inner.name, token);
  }
  if (!good) return { option: undefined, next };
  const found: GivenOption = { name: option.name, values, token };
  return { option: nested === undefined ? found : { ...found, inner: inside }, next };
}

/** Whether an optional word belongs to the option: a word of its list, else anything. */
function fits(type: ArgType, text: string): boolean {
  if (type.kind === 'enum') return type.words.includes(text);
  if (type.kind === 'integer') return /^[0-9]/.test(text);
  if (type.kind === 'word' && type.pattern !== undefined)
    return new RegExp(type.pattern).test(text);
  return true;
}

function findOption(type: OptionsType, name: string): OptionSpec | undefined {
  return type.options.find(
    (option) => option.name === name || option.aliases?.includes(name) === true,
  );
}

/** Reports a mandatory word without a name that is not there. */
function isLacking(
  type: OptionsType,
  given: number,
  words: readonly Token[],
  from: number,
  place: ReadPlace,
): boolean {
  const spec = type.positional?.[given];
  const last = words.at(-1) ?? words[from - 1];
  if (spec === undefined || spec.optional === true || last === undefined) return false;
  complain(place, 'missing-value', last, `needs ${spec.name}`, afterToken(last));
  return true;
}

function reportUnknown(type: OptionsType, token: Token, place: ReadPlace, drops: boolean): void {
  const names = type.options.flatMap((option) => [option.name, ...(option.aliases ?? [])]);
  const code = drops ? 'unknown-option' : 'unknown-option-ignored';
  const whole = type.unknown === 'drop-options' ? 'all options are' : 'the line is';
  const effect = drops ? `${whole} left out` : 'it is passed over';
  complain(place, code, token, `${shown(place, token)} is not known here; ${effect}`, {
    expected: names.length === 0 ? 'nothing more on this line' : listed(names),
    suggestion: didYouMean(token.text, names),
  });
}
