/**
 * Numbers of the language: whole numbers in base 10 (some in any base), times with decimals, ports,
 * ranges and masked numbers. A number is a whole word; trailing text is an error, never ignored.
 */
import type {
  Fallback,
  IntegerType,
  MaskedType,
  NumberRangeType,
  PortType,
  TimeType,
} from '../schema/keyword-table.ts';
import type { Token } from '../tree.ts';
import { complain, type ReadPlace, shown } from './context.ts';
import type { MaskedValue, NumberRangeValue } from './values.ts';

/** A whole number in its range; a fallback or undefined when it is not. */
export function readInteger(type: IntegerType, token: Token, place: ReadPlace): number | undefined {
  const value = parseInteger(token.text, type.anyBase === true);
  const expected = `a whole number from ${type.min} to ${type.max}`;
  if (value === undefined) {
    const used = replacement(type.invalid, type, Number.NaN);
    complain(
      place,
      'invalid-number',
      token,
      `${shown(place, token)} is not a whole number${using(used)}`,
      { expected },
    );
    return used;
  }
  if (value >= type.min && value <= type.max) return value;
  const policy = value < type.min ? (type.below ?? type.outside) : type.outside;
  const used = replacement(policy, type, value);
  const code = used === undefined ? 'number-range' : 'number-repaired';
  complain(
    place,
    code,
    token,
    `${shown(place, token)} is outside ${type.min} to ${type.max}${using(used)}`,
    { expected },
  );
  return used;
}

/** A time in microseconds; a fallback or undefined when it is out of range or no number. */
export function readTime(type: TimeType, token: Token, place: ReadPlace): number | undefined {
  const perUnit = type.unit === 's' ? 1_000_000 : 1_000;
  const word = type.unit === 's' ? 'seconds' : 'milliseconds';
  const expected = `${word} from ${type.minUs / perUnit} to ${type.maxUs / perUnit}`;
  if (token.text.trim() === '' && type.minUs === 0) return 0;
  const match = /^([0-9]*)(?:\.([0-9]*))?$/.exec(token.text.trim());
  if (match === null || (match[1] === '' && (match[2] ?? '') === '')) {
    const unit = /^[0-9.]+ *(s|sec|seconds|ms|us|m|min)$/.test(token.text)
      ? `write the number of ${word} without a unit`
      : undefined;
    complain(place, 'invalid-number', token, `${shown(place, token)} is not a number of ${word}`, {
      expected,
      suggestion: unit,
    });
    return undefined;
  }
  const decimals = match[2] ?? '';
  const value = rounded(match[1] ?? '', decimals, type.decimals) * (perUnit / 10 ** type.decimals);
  if (decimals.length > type.decimals) {
    complain(
      place,
      'too-many-decimals',
      token,
      `${shown(place, token)} has more than ${type.decimals} decimal places and is rounded`,
      { expected },
    );
  }
  if (value >= type.minUs && value <= type.maxUs)
    return Math.min(Number.MAX_SAFE_INTEGER, Math.round(value));
  const used =
    value < type.minUs
      ? replacement(type.below, { min: type.minUs, max: type.maxUs }, value)
      : undefined;
  const code = used === undefined ? 'number-range' : 'number-repaired';
  const becomes = used === undefined ? '' : `; ${used / perUnit} is used`;
  complain(
    place,
    code,
    token,
    `${shown(place, token)} is outside ${type.minUs / perUnit} to ${type.maxUs / perUnit} ${word}${becomes}`,
    { expected },
  );
  return used;
}

/** A port; 0 stands for "no port" where zeros are allowed. */
export function readPort(type: PortType, token: Token, place: ReadPlace): number | undefined {
  const value = parseInteger(token.text, false);
  const expected = 'a port from 1 to 65535';
  if (value === undefined) {
    const suggestion = portHint(token.text);
    complain(place, 'invalid-number', token, `${shown(place, token)} is not a port number`, {
      expected,
      suggestion,
    });
    return undefined;
  }
  if (value === 0 && type.zeroIsAbsent === true) return 0;
  if (value >= 1 && value <= 65_535) return value;
  complain(place, 'number-range', token, `port ${token.text} is outside 1 to 65535`, { expected });
  return undefined;
}

/** What people mean when they write something else for a port. */
function portHint(text: string): string | undefined {
  if (/^[a-z][a-z0-9-]*$/.test(text)) return 'service names are not read; write the number';
  if (/^[0-9]+([,-][0-9]+)+$/.test(text))
    return 'there is one port to a line; a virtual_server_group takes a line for each';
  if (/^[0-9]+\/(tcp|udp)$/i.test(text)) return `write ${text.slice(0, text.indexOf('/'))}`;
  return undefined;
}

/** `N` or `N-M` inside the limits, M not below N. */
export function readNumberRange(
  type: NumberRangeType,
  token: Token,
  place: ReadPlace,
): NumberRangeValue | undefined {
  const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(token.text);
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from : Number(match[2]);
  const single = match?.[2] === undefined;
  const fits = match !== null && from >= type.min && to <= type.max && from <= to;
  if (fits && !(single && type.rangeOnly === true)) return { kind: 'number-range', from, to };
  const form = type.rangeOnly === true ? 'a range N-M' : 'a number or a range N-M';
  complain(
    place,
    'invalid-value',
    token,
    `${shown(place, token)} is not ${form} within ${type.min} to ${type.max}`,
    {
      expected: form,
      suggestion: single && fits ? `write ${token.text}-${token.text}` : undefined,
    },
  );
  return undefined;
}

/** `N` or `N/MASK` in any base. */
export function readMasked(
  type: MaskedType,
  token: Token,
  place: ReadPlace,
): MaskedValue | undefined {
  const [number = '', mask, ...more] = token.text.split('/');
  const value = parseInteger(number, true);
  const bits = mask === undefined ? undefined : parseInteger(mask, true);
  const inRange = (n: number | undefined): boolean => n !== undefined && n >= 0 && n <= type.max;
  if (
    value !== undefined &&
    inRange(value) &&
    more.length === 0 &&
    (mask === undefined || inRange(bits))
  ) {
    return { kind: 'masked', value, mask: bits };
  }
  complain(
    place,
    'invalid-number',
    token,
    `${shown(place, token)} is not a number or NUMBER/MASK`,
    {
      expected: `numbers from 0 to ${type.max}`,
    },
  );
  return undefined;
}

/** A whole number; with `anyBase` also 0x and octal. Blanks before it (in quotes) and an empty word (0) are allowed. */
export function parseInteger(text: string, anyBase: boolean): number | undefined {
  const plain = smallNumber(text);
  if (plain !== undefined && !(anyBase && text.length > 1 && text.startsWith('0'))) return plain;
  const trimmed = text.trimStart();
  if (trimmed === '') return 0;
  if (/^[+-]?[0-9]+$/.test(trimmed) && !(anyBase && /^[+-]?0[0-9]/.test(trimmed)))
    return Number(trimmed);
  if (!anyBase) return undefined;
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+))$/.exec(trimmed);
  if (match === null) return undefined;
  const value =
    match[2] === undefined ? Number.parseInt(match[3] ?? '', 8) : Number.parseInt(match[2], 16);
  return match[1] === '-' ? -value : value;
}

/** Up to nine digits without sign, read without a regular expression: nearly all numbers of real files. */
function smallNumber(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > 9) return undefined;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** `whole.decimals` in units of the last kept place, rounded half up. */
function rounded(whole: string, decimals: string, places: number): number {
  const kept = decimals.slice(0, places).padEnd(places, '0');
  const up = (decimals.charCodeAt(places) || 48) >= 53 ? 1 : 0;
  return Number(whole === '' ? '0' : whole) * 10 ** places + Number(kept === '' ? '0' : kept) + up;
}

function replacement(
  policy: Fallback | undefined,
  limits: { readonly min: number; readonly max: number },
  value: number,
): number | undefined {
  if (policy === undefined || policy === 'drop') return undefined;
  if (policy === 'clamp')
    return Number.isNaN(value) ? undefined : Math.min(limits.max, Math.max(limits.min, value));
  return policy.use;
}

function using(used: number | undefined): string {
  return used === undefined ? '' : `; ${used} is used`;
}
