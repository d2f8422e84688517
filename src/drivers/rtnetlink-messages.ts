/**
 * Links and addresses of rtnetlink (RFC 3549, linux/if_link.h, linux/if_addr.h) <-> facts of the vrrp
 * core, on the codec of the `netlink` package. Of a link's attributes only three are read, one by one:
 * the package's own link decoder takes some fifty apart, several of them structures that grow with the
 * kernel, and one of an unexpected size would lose the whole link.
 */
import type { AddressAttrs, DeviceFlags } from 'netlink/dist/rt/gen_structs.js';
import type { AttrStream } from 'netlink/dist/structs.js';
import {
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFamily,
  ipFromBytes,
  type MacAddress,
  macFromBytes,
  maxPrefixLength,
} from '../core/base/address.ts';
import { concatBytes } from '../core/base/bytes.ts';
import { VIRTUAL_ADDRESS_PROTOCOL } from '../core/holdings/address-plan.ts';
import { hostU32, readAttributes, readNested } from '../core/netlink/attributes.ts';
import type { AddressFact, InterfaceFact } from '../core/vrrp/events-and-actions.ts';
import { netlinkStructs, routeStructs } from './netlink-codec.ts';

const {
  formatAddress,
  formatAddressAttrs,
  formatLink,
  __LENGTH_Address: LENGTH_ADDRESS,
  __LENGTH_Link: LENGTH_LINK,
  MessageType,
  parseLink,
} = routeStructs;
const { getString, getU32, parseAttributes } = netlinkStructs;

/** NETLINK_ROUTE: the protocol of the socket. */
export const NETLINK_ROUTE = 0;

/** RTM_* of the messages that are used here. */
export const RTM_NEWLINK: number = MessageType.NEWLINK;
export const RTM_DELLINK: number = MessageType.DELLINK;
export const RTM_GETLINK: number = MessageType.GETLINK;
export const RTM_SETLINK: number = MessageType.SETLINK;
export const RTM_NEWADDR: number = MessageType.NEWADDR;
export const RTM_DELADDR: number = MessageType.DELADDR;
export const RTM_GETADDR: number = MessageType.GETADDR;
export const RTM_GETROUTE: number = MessageType.GETROUTE;

/** What a notification says. */
export type NetworkChange =
  | { readonly type: 'link'; readonly interface: InterfaceFact }
  | { readonly type: 'linkRemoved'; readonly ifindex: number }
  | { readonly type: 'address'; readonly address: AddressFact }
  | { readonly type: 'addressRemoved'; readonly address: AddressFact };

/** An address to add or to remove. */
export interface AddressRequest {
  readonly ifindex: number;
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** Far end of a point-to-point address; an address with one is removed with the same one. */
  readonly peer?: IpAddress;
  readonly broadcast?: IpAddress;
  /** IPv4 only; at most 15 bytes, beginning with the interface's name as old tools expect. */
  readonly label?: string;
  /** Scope as rtnetlink number: 0 global, 200 site, 253 link, 254 host. */
  readonly scope: number;
  readonly noPrefixRoute: boolean;
  /**
   * Seconds for which the address may become the source of new connections. Absent:
   * 0 for an IPv6 address of 128 bits, which would else be preferred to the interface's own address
   * (what keepalived does too), and for ever for the rest.
   */
  readonly preferredLifetime?: number | 'forever';
  /** IPv6: duplicate address detection is done; without it the address is usable at once. */
  readonly detectsDuplicates?: boolean;
  /** IFA_F_HOMEADDRESS, IPv6. */
  readonly isHome?: boolean;
  /** IFA_F_MANAGETEMPADDR, IPv6. */
  readonly managesTemporary?: boolean;
  /** IFA_F_MCAUTOJOIN: a multicast address, which the kernel joins. */
  readonly joinsMulticast?: boolean;
}

const AF_UNSPEC = 0;
const AF_NUMBER = { ipv4: 2, ipv6: 10 } as const satisfies Record<IpFamily, number>;
/** IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU. */
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
/** IFLA_LINKINFO with its IFLA_INFO_KIND and IFLA_INFO_DATA, and IFLA_VRF_TABLE in the data of a VRF. */
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_VRF_TABLE = 1;
const MAC_LENGTH = 6;
/** RTA_OIF (linux/rtnetlink.h). */
const RTA_OIF = 4;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_LABEL = 3;
const IFA_BROADCAST = 4;
const IFA_FLAGS = 8;
/** IFA_PROTO (linux/if_addr.h, 5.18); older kernels pass it over. */
const IFA_PROTO = 11;
/** INFINITY_LIFE_TIME (net/addrconf.h). */
const FOREVER = 0xffff_ffff;

/** The payload that asks for all links. */
export function linkDumpPayload(): Uint8Array {
  return formatLink({ family: AF_UNSPEC });
}

/** The payload that asks for the addresses of all interfaces, of both families. */
export function addressDumpPayload(): Uint8Array {
  return formatAddress({ family: AF_UNSPEC });
}

/** The payload of RTM_GETROUTE: by which interface does a packet from `source` to `destination` leave? */
export function routePayload(source: IpAddress, destination: IpAddress): Uint8Array {
  const length = 8 * ipBytes(destination).length;
  const family = AF_NUMBER[ipFamily(destination)];
  const header = routeStructs.formatRoute({ family, dstLen: length, srcLen: length });
  const stream = new netlinkStructs.AttrStream();
  stream.emit(routeStructs.formatRouteAttrs({ dst: bytesOf(destination), src: bytesOf(source) }));
  return concatBytes([header, ...stream.bufs]);
}

/** The interface of a route as the kernel answers; undefined when it leads nowhere or can't be read. */
export function decodeRouteInterface(payload: Uint8Array): number | undefined {
  const read = readAttributes(payload.subarray(routeStructs.__LENGTH_Route));
  const oif = read.ok ? read.value.get(RTA_OIF) : undefined;
  return oif === undefined ? undefined : hostU32(oif);
}

/**
 * Reads a link; undefined for what is none of an interface's own (bridge ports report with AF_BRIDGE)
 * and for what can't be read.
 */
export function decodeLink(payload: Uint8Array): InterfaceFact | undefined {
  return readable(() => linkFact(payload));
}

/** Reads an address; undefined for other families and for what can't be read. */
export function decodeAddressMessage(payload: Uint8Array): AddressFact | undefined {
  return readable(() => addressFact(payload));
}

/** The package's codec throws on what it does not expect; to us that is one record less. */
function readable<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

function linkFact(payload: Uint8Array): InterfaceFact | undefined {
  const bytes = bufferOf(payload);
  const { family, index, flags } = parseLink(bytes.subarray(0, LENGTH_LINK));
  if (family !== AF_UNSPEC || index === undefined || flags === undefined) return undefined;
  let name: string | undefined;
  let mac: MacAddress | undefined;
  let mtu = 0;
  let vrfTable: number | undefined;
  parseAttributes(bytes.subarray(LENGTH_LINK), ({ type, data }) => {
    if (type === IFLA_IFNAME) name = getString(data);
    else if (type === IFLA_MTU) mtu = getU32(data);
    else if (type === IFLA_LINKINFO) vrfTable = vrfTableOf(data);
    else if (type === IFLA_ADDRESS && data.length === MAC_LENGTH) mac = macFromBytes(data);
  });
  if (name === undefined) return undefined;
  return {
    ifindex: index,
    name,
    up: isUsable(flags),
    ...(flags.up === true ? {} : { disabled: true }),
    ...(mac === undefined ? {} : { mac }),
    mtu,
    noArp: flags.noarp === true || flags.pointopoint === true || flags.loopback === true,
    ...(vrfTable === undefined ? {} : { vrfTable }),
  };
}

function vrfTableOf(info: Uint8Array): number | undefined {
  const read = readAttributes(info);
  const kind = read.ok ? read.value.get(IFLA_INFO_KIND) : undefined;
  if (!read.ok || kind === undefined || getString(bufferOf(kind)) !== 'vrf') return undefined;
  const data = readNested(read.value, IFLA_INFO_DATA);
  const table = data.ok ? data.value.get(IFLA_VRF_TABLE) : undefined;
  return table === undefined ? undefined : hostU32(table);
}

function addressFact(payload: Uint8Array): AddressFact | undefined {
  const read = readAttributes(payload.subarray(LENGTH_ADDRESS));
  if (!read.ok) return undefined;
  const attributes = read.value;
  // IFA_ADDRESS is the far end where there is one; the own address is then in IFA_LOCAL.
  const far = attributes.get(IFA_ADDRESS);
  const own = attributes.get(IFA_LOCAL) ?? far;
  const address = own === undefined ? undefined : ipFromBytes(own);
  if (address === undefined) return undefined;
  // struct ifaddrmsg: family, prefix length, flags, scope; then the interface.
  const [, prefixLength = 0, flagsByte = 0, scope = 0] = payload;
  const flags = attributes.get(IFA_FLAGS);
  const label = attributes.get(IFA_LABEL);
  const peer = far === undefined ? undefined : ipFromBytes(far);
  const broadcast = ipFromBytes(attributes.get(IFA_BROADCAST) ?? new Uint8Array(0));
  const protocol = attributes.get(IFA_PROTO)?.[0];
  return {
    ifindex: hostU32(payload, 4),
    address,
    prefixLength,
    flags: flags === undefined ? flagsByte : hostU32(flags),
    scope,
    ...(peer === undefined || peer === address ? {} : { peer }),
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(label === undefined ? {} : { label: getString(bufferOf(label)) }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/** The change that a notification carries; undefined when it is none that matters. */
export function decodeChange(type: number, payload: Uint8Array): NetworkChange | undefined {
  if (type === RTM_NEWLINK || type === RTM_DELLINK) {
    const link = decodeLink(payload);
    if (link === undefined) return undefined;
    if (type === RTM_DELLINK) return { type: 'linkRemoved', ifindex: link.ifindex };
    return { type: 'link', interface: link };
  }
  if (type !== RTM_NEWADDR && type !== RTM_DELADDR) return undefined;
  const address = decodeAddressMessage(payload);
  if (address === undefined) return undefined;
  return { type: type === RTM_NEWADDR ? 'address' : 'addressRemoved', address };
}

/**
 * The payload of RTM_NEWADDR. IPv6 addresses come without duplicate address detection: a virtual
 * address is on the wire of the former master for a moment, and must be usable at once.
 */
export function addAddressPayload(request: AddressRequest): Uint8Array {
  const isIpv6 = ipFamily(request.address) === 'ipv6';
  const isHostAddress = isIpv6 && request.prefixLength === maxPrefixLength('ipv6');
  const preferred = request.preferredLifetime ?? (isHostAddress ? 0 : 'forever');
  const attributes: AddressAttrs = {
    ...ownAndPeer(request),
    flags: {
      ...(isIpv6 ? ipv6Flags(request) : {}),
      ...(request.noPrefixRoute ? { noprefixroute: true } : {}),
      ...(request.joinsMulticast === true ? { mcautojoin: true } : {}),
    },
    ...(request.broadcast === undefined ? {} : { broadcast: bytesOf(request.broadcast) }),
    ...(request.label === undefined || isIpv6 ? {} : { label: request.label }),
    ...(preferred === 'forever'
      ? {}
      : { cacheInfo: { ifaPrefered: preferred, ifaValid: FOREVER, cstamp: 0, tstamp: 0 } }),
  };
  return addressPayload(request, attributes, (stream) => {
    stream.push(IFA_PROTO, Buffer.of(VIRTUAL_ADDRESS_PROTOCOL));
  });
}

function ipv6Flags(request: AddressRequest): NonNullable<AddressAttrs['flags']> {
  return {
    ...(request.detectsDuplicates === true ? {} : { nodad: true }),
    ...(request.isHome === true ? { homeaddress: true } : {}),
    ...(request.managesTemporary === true ? { managetempaddr: true } : {}),
  };
}

/** The payload of RTM_DELADDR: only what names the address, so that a differing label or scope does not matter. */
export function removeAddressPayload(request: AddressRequest): Uint8Array {
  return addressPayload({ ...request, scope: 0 }, ownAndPeer(request));
}

function addressPayload(
  request: AddressRequest,
  attributes: AddressAttrs,
  more: (stream: AttrStream) => void = () => undefined,
): Uint8Array {
  const header = formatAddress({
    family: AF_NUMBER[ipFamily(request.address)],
    prefixlen: request.prefixLength,
    scope: request.scope,
    index: request.ifindex,
  });
  const stream = new netlinkStructs.AttrStream();
  stream.emit(formatAddressAttrs(attributes));
  more(stream);
  return concatBytes([header, ...stream.bufs]);
}

function ownAndPeer(request: AddressRequest): Pick<AddressAttrs, 'local' | 'address'> {
  return { local: bytesOf(request.address), address: bytesOf(request.peer ?? request.address) };
}

/** Traffic can pass: set up, the carrier is there, and the device says so (not dormant, lower layer up). */
function isUsable(flags: DeviceFlags): boolean {
  return flags.up === true && flags.running === true && flags.lowerUp === true;
}

function bytesOf(address: IpAddress): Buffer {
  return bufferOf(ipBytes(address));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
