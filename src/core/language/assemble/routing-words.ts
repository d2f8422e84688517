/** What the lines of routes and of rules have in common: families, named numbers, realms, the mark of the one who set them. */
import { type IpAddress, type IpFamily, parseIp } from '../../base/address.ts';
import type { NamedNumber, PrefixConfig, RealmsConfig } from '../../model/routing.ts';
import type { NamedTable } from '../schema/keyword-table.ts';
import { namedNumber } from '../typed/named.ts';
import type { GivenOption, OptionsValue, Value } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** keepalived's mark in the kernel's protocol field (`linux/rtnetlink.h` RTPROT_KEEPALIVED). */
const OWN_PROTOCOL = 18;
const OWN_PROTOCOL_WORDS: readonly string[] = ['18', 'keepalived'];

/** The last option of a name. */
export function given(options: OptionsValue, name: string): GivenOption | undefined {
  return options.given.findLast((one) => one.name === name);
}

/** Its number, undefined without one. */
export function numberOf(options: OptionsValue, name: string): number | undefined {
  const [found] = given(options, name)?.values ?? [];
  return typeof found === 'number' ? found : undefined;
}

/** Its word, undefined without one. */
export function wordOf(options: OptionsValue, name: string): string | undefined {
  const [found] = given(options, name)?.values ?? [];
  return typeof found === 'string' ? found : undefined;
}

/** Its address, undefined without one. */
export function addressOf(options: OptionsValue, name: string): IpAddress | undefined {
  return parseIp(wordOf(options, name) ?? '');
}

/** Its number by number or name. */
export function namedOf(
  options: OptionsValue,
  name: string,
  table: NamedTable,
  context: BuildContext,
): NamedNumber | undefined {
  const word = wordOf(options, name);
  return word === undefined ? undefined : named(table, word, context);
}

function named(table: NamedTable, word: string, { host }: BuildContext): NamedNumber {
  return namedNumber(table, word) ?? host.numberOf?.(table, word) ?? word;
}

/** `realms [FROM/]TO`. */
export function realmsOf(
  option: GivenOption | undefined,
  context: BuildContext,
): RealmsConfig | undefined {
  const [word] = option?.values ?? [];
  if (typeof word !== 'string') return undefined;
  const [first = '', second] = word.split('/');
  const from = named('realm', first, context);
  return second === undefined ? { to: from } : { from, to: named('realm', second, context) };
}

/** Whether the entry is put back when somebody else deletes it. */
export function isWatched(options: OptionsValue): boolean {
  return given(options, 'no_track') === undefined;
}

/** The protocol of an entry: what is watched bears our mark. */
export function protocolOf(options: OptionsValue, context: BuildContext): NamedNumber {
  if (isWatched(options)) return OWN_PROTOCOL;
  return namedOf(options, 'protocol', 'protocol', context) ?? OWN_PROTOCOL;
}

/** What keepalived sets it also watches, by the protocol field. */
export function validateProtocol(options: OptionsValue, context: BuildContext): void {
  const protocol = given(options, 'protocol');
  const [word] = protocol?.values ?? [];
  if (protocol === undefined || typeof word !== 'string') return;
  if (OWN_PROTOCOL_WORDS.includes(word) || !isWatched(options)) return;
  atWord(
    context,
    'setting-reset',
    protocol.token,
    `protocol ${word} is replaced by 18, by which the entry is recognised`,
    {
      suggestion: 'write no_track to keep a protocol of your own',
    },
  );
}

/** The family of a line; IPv4 where nothing in it has one. */
export function familyOf(families: ReadonlySet<IpFamily>): IpFamily {
  return families.has('ipv6') ? 'ipv6' : 'ipv4';
}

/** The families of all addresses of a line. */
export function familiesOf(
  options: OptionsValue,
  destination: Value | undefined,
): ReadonlySet<IpFamily> {
  const found = new Set<IpFamily>();
  const add = (value: Value | undefined): void => {
    if (typeof value === 'object' && value.kind === 'prefix')
      found.add(value.address.includes(':') ? 'ipv6' : 'ipv4');
  };
  add(destination);
  if (destination === 'default6') found.add('ipv6');
  if (given(options, 'inet') !== undefined) found.add('ipv4');
  if (given(options, 'inet6') !== undefined) found.add('ipv6');
  for (const one of options.given) {
    for (const value of one.values) {
      add(value);
      const isAddress = ADDRESSES.has(one.name) && typeof value === 'string' && /[.:]/.test(value);
      const ownFamily = one.name === 'via' && one.values[0] !== undefined;
      if (isAddress && !ownFamily) found.add(value.includes(':') ? 'ipv6' : 'ipv4');
    }
  }
  return found;
}

const ADDRESSES: ReadonlySet<string> = new Set(['src', 'gw', 'or', 'via']);

/** A prefix; a word for everywhere is the prefix of length 0. */
export function prefixOf(value: Value, family: IpFamily): PrefixConfig {
  if (typeof value === 'object' && value.kind === 'prefix') {
    return { address: value.address, prefixLength: value.length };
  }
  return { address: (family === 'ipv4' ? '0.0.0.0' : '::') as IpAddress, prefixLength: 0 };
}
