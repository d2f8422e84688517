/**
 * Builds the addresses of an instance. The first address of a block decides the family of the
 * instance; what belongs to the other family, comes twice or contradicts itself is reported and left
 * out, entry by entry, as keepalived does.
 */
import {
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFamily,
  ipFromBytes,
  parseIp,
} from '../../base/address.ts';
import type { AddressOptionsConfig, VirtualAddressConfig } from '../../model/address.ts';
import { asOptions, option } from '../typed/access.ts';
import { namedNumber } from '../typed/named.ts';
import type {
  OptionsValue,
  PrefixValue,
  TypedEntry,
  TypedStatement,
  Value,
} from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** An address entry before the default interface is known. */
export interface AddressDraft {
  readonly entry: TypedEntry;
  readonly config: Omit<VirtualAddressConfig, 'interface'> & {
    readonly interface: string | undefined;
  };
  readonly hasOwnVmac: boolean;
}

/** The entries of one address block. With `family`, only that one is accepted; duplicates of `taken` are left out. */
export function readAddresses(
  statement: TypedStatement,
  family: IpFamily | undefined,
  context: BuildContext,
): AddressDraft[] {
  const drafts: AddressDraft[] = [];
  let wanted = family;
  for (const entry of statement.block?.entries ?? []) {
    const draft = addressDraft(entry, context);
    if (draft === undefined) continue;
    const own = ipFamily(draft.config.address);
    if (statement.keyword.name === 'virtual_ipaddress') {
      wanted ??= own;
      if (own !== wanted) {
        atWord(
          context,
          'family-conflict',
          entry.token,
          `${draft.config.address} is not ${familyName(wanted)} like the addresses before it; it is left out`,
          {
            suggestion: 'put it into virtual_ipaddress_excluded, or into an instance of its own',
          },
        );
        continue;
      }
    }
    drafts.push(draft);
  }
  return drafts;
}

/** IPv4 or IPv6 as people write it. */
export function familyName(family: IpFamily): 'IPv4' | 'IPv6' {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}

/** One entry, repaired and completed but for its interface; undefined when it is left out. */
export function addressDraft(entry: TypedEntry, context: BuildContext): AddressDraft | undefined {
  const [prefix, rest] = entry.values;
  if (!isPrefix(prefix)) return undefined;
  const options = asOptions(rest);
  const v4 = ipFamily(prefix.address) === 'ipv4';
  const peer = peerOf(prefix, options, context);
  const label = option(options, 'label');
  const device = option(options, 'dev');
  const wrongFamily = (name: string): boolean => {
    const given = options?.given.find((one) => one.name === name);
    if (v4 || given === undefined) return false;
    atWord(context, 'setting-reset', given.token, `"${name}" is for IPv4 addresses and is ignored`);
    return true;
  };
  const scope = wrongFamily('scope') ? 0 : scopeOf(options, context);
  const noLabel = wrongFamily('label');
  const broadcast = broadcastOf(prefix, peer !== undefined, options, context);
  if (broadcast === 'drop') return undefined;
  return {
    entry,
    config: {
      address: prefix.address,
      prefixLength: peer === undefined ? prefix.length : v4 ? 32 : 128,
      interface: typeof device === 'string' ? device : undefined,
      ...(typeof label === 'string' && !noLabel ? { label } : {}),
      ...(broadcast === undefined ? {} : { broadcast }),
      ...(peer === undefined ? {} : { peer }),
      scope,
      noPrefixRoute: option(options, 'noprefixroute') !== undefined,
      ...addressOptions(options),
    },
    hasOwnVmac: option(options, 'use_vmac') !== undefined,
  };
}

function addressOptions(options: OptionsValue | undefined): AddressOptionsConfig {
  const has = (name: string): boolean => option(options, name) !== undefined;
  const lifetime = option(options, 'preferred_lft');
  return {
    ...(has('home') && { isHome: true }),
    ...(has('-nodad') && { detectsDuplicates: true }),
    ...(has('mngtmpaddr') && { managesTemporary: true }),
    ...(has('autojoin') && { joinsMulticast: true }),
    ...(has('no_track') && { isUntracked: true }),
    ...(typeof lifetime === 'string' && {
      preferredLifetime: /^[0-9]/.test(lifetime) ? Number(lifetime) : 'forever',
    }),
  };
}

function isPrefix(found: Value | undefined): found is PrefixValue {
  return typeof found === 'object' && found.kind === 'prefix';
}

function scopeOf(options: OptionsValue | undefined, context: BuildContext): number {
  const given = options?.given.findLast((one) => one.name === 'scope');
  const word = given?.values[0];
  if (given === undefined || typeof word !== 'string') return 0;
  const number = namedNumber('scope', word) ?? context.host.numberOf?.('scope', word);
  if (number !== undefined && number <= 255) return number;
  atWord(context, 'invalid-word', given.token, `scope "${word}" is not known and is ignored`, {
    expected: 'global, site, link, host, nowhere or a number up to 255',
  });
  return 0;
}

function peerOf(
  prefix: PrefixValue,
  options: OptionsValue | undefined,
  context: BuildContext,
): IpAddress | undefined {
  const given = options?.given.find((one) => one.name === 'peer');
  const word = given?.values[0];
  const peer = typeof word === 'string' ? parseIp(word) : undefined;
  if (given === undefined || peer === undefined) return undefined;
  if (ipFamily(peer) !== ipFamily(prefix.address)) {
    atWord(
      context,
      'family-conflict',
      given.token,
      'the peer is of the other address family and is ignored',
    );
    return undefined;
  }
  if (prefix.explicit) {
    atWord(
      context,
      'setting-reset',
      given.token,
      `with a peer the prefix length /${prefix.length} of the address is ignored`,
    );
  }
  return peer;
}

function broadcastOf(
  prefix: PrefixValue,
  hasPeer: boolean,
  options: OptionsValue | undefined,
  context: BuildContext,
): IpAddress | 'drop' | undefined {
  const given = options?.given.findLast((one) => one.name === 'brd');
  const word = given?.values[0];
  if (given === undefined || typeof word !== 'string') return undefined;
  if (ipFamily(prefix.address) === 'ipv6') {
    atWord(
      context,
      'family-conflict',
      given.token,
      'IPv6 has no broadcast; the address is left out',
    );
    return 'drop';
  }
  if (hasPeer) {
    atWord(
      context,
      'setting-reset',
      given.token,
      'an address with a peer has no broadcast address; it is ignored',
    );
    return undefined;
  }
  if (word !== '+' && word !== '-') return parseIp(word);
  if (prefix.length > 30) {
    atWord(context, 'setting-reset', given.token, `a /${prefix.length} has no broadcast address`, {
      expected: 'a prefix length up to 30',
    });
    return undefined;
  }
  const bytes = ipBytes(prefix.address).slice();
  for (let bit = prefix.length; bit < 32; bit++) {
    const mask = 0x80 >> (bit & 7);
    const at = bit >> 3;
    bytes[at] = word === '+' ? (bytes[at] ?? 0) | mask : (bytes[at] ?? 0) & ~mask;
  }
  return ipFromBytes(bytes);
}
