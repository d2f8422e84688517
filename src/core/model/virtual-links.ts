/**
 * The interfaces that instances make for themselves (`use_vmac`, `use_vmac_addr`, `use_vmac` of an address,
 * `use_ipvlan`): which they are, how they are called, and which address stands on which. Names as keepalived gives
 * them (measured on keepalived 2.2.7): `PREFIX.VRID`, where that is taken `PREFIX6.VRID` for IPv6, then
 * `PREFIXn.VRID` with the first free number. One interface serves all addresses of a base interface, a virtual
 * router id and a family.
 */
import { type IpFamily, ipFamily, type MacAddress, maxPrefixLength } from '../base/address.ts';
import type { VirtualAddressConfig } from './address.ts';
import type { VrrpInstanceConfig } from './config.ts';
import type { VrrpOptionsConfig } from './global-options.ts';
import type { OwnLinkConfig, VirtualLinkConfig } from './vmac.ts';

/** The kernel's limit, IFNAMSIZ without the terminating NUL. */
const NAME_LENGTH_MAX = 15;

const PREFIX = 'vrrp';

/** The instances with their interfaces, and with their addresses on them. Those that make none stay as they are. */
export function withVirtualLinks(
  instances: readonly VrrpInstanceConfig[],
  options: VrrpOptionsConfig | undefined,
): readonly VrrpInstanceConfig[] {
  if (!instances.some(makesLinks)) return instances;
  const names = new LinkNames(instances, options);
  return instances.map((one) => (makesLinks(one) ? withLinks(one, names) : one));
}

/** Where the advertisements of an instance leave. */
export function sendingInterface({
  interface: base,
  sendsBy,
}: Pick<VrrpInstanceConfig, 'interface' | 'sendsBy'>): string {
  return sendsBy ?? base;
}

/** The hardware address of VRRP (RFC 9568 section 7.3). */
export function virtualMac(family: IpFamily, vrid: number): MacAddress {
  return `00:00:5e:00:${family === 'ipv4' ? '01' : '02'}:${octet(vrid)}` as MacAddress;
}

function makesLinks({
  interface: base,
  ownLink,
  options,
  addressOptions,
}: VrrpInstanceConfig): boolean {
  if (base === '') return false;
  return (
    ownLink !== undefined ||
    options?.vmacForAddresses === true ||
    addressOptions?.some(({ hasOwnVmac }) => hasOwnVmac === true) === true
  );
}

/** Names that are given away, and links that are made already. */
class LinkNames {
  readonly #prefix: string;
  readonly #addressPrefix: string;
  /** Keys of links by name. */
  readonly #taken = new Map<string, string>();
  readonly #links = new Map<string, VirtualLinkConfig>();

  constructor(instances: readonly VrrpInstanceConfig[], options: VrrpOptionsConfig | undefined) {
    this.#prefix = options?.vmacPrefix ?? PREFIX;
    this.#addressPrefix = options?.vmacAddressPrefix ?? this.#prefix;
    // What is written counts before what is made up.
    for (const one of instances) {
      const name = one.ownLink?.name;
      this.#taken.set(one.interface, '');
      if (name !== undefined && !this.#taken.has(name)) this.#taken.set(name, ownKey(one));
    }
  }

  /** The interface of an instance's own. */
  own(instance: VrrpInstanceConfig, link: OwnLinkConfig): VirtualLinkConfig {
    const key = ownKey(instance);
    const wanted = link.name;
    const isMine = wanted !== undefined && this.#taken.get(wanted) === key;
    return this.#link(key, instance, isMine ? wanted : undefined, this.#prefix, (name) =>
      ownLink(instance, link, name),
    );
  }

  /** The interface for addresses of a family on an interface. */
  forAddresses(instance: VrrpInstanceConfig, parent: string, family: IpFamily): VirtualLinkConfig {
    const mac = family === instance.family ? macOf(instance) : virtualMac(family, instance.vrid);
    const about = { ...instance, family };
    return this.#link(vmacKey(parent, mac), about, undefined, this.#addressPrefix, (name) => ({
      kind: 'macvlan',
      name,
      parent,
      family,
      mac,
      mode: 'private',
    }));
  }

  #link(
    key: string,
    about: Pick<VrrpInstanceConfig, 'family' | 'vrid'>,
    wanted: string | undefined,
    prefix: string,
    make: (name: string) => VirtualLinkConfig,
  ): VirtualLinkConfig {
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const name = wanted ?? this.#free(prefix, about);
    const link = make(name);
    this.#taken.set(name, key);
    this.#links.set(key, link);
    return link;
  }

  #free(prefix: string, { family, vrid }: Pick<VrrpInstanceConfig, 'family' | 'vrid'>): string {
    const name = (mark: string | number): string => {
      const end = `${mark}.${vrid}`;
      return `${prefix.slice(0, NAME_LENGTH_MAX - end.length)}${end}`;
    };
    const first = name('');
    if (!this.#taken.has(first)) return first;
    if (family === 'ipv6' && !this.#taken.has(name(6))) return name(6);
    let number = 1;
    while (this.#taken.has(name(number))) number += 1;
    return name(number);
  }
}

function ownKey(instance: VrrpInstanceConfig): string {
  return instance.ownLink?.kind === 'ipvlan'
    ? `ipvlan ${instance.interface} ${instance.family} ${instance.vrid}`
    : vmacKey(instance.interface, macOf(instance));
}

function vmacKey(parent: string, mac: MacAddress): string {
  return `vmac ${parent} ${mac}`;
}

/** Five octets are completed by the virtual router id. */
function macOf({ ownLink: link, family, vrid }: VrrpInstanceConfig): MacAddress {
  const written = link?.kind === 'vmac' ? link.mac?.split(':') : undefined;
  if (written === undefined) return virtualMac(family, vrid);
  const octets = written.map((text) => octet(Number.parseInt(text, 16)));
  return [...octets, octet(vrid)].slice(0, 6).join(':') as MacAddress;
}

function octet(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function ownLink(
  instance: VrrpInstanceConfig,
  link: OwnLinkConfig,
  name: string,
): VirtualLinkConfig {
  const { interface: parent, family } = instance;
  const group = link.group === undefined ? Number.NaN : Number(link.group);
  const common = { name, parent, family, ...(Number.isInteger(group) && { group }) };
  if (link.kind === 'vmac') {
    const announced = link.announcesLink ? { isAnnounced: true as const } : {};
    return { kind: 'macvlan', ...common, mac: macOf(instance), mode: 'private', ...announced };
  }
  const { address, prefixLength = maxPrefixLength(family), mode } = link;
  const own = address === undefined ? {} : { address: { address, prefixLength } };
  return { kind: 'ipvlan', ...common, mode, ...own };
}

function withLinks(instance: VrrpInstanceConfig, names: LinkNames): VrrpInstanceConfig {
  const { ownLink: written, interface: base, family, options, addressOptions = [] } = instance;
  const own = written && names.own(instance, written);
  const links = new Map<string, VirtualLinkConfig>();
  if (own !== undefined) links.set(own.name, own);
  const alone = new Set(addressOptions.flatMap((one) => (one.hasOwnVmac ? placeOf(one) : [])));
  const linkOf = (address: VirtualAddressConfig): VirtualLinkConfig | undefined => {
    const { interface: device } = address;
    const isHome = device === base && ipFamily(address.address) === family;
    if (isHome && own !== undefined) return own;
    const isMeant = options?.vmacForAddresses === true && !isHome;
    if (!isMeant && !alone.has(placeOf(address))) return undefined;
    return names.forAddresses(instance, device, ipFamily(address.address));
  };
  const moved = <A extends VirtualAddressConfig>(address: A): A => {
    const link = linkOf(address);
    if (link === undefined) return address;
    links.set(link.name, link);
    return { ...address, interface: link.name };
  };
  const addresses = instance.addresses.map(moved);
  const excludedAddresses = instance.excludedAddresses.map(moved);
  const before = [...instance.addresses, ...instance.excludedAddresses];
  const after = [...addresses, ...excludedAddresses];
  const places = new Map(before.map((one, at) => [placeOf(one), after[at]?.interface ?? base]));
  const isSender = own !== undefined && !(written?.kind === 'vmac' && written.sendsFromBase);
  const source = written?.kind === 'ipvlan' ? written.address : undefined;
  return {
    ...instance,
    addresses,
    excludedAddresses,
    ...(addressOptions.length > 0 && {
      addressOptions: addressOptions.map((one) => ({
        ...one,
        interface: places.get(placeOf(one)) ?? one.interface,
      })),
    }),
    links: [...links.values()],
    ...(isSender && { sendsBy: own.name }),
    ...(instance.sourceAddress === undefined && source && { sourceAddress: source }),
  };
}

function placeOf({
  address,
  interface: device,
}: Pick<VirtualAddressConfig, 'address' | 'interface'>): string {
  return `${address} ${device}`;
}
