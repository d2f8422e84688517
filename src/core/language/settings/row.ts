/**
 * A row of a settings table: one field of the model, the keyword that sets it, how it is read where nothing else
 * has a say, and how `tandem plan` shows it. The builders read through the rows and the plan compares through them;
 * the compiler misses the row of a field that has none.
 */
import { type IpAddress, parseIp } from '../../base/address.ts';
import { exactSpanText } from '../../base/span-text.ts';
import { type Duration, microseconds, seconds } from '../../base/time.ts';
import type { CommandConfig } from '../../model/command.ts';
import { commandText } from '../../model/command.ts';
import type { Value } from '../typed/values.ts';

/** What the plan needs of a setting. */
export interface Shown<V> {
  /** The keyword in its block; empty where the header of the block or the model itself decides. */
  readonly keyword: string;
  /** What the plan calls it, where that is not the keyword. */
  readonly shown?: string;
  /** The value in words. Without it numbers and words are shown as they are, booleans as on and off. */
  readonly text?: (value: V) => string;
  /** What is special about a change. */
  readonly note?: string;
}

/** A setting that is read by its row alone. */
export interface ReadSetting<V> extends Shown<NonNullable<V>> {
  readonly kind: 'read';
  /** The keyword of `global_defs` that gives the default, where there is one. */
  readonly global?: string;
  /** Which word behind the keyword; the first by default. */
  readonly position?: number;
  /** The value that a word means; undefined for one of another kind. Absent words are undefined. */
  readonly meaning: (word: Value | undefined) => NonNullable<V> | undefined;
  /** Without the keyword; `like` another field of the same table that stands above this one. */
  readonly fallback: V | { readonly like: string };
}

/** A setting that its builder works out: from several keywords, with repairs, or from the header. */
export interface WorkSetting<V> extends Shown<V> {
  readonly kind: 'work';
}

/** A list that the plan compares element by element. */
export interface ListSetting<E> extends Shown<E> {
  readonly kind: 'list';
  /** What makes two elements the same one. */
  readonly identity?: (element: E) => string;
}

/** Settings that the model keeps together, each with a row of its own. */
export interface GroupSetting<V> {
  readonly kind: 'group';
  readonly fields: { readonly [F in keyof V]-?: AnySetting };
}

/** No setting: it says which object this is, or is compared as an object of its own. */
export interface HiddenSetting {
  readonly kind: 'hidden';
}

/** The row of a field of type `V`. */
export type Setting<V> =
  | ReadSetting<V>
  | WorkSetting<V>
  | HiddenSetting
  | (V extends readonly (infer E)[] ? ListSetting<E> : V extends object ? GroupSetting<V> : never);

/** Rows for all fields of a part of the model; those of `R` are read by their rows alone. */
export type Settings<M, R extends keyof M = never> = {
  readonly [F in keyof M]-?: F extends R ? ReadSetting<M[F]> : Setting<NonNullable<M[F]>>;
};

/** A row of any field, as the plan sees it. */
export type AnySetting =
  | (Shown<never> & { readonly kind: 'read'; readonly global?: string })
  | WorkSetting<never>
  | ListSetting<never>
  | HiddenSetting
  | { readonly kind: 'group'; readonly fields: AnySettings };

/** A table of any part. */
export type AnySettings = Readonly<Record<string, AnySetting>>;

/** The note of a setting that is read and kept, and that nothing acts on. */
export const NOT_YET = 'not in effect yet';

/** The note of a setting that is kept for the sake of `convert`, and means nothing here. */
export const NO_EFFECT = 'no effect';

/** No setting. */
export const HIDDEN: HiddenSetting = { kind: 'hidden' };

type More<V> = Partial<Omit<ReadSetting<V>, 'kind' | 'keyword' | 'meaning'>>;

/** A setting that is worked out by its builder. */
export function work<V>(
  keyword: string,
  text?: (value: V) => string,
  more: Partial<Shown<V>> = {},
): WorkSetting<V> {
  return { kind: 'work', keyword, ...(text === undefined ? {} : { text }), ...more };
}

/** A list. */
export function list<E>(
  keyword: string,
  text?: (element: E) => string,
  more: Partial<Omit<ListSetting<E>, 'kind'>> = {},
): ListSetting<E> {
  return { kind: 'list', keyword, ...(text === undefined ? {} : { text }), ...more };
}

/** Settings that the model keeps together. */
export function group<V>(fields: GroupSetting<V>['fields']): GroupSetting<V> {
  return { kind: 'group', fields };
}

/** A keyword that switches something on, with or without a word behind it; off by default. */
export function onOff(keyword: string, more: More<boolean> = {}): ReadSetting<boolean> {
  return { kind: 'read', keyword, meaning: isOn, fallback: false, ...more };
}

/** A keyword that switches off what the field of the model has on by default. */
export function offOn(keyword: string, more: More<boolean> = {}): ReadSetting<boolean> {
  const meaning = (word: Value | undefined): boolean => !isOn(word);
  return { kind: 'read', keyword, meaning, fallback: true, text: invertedText, ...more };
}

/** A number. */
export function whole(
  keyword: string,
  fallback: ReadSetting<number>['fallback'],
  more: More<number> = {},
): ReadSetting<number> {
  return { kind: 'read', keyword, meaning: numberOf, fallback, ...more };
}

/** A number that is absent without its keyword. */
export function maybeWhole(
  keyword: string,
  more: More<number | undefined> = {},
): ReadSetting<number | undefined> {
  return { kind: 'read', keyword, meaning: numberOf, fallback: undefined, ...more };
}

/** Several numbers, absent without the keyword. */
export function maybeNumbers(
  keyword: string,
  more: More<readonly number[] | undefined> = {},
): ReadSetting<readonly number[] | undefined> {
  const meaning = (found: Value | undefined): readonly number[] | undefined =>
    typeof found === 'object' && found.kind === 'list'
      ? found.items.filter((one) => typeof one === 'number')
      : undefined;
  return { kind: 'read', keyword, meaning, fallback: undefined, ...more };
}

/** A time. The typed tree has it in microseconds. */
export function time(
  keyword: string,
  fallback: ReadSetting<Duration>['fallback'],
  more: More<Duration> = {},
): ReadSetting<Duration> {
  const meaning = (word: Value | undefined): Duration | undefined =>
    typeof word === 'number' ? microseconds(word) : undefined;
  return { kind: 'read', keyword, meaning, fallback, text: exactSpanText, ...more };
}

/** A time that is written in whole seconds. */
export function wholeSeconds(
  keyword: string,
  fallback: ReadSetting<Duration>['fallback'],
  more: More<Duration> = {},
): ReadSetting<Duration> {
  const meaning = (word: Value | undefined): Duration | undefined =>
    typeof word === 'number' ? seconds(word) : undefined;
  return { kind: 'read', keyword, meaning, fallback, text: exactSpanText, ...more };
}

/** A time that is written in whole seconds, absent without its keyword. */
export function maybeSeconds(
  keyword: string,
  more: More<Duration | undefined> = {},
): ReadSetting<Duration | undefined> {
  const meaning = (word: Value | undefined): Duration | undefined =>
    typeof word === 'number' ? seconds(word) : undefined;
  return { kind: 'read', keyword, meaning, fallback: undefined, text: exactSpanText, ...more };
}

/** A time that is absent without its keyword. The typed tree has it in microseconds. */
export function maybeTime(
  keyword: string,
  more: More<Duration | undefined> = {},
): ReadSetting<Duration | undefined> {
  const meaning = (word: Value | undefined): Duration | undefined =>
    typeof word === 'number' ? microseconds(word) : undefined;
  return { kind: 'read', keyword, meaning, fallback: undefined, text: exactSpanText, ...more };
}

/** A word that is absent without its keyword. */
export function word(
  keyword: string,
  more: More<string | undefined> = {},
): ReadSetting<string | undefined> {
  const meaning = (found: Value | undefined): string | undefined =>
    typeof found === 'string' ? found : undefined;
  return { kind: 'read', keyword, meaning, fallback: undefined, ...more };
}

/** A word that is absent without its keyword; the keyword alone stands for another. */
export function wordOr(
  keyword: string,
  alone: string,
  more: More<string | undefined> = {},
): ReadSetting<string | undefined> {
  const meaning = (found: Value | undefined): string | undefined =>
    typeof found === 'string' ? found : alone;
  return { kind: 'read', keyword, meaning, fallback: undefined, ...more };
}

/** A switch that is absent without its keyword. */
export function maybeOnOff(
  keyword: string,
  more: More<boolean | undefined> = {},
): ReadSetting<boolean | undefined> {
  return { kind: 'read', keyword, meaning: isOn, fallback: undefined, ...more };
}

/** A command that is absent without its keyword. */
export function command(
  keyword: string,
  more: More<CommandConfig | undefined> = {},
): ReadSetting<CommandConfig | undefined> {
  return {
    kind: 'read',
    keyword,
    meaning: commandOf,
    fallback: undefined,
    text: commandText,
    ...more,
  };
}

/** The command that a word of a script keyword is; undefined for another kind of word. */
export function commandOf(found: Value | undefined): CommandConfig | undefined {
  if (typeof found !== 'object' || found.kind !== 'script') return undefined;
  const { argv, user, group } = found;
  return {
    argv,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  };
}

/** An address. */
export function address(
  keyword: string,
  fallback: IpAddress,
  more: More<IpAddress> = {},
): ReadSetting<IpAddress> {
  const meaning = (found: Value | undefined): IpAddress | undefined =>
    typeof found === 'string' ? parseIp(found) : undefined;
  return { kind: 'read', keyword, meaning, fallback, ...more };
}

/** off or on, for keywords that say the opposite of the model. */
export function invertedText(value: boolean): string {
  return value ? 'off' : 'on';
}

function isOn(found: Value | undefined): boolean {
  return found !== false;
}

function numberOf(found: Value | undefined): number | undefined {
  return typeof found === 'number' ? found : undefined;
}
