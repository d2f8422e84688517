/** Argument types in words: what may be written, with ranges and units. One phrase for each type. */
import { CONFIG_LIMITS } from '../language/limits.ts';
import type {
  ArgSpec,
  ArgType,
  Fallback,
  IntegerType,
  NamedTable,
  OptionSpec,
  TimeType,
  WordType,
} from '../language/schema/keyword-table.ts';

/** What may be written for an argument, as a phrase. */
export function typeText(type: ArgType): string {
  switch (type.kind) {
    case 'integer':
      return integerText(type);
    case 'time':
      return timeText(type);
    case 'enum':
      return enumText(type.words, type.anyCase === true, type.fallback);
    case 'boolean':
      return 'on, yes, true, off, no or false; on without a word';
    case 'word':
      return wordText(type);
    case 'address':
      return addressText(type.family, type.multicast === true, type.words);
    case 'prefix':
      return `${addressText(type.family, false, type.words)}, with /LENGTH for a prefix`;
    case 'range':
      return `an address, ADDRESS-LAST, ADDRESS-ADDRESS or ADDRESS/LENGTH, of at most ${CONFIG_LIMITS.groupRange} addresses`;
    case 'port':
      return type.zeroIsAbsent === true
        ? 'a port from 1 to 65535; 0 is the same as none'
        : 'a port from 1 to 65535';
    case 'interface':
      return 'the name of an interface';
    case 'script':
      return type.noUser === true
        ? 'a command; with arguments, in quotes'
        : 'a command; with arguments, in quotes; behind it the user and the group to run as';
    case 'quoted':
      return 'one word with quotes and escapes as in commands';
    case 'mac':
      return 'a hardware address: six pairs of hexadecimal digits with colons';
    case 'hex':
      return type.wildcards === true
        ? 'pairs of hexadecimal digits, x for any digit'
        : 'pairs of hexadecimal digits';
    case 'options':
      return 'options in any order';
    case 'list':
      return `one or more of: ${typeText(type.of)}`;
    case 'number-range':
      return type.rangeOnly === true
        ? `a range N-M within ${type.min} to ${type.max}`
        : `numbers or ranges N-M from ${type.min} to ${type.max}`;
    case 'masked':
      return `a number from 0 to ${type.max}, with /MASK if wanted; also hexadecimal`;
    case 'named':
      return `${NAMED[type.table]}, by name or by number up to ${type.max}`;
  }
}

/** Arguments as in a line of syntax: optional ones in brackets. */
export function argsText(args: readonly ArgSpec[] | undefined): string {
  const whole = args?.find(isWholeSyntax);
  return (whole === undefined ? (args ?? []) : [whole])
    .map(({ name, optional }) => (optional === true && !name.startsWith('[') ? `[${name}]` : name))
    .join(' ');
}

/** True for an argument whose name says all forms of the line, those behind it included. */
export function isWholeSyntax({ name }: ArgSpec): boolean {
  return name.includes(' | ');
}

/** The options a line may hold, with those that belong to others. */
export function optionsOf(args: readonly ArgSpec[] | undefined): readonly OptionSpec[] {
  return (args ?? []).flatMap(({ type }) => (type.kind === 'options' ? type.options : []));
}

/** An option as it is written: `dev IF`. */
export function optionSyntax(option: OptionSpec): string {
  const names = [option.name, ...(option.aliases ?? [])].join('|');
  return `${names} ${argsText(option.args)}`.trimEnd();
}

const NAMED: Readonly<Record<NamedTable, string>> = {
  table: 'a routing table',
  scope: 'a scope',
  protocol: 'a routing protocol',
  tos: 'a type of service',
  realm: 'a realm',
  group: 'an interface group',
  ipproto: 'an IP protocol',
  pref: 'a preference',
};

/** Beyond this a limit is only that of the arithmetic. */
const PRACTICAL_MAX_S = 9_000_000_000;
const MICROSECONDS = { s: 1_000_000, ms: 1_000 } as const;

function integerText(type: IntegerType): string {
  const { min, max, anyBase, outside, below } = type;
  const bases = anyBase === true ? ', also hexadecimal (0x) or octal (0)' : '';
  const repaired = fallbackText(outside) ?? fallbackText(below);
  const repair = repaired === undefined ? '' : `; outside, ${repaired}`;
  return `a whole number from ${min} to ${max}${bases}${repair}`;
}

function fallbackText(fallback: Fallback | undefined): string | undefined {
  if (fallback === undefined || fallback === 'drop') return undefined;
  return fallback === 'clamp' ? 'the nearest of these is used' : `${fallback.use} is used`;
}

function timeText({ unit, decimals, minUs, maxUs }: TimeType): string {
  const per = MICROSECONDS[unit];
  const word = unit === 's' ? 'seconds' : 'milliseconds';
  const places =
    decimals === 0 ? '' : `, up to ${decimals} decimal place${decimals === 1 ? '' : 's'}`;
  const max = maxUs / 1_000_000 >= PRACTICAL_MAX_S ? ' up' : ` to ${plain(maxUs / per)}`;
  return `${word} from ${plain(minUs / per)}${max}${places}`;
}

/** A number without an exponent. */
function plain(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-4 ? value.toFixed(6) : String(value);
}

function enumText(
  words: readonly string[],
  anyCase: boolean,
  fallback: string | undefined,
): string {
  const all = words.length === 1 ? `the word ${words[0] ?? ''}` : `one of ${words.join(', ')}`;
  const otherwise = fallback === undefined ? '' : `; ${fallback} for any other word`;
  return `${all}${anyCase ? ', in any case' : ''}${otherwise}`;
}

function wordText({ maxLength, long, expected }: WordType): string {
  const what = expected ?? 'a word';
  if (maxLength === undefined) return what;
  return `${what} of at most ${maxLength} characters${long === 'cut' ? '; the rest is cut off' : ''}`;
}

function addressText(
  family: 'ipv4' | 'ipv6' | undefined,
  multicast: boolean,
  words: readonly string[] | undefined,
): string {
  const kind = { ipv4: 'an IPv4 ', ipv6: 'an IPv6 ' };
  const article = family === undefined ? (multicast ? 'a ' : 'an IP ') : kind[family];
  const others = words === undefined ? '' : `, or ${words.join(', ')}`;
  return `${article}${multicast ? 'multicast ' : ''}address${others}`;
}
