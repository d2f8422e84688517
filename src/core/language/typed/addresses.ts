/** Addresses of the language: plain, with a prefix, and ranges. Host names are never addresses. */
import {
  type IpAddress,
  ipFamily,
  isMulticast,
  maxPrefixLength,
  parseIp,
} from '../../base/address.ts';
import { addressNumber } from '../../base/address-range.ts';
import { CONFIG_LIMITS } from '../limits.ts';
import type { AddressType, PrefixType } from '../schema/keyword-table.ts';
import type { Token } from '../tree.ts';
import { complain, type ReadPlace, shown } from './context.ts';
import { parseInteger } from './numbers.ts';
import type { PrefixValue, RangeValue } from './values.ts';

/** An address in canonical text, of the wanted kind. */
export function readAddress(type: AddressType, token: Token, place: ReadPlace): string | undefined {
  let { text } = token;
  if (type.words?.includes(text) === true) return text;
  const suffix = type.cutSuffix === true ? text.search(/[/-]/) : -1;
  if (suffix > 0) text = text.slice(0, suffix);
  const address = parseIp(text);
  if (address === undefined) {
    complain(place, 'invalid-address', token, `${shown(place, token)} is not an IP address`, {
      expected: 'an IPv4 or IPv6 address',
      suggestion: addressHint(token.text),
    });
    return undefined;
  }
  if (suffix > 0) {
    complain(
      place,
      'address-suffix-ignored',
      token,
      `the "${token.text.slice(suffix)}" behind the address has no effect`,
    );
  }
  if (type.family !== undefined && ipFamily(address) !== type.family) {
    const family = type.family === 'ipv4' ? 'IPv4' : 'IPv6';
    complain(place, 'family-conflict', token, `${shown(place, token)} is not ${family}`, {
      expected: `an ${family} address`,
    });
    return undefined;
  }
  if (type.multicast === true && !isMulticast(address)) {
    complain(place, 'invalid-address', token, `${shown(place, token)} is not a multicast address`, {
      expected: type.family === 'ipv6' ? 'an address in ff00::/8' : 'an address in 224.0.0.0/4',
    });
    return undefined;
  }
  return address;
}

/** ADDRESS[/LENGTH]; a bad length is reported and taken as the whole address. */
export function readPrefix(
  type: PrefixType,
  token: Token,
  place: ReadPlace,
): PrefixValue | string | undefined {
  if (type.words?.includes(token.text) === true) return token.text;
  const slash = token.text.indexOf('/');
  const address = parseIp(slash < 0 ? token.text : token.text.slice(0, slash));
  if (address === undefined) {
    complain(place, 'invalid-address', token, `${shown(place, token)} is not an IP address`, {
      expected: 'ADDRESS or ADDRESS/PREFIX',
      suggestion: addressHint(token.text),
    });
    return undefined;
  }
  const family = ipFamily(address);
  const max = maxPrefixLength(family);
  if (type.family !== undefined && family !== type.family) {
    complain(
      place,
      'family-conflict',
      token,
      `${shown(place, token)} is of the other address family`,
    );
    return undefined;
  }
  if (slash < 0) return { kind: 'prefix', address, length: max, explicit: false };
  const length = parseInteger(token.text.slice(slash + 1), false);
  if (length !== undefined && length >= 0 && length <= max && token.text.length > slash + 1) {
    return { kind: 'prefix', address, length, explicit: true };
  }
  complain(
    place,
    'invalid-prefix',
    token,
    `"${token.text.slice(slash)}" is not a prefix length; /${max} is used`,
    {
      expected: `0 to ${max}`,
    },
  );
  return { kind: 'prefix', address, length: max, explicit: false };
}

/** One address, `A-B`, `A-LAST` or `A/PREFIX` as a range of addresses. */
export function readRange(token: Token, place: ReadPlace): RangeValue | undefined {
  const { text } = token;
  const dash = text.indexOf('-');
  const slash = text.indexOf('/');
  const cut = dash >= 0 ? dash : slash;
  const from = parseIp(cut < 0 ? text : text.slice(0, cut));
  if (from === undefined) {
    complain(place, 'invalid-address', token, `${shown(place, token)} is not an address or range`, {
      expected: 'ADDRESS, ADDRESS-LAST, ADDRESS-ADDRESS or ADDRESS/PREFIX',
      suggestion: addressHint(text),
    });
    return undefined;
  }
  const behind = text.slice(cut + 1);
  const count = cut < 0 ? 1n : dash >= 0 ? countTo(from, behind) : countOfPrefix(from, behind);
  if (typeof count === 'string') {
    complain(place, 'invalid-value', token, count);
    return undefined;
  }
  if (count > BigInt(CONFIG_LIMITS.groupRange)) {
    complain(
      place,
      'invalid-value',
      token,
      `${shown(place, token)} stands for ${count} addresses`,
      {
        expected: `at most ${CONFIG_LIMITS.groupRange}`,
      },
    );
    return undefined;
  }
  return { kind: 'range', family: ipFamily(from), from, count: Number(count) };
}

function countTo(from: IpAddress, behind: string): bigint | string {
  const end = parseIp(behind);
  if (end !== undefined) {
    if (ipFamily(end) !== ipFamily(from)) return 'the ends of the range are of different families';
    const count = addressNumber(end) - addressNumber(from) + 1n;
    return count > 0n ? count : 'the range ends before it begins';
  }
  const v4 = ipFamily(from) === 'ipv4';
  const last = v4
    ? parseInteger(behind, false)
    : /^[0-9a-f]{1,4}$/i.test(behind)
      ? Number.parseInt(behind, 16)
      : undefined;
  if (last === undefined || behind === '' || last < 0 || last > (v4 ? 255 : 0xffff)) {
    return `"${behind}" is not the last part of an address`;
  }
  const own = Number(addressNumber(from) & (v4 ? 0xffn : 0xffffn));
  return last > own ? BigInt(last - own + 1) : 'the end must be greater than the start';
}

function countOfPrefix(from: IpAddress, behind: string): bigint | string {
  const max = maxPrefixLength(ipFamily(from));
  const length = parseInteger(behind, false);
  if (length === undefined || behind === '' || length < 1 || length > max)
    return `"/${behind}" is not a prefix length from 1 to ${max}`;
  const size = 1n << BigInt(max - length);
  return addressNumber(from) % size === 0n ? size : 'bits behind the prefix are set';
}

/** What people mean when they write something else. */
function addressHint(text: string): string | undefined {
  if (/^\[.*\](:\d+)?$/.test(text))
    return 'write the address without brackets and the port as a word of its own';
  if (/^[0-9.]+:[0-9]+$/.test(text)) return 'write a blank, not a colon, between address and port';
  if (/^[0-9.]+[,;]$/.test(text)) return `remove the "${text.slice(-1)}": blanks separate words`;
  if (/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*\.?$/i.test(text))
    return 'host names are not looked up; write the address';
  return undefined;
}
