/**
 * Numbers that have names: routing tables, scopes, protocols, types of service, realms, interface groups
 * and protocols above IP. The names built in here are those of the kernel headers and of iproute2;
 * a host may know more (`/etc/iproute2`, `/etc/protocols`), which the host facts tell.
 */
import type { NamedTable, NamedType } from '../schema/keyword-table.ts';
import { didYouMean } from '../spelling.ts';
import type { Token } from '../tree.ts';
import { complain, type ReadPlace, shown } from './context.ts';
import { parseInteger } from './numbers.ts';
import { listed } from './words.ts';

/** Names that every host has (`linux/rtnetlink.h`, RFC 2474 and RFC 2597 for the type of service). */
const BUILT_IN: Readonly<Record<NamedTable, Readonly<Record<string, number>>>> = {
  table: { default: 253, main: 254, local: 255 },
  scope: { global: 0, universe: 0, site: 200, link: 253, host: 254, nowhere: 255 },
  protocol: {
    unspec: 0,
    redirect: 1,
    kernel: 2,
    boot: 3,
    static: 4,
    ra: 9,
    mrt: 10,
    zebra: 11,
    bird: 12,
    dhcp: 16,
    keepalived: 18,
    babel: 42,
    bgp: 186,
    isis: 187,
    ospf: 188,
    rip: 189,
    eigrp: 192,
  },
  tos: {
    default: 0,
    AF11: 0x28,
    AF12: 0x30,
    AF13: 0x38,
    AF21: 0x48,
    AF22: 0x50,
    AF23: 0x58,
    AF31: 0x68,
    AF32: 0x70,
    AF33: 0x78,
    AF41: 0x88,
    AF42: 0x90,
    AF43: 0x98,
    CS0: 0,
    CS1: 0x20,
    CS2: 0x40,
    CS3: 0x60,
    CS4: 0x80,
    CS5: 0xa0,
    CS6: 0xc0,
    CS7: 0xe0,
    EF: 0xb8,
  },
  realm: { cosmos: 0 },
  group: { default: 0 },
  ipproto: {
    ip: 0,
    icmp: 1,
    igmp: 2,
    ipip: 4,
    tcp: 6,
    udp: 17,
    dccp: 33,
    ipv6: 41,
    gre: 47,
    esp: 50,
    ah: 51,
    'ipv6-icmp': 58,
    ospf: 89,
    vrrp: 112,
    sctp: 132,
    udplite: 136,
  },
  pref: { medium: 0, high: 1, low: 3 },
};

/** The word as it was given, when it is a number in range or a known name; both sides of `A/B` with `pair`. */
export function readNamed(type: NamedType, token: Token, place: ReadPlace): string | undefined {
  const parts = type.pair === true ? token.text.split('/') : [token.text];
  if (parts.length <= 2 && parts.every((part) => isKnown(type, part, place))) return token.text;
  const names = Object.keys(BUILT_IN[type.table]);
  complain(
    place,
    'invalid-word',
    token,
    `${shown(place, token)} is neither a known name nor a number from 0 to ${type.max}`,
    {
      expected: `${listed(names)}, or a number`,
      suggestion: didYouMean(token.text, names),
    },
  );
  return undefined;
}

/** The number a word of a table stands for; undefined for names only the host knows. */
export function namedNumber(table: NamedTable, word: string): number | undefined {
  return parseInteger(word, true) ?? BUILT_IN[table][word];
}

function isKnown(type: NamedType, word: string, place: ReadPlace): boolean {
  const number = word === '' ? undefined : namedNumber(type.table, word);
  if (number !== undefined) return number >= 0 && number <= type.max;
  return word !== '' && place.context.isHostName(type.table, word);
}
