/** Words of the language: plain words, words of a list, booleans, interface names, hardware addresses. */
import { type MacAddress, parseMac } from '../../base/address.ts';
import type { EnumType, InterfaceType, WordType } from '../schema/keyword-table.ts';
import { didYouMean } from '../spelling.ts';
import type { Token } from '../tree.ts';
import { complain, type ReadPlace, shown } from './context.ts';

/** A word within its length and pattern. */
export function readWord(type: WordType, token: Token, place: ReadPlace): string | undefined {
  const { text } = token;
  if (type.maxLength !== undefined && text.length > type.maxLength) {
    const cut = type.long === 'cut';
    const message = `${shown(place, token)} is longer than ${type.maxLength} characters${cut ? ' and is cut' : ''}`;
    complain(place, cut ? 'word-too-long' : 'invalid-value', token, message, {
      expected: `at most ${type.maxLength} characters`,
    });
    return cut ? text.slice(0, type.maxLength) : undefined;
  }
  if (type.pattern !== undefined && !new RegExp(type.pattern).test(text)) {
    const expected = type.expected ?? 'another form';
    complain(place, 'invalid-value', token, `${shown(place, token)} is not ${expected}`, {
      expected,
    });
    return undefined;
  }
  return text;
}

/** One of the listed words, in the spelling of the list. */
export function readEnum(type: EnumType, token: Token, place: ReadPlace): string | undefined {
  const { text } = token;
  if (type.words.includes(text)) return text;
  const folded = text.toLowerCase();
  const near = type.words.find((word) => word.toLowerCase() === folded);
  if (near !== undefined && type.anyCase === true) return near;
  const becomes = type.fallback === undefined ? '' : `; ${type.fallback} is used`;
  complain(place, 'invalid-word', token, `${shown(place, token)} is not known${becomes}`, {
    expected: listed(type.words),
    suggestion: meantWord(type, text.replace(/[;,.]+$/, '')),
  });
  return type.fallback;
}

/** A known synonym, or the nearest word. */
function meantWord(type: EnumType, text: string): string | undefined {
  const { meant = {} } = type;
  const key = text.toLowerCase().replaceAll('_', '-');
  const word = Object.hasOwn(meant, key) ? meant[key] : undefined;
  return word === undefined ? didYouMean(text, type.words) : `did you mean "${word}"?`;
}

/** `true on yes` or `false off no`; lower case only. */
export function readBoolean(token: Token, place: ReadPlace): boolean | undefined {
  switch (token.text) {
    case 'true':
    case 'on':
    case 'yes':
      return true;
    case 'false':
    case 'off':
    case 'no':
      return false;
    default:
      complain(place, 'invalid-word', token, `${shown(place, token)} is neither on nor off`, {
        expected: 'on, off, yes, no, true or false, in lower case',
        suggestion: didYouMean(token.text, ['true', 'on', 'yes', 'false', 'off', 'no']),
      });
      return undefined;
  }
}

/** The kernel's limit for interface names (`IFNAMSIZ` less the NUL). */
export const INTERFACE_NAME_MAX = 15;

/** The name of an interface; its existence is asked later, of the host. */
export function readInterface(
  type: InterfaceType,
  token: Token,
  place: ReadPlace,
): string | undefined {
  const { text } = token;
  const tooLong = text.length > INTERFACE_NAME_MAX;
  if (tooLong || text === '' || text === '.' || text === '..' || /[/\s<>${}%"'\\*?]/.test(text)) {
    const reason = tooLong
      ? `is longer than ${INTERFACE_NAME_MAX} characters`
      : 'cannot be the name of an interface';
    complain(place, 'invalid-interface', token, `${shown(place, token)} ${reason}`, {
      expected: 'the name of an interface',
      ...(type.exists === undefined && !tooLong ? { exit: 0 } : {}),
    });
    if (type.exists === undefined && !tooLong) return text;
    if (type.exists === 'error') place.context.badInterface = true;
    return undefined;
  }
  if (type.exists !== undefined)
    place.context.interfaces.push({ name: text, token, exists: type.exists });
  return text;
}

/** A hardware address. */
export function readMac(token: Token, place: ReadPlace): MacAddress | undefined {
  const mac = parseMac(token.text);
  if (mac === undefined) {
    complain(place, 'invalid-address', token, `${shown(place, token)} is not a hardware address`, {
      expected: 'six pairs of hexadecimal digits with colons',
    });
  }
  return mac;
}

/** `a, b or c`; long lists are cut. */
export function listed(words: readonly string[]): string {
  const some = words.slice(0, MAX_LISTED);
  if (words.length > some.length) return `${some.join(', ')}, ... (${words.length} words)`;
  const last = some.at(-1) ?? '';
  return some.length < 2 ? last : `${some.slice(0, -1).join(', ')} or ${last}`;
}

/** More words than this say nothing in a message. */
const MAX_LISTED = 24;
