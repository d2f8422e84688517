/**
 * Reads the words of a statement by the argument specifications of its keyword. Types that take one
 * word are dispatched to their readers; types that take the rest of the line (scripts, lists, options,
 * hexadecimal text) are handled here and in `options.ts`.
 */
import type { ArgSpec, ArgType } from '../schema/keyword-table.ts';
import type { Statement, Token } from '../tree.ts';
import { readAddress, readPrefix, readRange } from './addresses.ts';
import { complain, type ReadPlace, shown } from './context.ts';
import { readNamed } from './named.ts';
import { readInteger, readMasked, readNumberRange, readPort, readTime } from './numbers.ts';
import { readOptions } from './options.ts';
import { readQuoted, readScript } from './script.ts';
import type { ArgsResult, HexValue, ListValue, Value } from './values.ts';
import { readBoolean, readEnum, readInterface, readMac, readWord } from './words.ts';

/** Reads `statement.words[from..]` by `specs`. */
export function readArgs(
  specs: readonly ArgSpec[],
  statement: Statement,
  from: number,
  place: ReadPlace,
): ArgsResult {
  const { words } = statement;
  const only = specs[0];
  if (only === undefined) return from === 1 ? NO_VALUES : { ...NO_VALUES, next: from };
  const single = specs.length === 1 && !takesRest(only.type) ? words[from] : undefined;
  if (single !== undefined) {
    const value = readWordOf(only.type, single, place);
    return { values: [value], usable: value !== undefined, missing: -1, next: from + 1 };
  }
  const values: (Value | undefined)[] = [];
  let usable = true;
  let next = from;
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i];
    if (spec === undefined) break;
    // A command that begins with a quote nobody closes has no word, but it is there.
    const isOpen = readsLineAgain(spec.type) && statement.unmatchedQuote >= 0;
    if (takesRest(spec.type) && (next < words.length || isOpen)) {
      const value = readRest(spec.type, statement, next, place);
      const mayBeEmpty = spec.optional === true && spec.type.kind === 'script';
      if (value === undefined && !mayBeEmpty && spec.dispensable !== true) usable = false;
      values.push(value);
      next = words.length;
      continue;
    }
    const token = words[next];
    if (token === undefined) {
      if (spec.optional !== true) return { values, usable: false, missing: i, next };
      values.push(spec.absent);
      continue;
    }
    const value = readWordOf(spec.type, token, place);
    if (value === undefined && spec.dispensable !== true) usable = false;
    values.push(value);
    next++;
  }
  return { values, usable, missing: -1, next };
}

/** What a keyword without arguments gives. */
const NO_VALUES: ArgsResult = { values: [], usable: true, missing: -1, next: 1 };

/** Reads one word; undefined when it is bad (and reported). */
export function readWordOf(type: ArgType, token: Token, place: ReadPlace): Value | undefined {
  switch (type.kind) {
    case 'integer':
      return readInteger(type, token, place);
    case 'time':
      return readTime(type, token, place);
    case 'enum':
      return readEnum(type, token, place);
    case 'boolean':
      return readBoolean(token, place);
    case 'word':
      return readWord(type, token, place);
    case 'address':
      return readAddress(type, token, place);
    case 'prefix':
      return readPrefix(type, token, place);
    case 'range':
      return readRange(token, place);
    case 'port':
      return readPort(type, token, place);
    case 'interface':
      return readInterface(type, token, place);
    case 'mac':
      return readMac(token, place);
    case 'number-range':
      return readNumberRange(type, token, place);
    case 'named':
      return readNamed(type, token, place);
    case 'masked':
      return readMasked(type, token, place);
    case 'script':
    case 'quoted':
    case 'hex':
    case 'list':
    case 'options':
      return undefined;
  }
}

/** True for types that take all remaining words of a line. */
export function takesRest(type: ArgType): boolean {
  return (
    readsLineAgain(type) || type.kind === 'hex' || type.kind === 'list' || type.kind === 'options'
  );
}

/** True for types that have quoting rules of their own. */
export function readsLineAgain(type: ArgType): boolean {
  return type.kind === 'script' || type.kind === 'quoted';
}

function readRest(
  type: ArgType,
  statement: Statement,
  from: number,
  place: ReadPlace,
): Value | undefined {
  switch (type.kind) {
    case 'script':
      return readScript(type, statement, from, place);
    case 'quoted':
      return readQuoted(statement, from, place);
    case 'hex':
      return readHex(type.wildcards === true, statement.words.slice(from), place);
    case 'options':
      return readOptions(type, statement.words, from, place, readWordOf);
    case 'list': {
      const items: Value[] = [];
      let bad = false;
      for (const token of statement.words.slice(from)) {
        const value = readWordOf(type.of, token, place);
        if (value === undefined) bad = true;
        else items.push(value);
      }
      const list: ListValue = { kind: 'list', items };
      return bad && type.allOrNothing === true ? undefined : list;
    }
    default:
      return undefined;
  }
}

/** Bytes of hexadecimal words; a digit standing alone is a byte. */
function readHex(
  wildcards: boolean,
  tokens: readonly Token[],
  place: ReadPlace,
): HexValue | undefined {
  const bytes: number[] = [];
  const masks: number[] = [];
  for (const token of tokens) {
    for (const part of token.text.split(/\s+/)) {
      for (let at = 0; at < part.length; at += 2) {
        const pair = part.slice(at, at + 2);
        const parsed = hexPair(pair, wildcards);
        if (parsed === undefined) {
          complain(
            place,
            'invalid-value',
            token,
            `${shown(place, token)} is not hexadecimal text`,
            {
              expected: wildcards
                ? 'pairs of hexadecimal digits, x for any digit'
                : 'pairs of hexadecimal digits',
            },
          );
          return undefined;
        }
        bytes.push(parsed.byte);
        masks.push(parsed.mask);
      }
    }
  }
  const [first] = tokens;
  if (bytes.length > 0 || first === undefined) return { kind: 'hex', bytes, masks };
  complain(place, 'invalid-value', first, `${shown(place, first)} holds no bytes`, {
    expected: 'pairs of hexadecimal digits',
  });
  return undefined;
}

function hexPair(
  pair: string,
  wildcards: boolean,
): { readonly byte: number; readonly mask: number } | undefined {
  const digits = pair.length === 1 ? `0${pair}` : pair;
  if (!(wildcards ? /^[0-9a-fx]{2}$/i : /^[0-9a-f]{2}$/i).test(digits)) return undefined;
  const byte = Number.parseInt(digits.replaceAll(/x/gi, '0'), 16);
  const mask = Number.parseInt(
    [...digits].map((digit) => (digit.toLowerCase() === 'x' ? '0' : 'f')).join(''),
    16,
  );
  return { byte, mask };
}
