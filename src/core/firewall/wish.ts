/** Which packets a configuration wants dropped: those to and from virtual addresses that are not to accept any. */
import { compareIp, type IpAddress, ipFamily, isLinkLocal } from '../base/address.ts';
import type { Config, VrrpInstanceConfig } from '../model/config.ts';
import type { FirewallConfig } from '../model/global-options.ts';
import { withVirtualLinks } from '../model/virtual-links.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';

/** A link-local address, which means something together with its interface only. */
export interface LinkLocalWish {
  readonly address: IpAddress;
  readonly interface: string;
}

/** What has to be dropped, and how the rules are to be written. Addresses stand in order, each once. */
export interface FirewallWish {
  readonly ipv4: readonly IpAddress[];
  /** Without those that are link-local. */
  readonly ipv6: readonly IpAddress[];
  readonly linkLocal: readonly LinkLocalWish[];
  /** Keywords of `global_defs`. */
  readonly settings: FirewallConfig;
}

/**
 * Whether packets to the addresses of an instance are accepted. An owner accepts always; others do unless `no_accept` is written, in
 * strict mode only when `accept` is (RFC 9568 section 6.1, Accept_Mode; measured on keepalived 2.2.7).
 */
export function acceptsPackets({
  priority,
  strict,
  options,
}: Pick<VrrpInstanceConfig, 'priority' | 'strict' | 'options'>): boolean {
  return priority === OWNER_PRIORITY || (options?.acceptsPackets ?? !strict);
}

/** What a configuration wants dropped; undefined: nothing. */
export function firewallWish(config: Config): FirewallWish | undefined {
  const closed = withVirtualLinks(config.vrrpInstances, config.global.vrrp)
    .filter((instance) => !acceptsPackets(instance))
    .flatMap(({ addresses, excludedAddresses }) => [...addresses, ...excludedAddresses]);
  if (closed.length === 0) return undefined;
  const isLocal = (address: IpAddress): boolean =>
    ipFamily(address) === 'ipv6' && isLinkLocal(address);
  const plain = closed.map(({ address }) => address).filter((address) => !isLocal(address));
  return {
    ipv4: inOrder(plain.filter((address) => ipFamily(address) === 'ipv4')),
    ipv6: inOrder(plain.filter((address) => ipFamily(address) === 'ipv6')),
    linkLocal: placesInOrder(closed.filter(({ address }) => isLocal(address))),
    settings: config.global.firewall ?? {},
  };
}

/**
 * What satisfies both: while a reload is carried out, no address accepts that either configuration wants closed. The settings are those of the
 * second.
 */
export function bothWishes(
  before: FirewallWish | undefined,
  after: FirewallWish | undefined,
): FirewallWish | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  return {
    ipv4: inOrder([...before.ipv4, ...after.ipv4]),
    ipv6: inOrder([...before.ipv6, ...after.ipv6]),
    linkLocal: placesInOrder([...before.linkLocal, ...after.linkLocal]),
    settings: after.settings,
  };
}

/**
 * The part of a wish that can be written now: an index of an interface stands only for one that exists. Packets to an address on an interface that
 * does not exist need no rule.
 */
export function writableWish(
  wish: FirewallWish,
  exists: (device: string) => boolean,
): FirewallWish {
  if (wish.settings.matchesIndex !== true) return wish;
  return { ...wish, linkLocal: wish.linkLocal.filter((place) => exists(place.interface)) };
}

/** The addresses of a wish as people read them: `fe80::1%eth0` where an interface belongs to it. */
export function addressesOfWish({ ipv4, ipv6, linkLocal }: FirewallWish): readonly string[] {
  return [...ipv4, ...ipv6, ...linkLocal.map(placeText)];
}

/** Whether all holds that rules are wanted for. */
export function isInForce(rules: {
  readonly wanted: readonly string[];
  readonly held: readonly string[];
}): boolean {
  const held = new Set(rules.held);
  return rules.wanted.every((one) => held.has(one));
}

/** `fe80::1%eth0`. */
export function placeText(place: { readonly address: string; readonly interface: string }): string {
  return `${place.address}%${place.interface}`;
}

function inOrder(addresses: readonly IpAddress[]): IpAddress[] {
  return [...new Set(addresses)].sort(compareIp);
}

function placesInOrder(places: readonly LinkLocalWish[]): LinkLocalWish[] {
  const each = new Map(
    places.map(({ address, interface: device }) => [
      `${address}%${device}`,
      { address, interface: device },
    ]),
  );
  return [...each.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}
