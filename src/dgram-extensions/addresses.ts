/**
 * Socket addresses as bytes, one function per family: struct sockaddr_in (ip(7)), sockaddr_in6 (ipv6(7)),
 * sockaddr_ll (packet(7)) and sockaddr_nl (netlink(7)).
 */

import { HOST_IS_LITTLE_ENDIAN, viewOf } from './bytes.ts';
import { AF } from './constants.ts';

const SOCKADDR_IN_BYTES = 16;
const SOCKADDR_IN6_BYTES = 28;
const SOCKADDR_LL_BYTES = 20;
const SOCKADDR_NL_BYTES = 12;
const HARDWARE_ADDRESS_BYTES_MAX = 8;

/** An IPv4 socket address. `address` is 4 bytes in network order; `port` is 0 for raw sockets. */
export function sockaddrIn(address: Uint8Array, port = 0): Uint8Array {
  requireLength(address, 4);
  const bytes = new Uint8Array(SOCKADDR_IN_BYTES);
  const view = viewOf(bytes);
  view.setUint16(0, AF.INET, HOST_IS_LITTLE_ENDIAN);
  view.setUint16(2, port);
  bytes.set(address, 4);
  return bytes;
}

/** What an IPv6 socket address holds beside the address. */
export interface SockaddrIn6Options {
  readonly port?: number;
  /** Interface index; link-local addresses need it. */
  readonly scopeId?: number;
  /** sin6_flowinfo: traffic class and flow label, as one host integer. */
  readonly flowInfo?: number;
}

/** An IPv6 socket address. `address` is 16 bytes in network order. */
export function sockaddrIn6(address: Uint8Array, options: SockaddrIn6Options = {}): Uint8Array {
  requireLength(address, 16);
  const bytes = new Uint8Array(SOCKADDR_IN6_BYTES);
  const view = viewOf(bytes);
  view.setUint16(0, AF.INET6, HOST_IS_LITTLE_ENDIAN);
  view.setUint16(2, options.port ?? 0);
  view.setUint32(4, options.flowInfo ?? 0);
  bytes.set(address, 8);
  view.setUint32(24, options.scopeId ?? 0, HOST_IS_LITTLE_ENDIAN);
  return bytes;
}

/** A link-layer address for AF_PACKET. */
export interface SockaddrLlOptions {
  readonly ifindex: number;
  /** Ethernet protocol number, 0x0806 for ARP; 3 (ETH_P_ALL) for all. Stored in network order. */
  readonly protocol: number;
  /** Destination hardware address; SOCK_DGRAM needs it to send. At most 8 bytes. */
  readonly hardwareAddress?: Uint8Array;
}

/** A link-layer socket address: what to bind to, or where to send. */
export function sockaddrLl(options: SockaddrLlOptions): Uint8Array {
  const hardwareAddress = options.hardwareAddress ?? new Uint8Array(0);
  if (hardwareAddress.length > HARDWARE_ADDRESS_BYTES_MAX) {
    throw new RangeError(`a hardware address of ${hardwareAddress.length} bytes is too long`);
  }
  const bytes = new Uint8Array(SOCKADDR_LL_BYTES);
  const view = viewOf(bytes);
  view.setUint16(0, AF.PACKET, HOST_IS_LITTLE_ENDIAN);
  view.setUint16(2, options.protocol);
  view.setInt32(4, options.ifindex, HOST_IS_LITTLE_ENDIAN);
  bytes[11] = hardwareAddress.length;
  bytes.set(hardwareAddress, 12);
  return bytes;
}

/** A netlink address. */
export interface SockaddrNlOptions {
  /** Port id; 0 is the kernel, or "choose one" when binding. */
  readonly portId?: number;
  /** Bit set of the first 32 multicast groups; setOption(NETLINK.ADD_MEMBERSHIP) reaches all. */
  readonly groups?: number;
}

/** A netlink socket address. */
export function sockaddrNl(options: SockaddrNlOptions = {}): Uint8Array {
  const bytes = new Uint8Array(SOCKADDR_NL_BYTES);
  const view = viewOf(bytes);
  view.setUint16(0, AF.NETLINK, HOST_IS_LITTLE_ENDIAN);
  view.setUint32(4, options.portId ?? 0, HOST_IS_LITTLE_ENDIAN);
  view.setUint32(8, options.groups ?? 0, HOST_IS_LITTLE_ENDIAN);
  return bytes;
}

/** The family of a socket address, 0 when there is none. */
export function familyOf(sockaddr: Uint8Array): number {
  return sockaddr.length < 2 ? 0 : viewOf(sockaddr).getUint16(0, HOST_IS_LITTLE_ENDIAN);
}

/** The IP address inside a socket address: a view of 4 or 16 bytes, or of 0 for another family. */
export function addressOf(sockaddr: Uint8Array): Uint8Array {
  switch (familyOf(sockaddr)) {
    case AF.INET:
      return sockaddr.subarray(4, 8);
    case AF.INET6:
      return sockaddr.subarray(8, 24);
    default:
      return sockaddr.subarray(0, 0);
  }
}

function requireLength(address: Uint8Array, length: number): void {
  if (address.length === length) return;
  throw new RangeError(`an address of ${length} bytes is expected, got ${address.length}`);
}
