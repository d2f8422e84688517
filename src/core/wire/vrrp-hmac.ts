/**
 * The trailer of `auth_hmac` behind an advertisement of version 2 or 3 (keepalived 2.4, draft-cassen-vrrp-auth-hmac).
 * ```
 * 0        1        2        3
 * [type 1 ][ key id ][ reserved 0    ]
 * [ seconds of the wall clock        ]
 * [ 1/65536 second ][ counter        ]
 * [ MAC, 16 bytes                    ]
 * ```
 * The MAC is the first half of HMAC-SHA-256 over a pseudo header (family 4 or 6, version, VRID, zero, source address
 * in 16 bytes), the message with its checksum as zero, and the trailer with its MAC as zero. The IP header is not
 * covered, so one trailer goes to all unicast peers. The checksum of an IPv4 message does not cover the trailer; that
 * of an IPv6 message does.
 */
import type { IpFamily } from '../base/address.ts';
import {
  concatBytes,
  equalBytesConstantTime,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from '../base/bytes.ts';
import { foldSum, sumWords } from '../base/checksum.ts';
import { pseudoHeaderSum } from './ipv6.ts';
import type { KeyedDigest } from './keyed-digests.ts';
import { VRRP_PROTOCOL } from './protocol.ts';
import {
  CHECKSUM_OFFSET,
  countOf,
  messageLength,
  type PacketAddresses,
  VRRP_HEADER_LENGTH,
  versionOf,
  vridOf,
} from './vrrp.ts';

/** Bytes of the trailer. */
export const HMAC_TRAILER_LENGTH = 28;

const TYPE = 1;
const STAMP_OFFSET = 4;
const MAC_OFFSET = 12;
const MAC_LENGTH = 16;
const PSEUDO_HEADER_LENGTH = 20;

/** What a trailer says, its MAC aside. */
export interface HmacTrailer {
  readonly keyId: number;
  /** The 64-bit number that grows with each advertisement of a sender: seconds, fraction, counter. */
  readonly stamp: bigint;
}

/** What a MAC depends on besides the bytes of the packet. */
export interface HmacSecurity {
  readonly key: Uint8Array;
  readonly hmacSha256: KeyedDigest;
  readonly family: IpFamily;
  /** Source address of the packet in network order. */
  readonly source: Uint8Array;
}

/** A payload of protocol 112 in two: the message that its count asks for, and the trailer when exactly that is left. */
export function splitHmacTrailer(
  payload: Uint8Array,
  family: IpFamily,
): { readonly message: Uint8Array; readonly trailer?: Uint8Array } {
  const version = versionOf(payload);
  if (payload.length < VRRP_HEADER_LENGTH || (version !== 2 && version !== 3)) {
    return { message: payload };
  }
  const length = messageLength(version, family, countOf(payload));
  if (payload.length !== length + HMAC_TRAILER_LENGTH) return { message: payload };
  return { message: payload.subarray(0, length), trailer: payload.subarray(length) };
}

/** The number for a moment of the wall clock, in microseconds since 1970; its counter is zero. */
export function stampAt(unixMicroseconds: number): bigint {
  const seconds = Math.floor(unixMicroseconds / 1e6);
  const fraction = Math.floor(((unixMicroseconds - seconds * 1e6) * 65_536) / 1e6);
  return BigInt.asUintN(64, (BigInt(seconds) << 32n) | (BigInt(fraction) << 16n));
}

/** How far `stamp` lies before a moment, in whole seconds; negative when it is ahead. Both count modulo 2^32. */
export function secondsBehind(stamp: bigint, moment: bigint): number {
  return Number(BigInt.asIntN(32, (moment >> 32n) - (stamp >> 32n)));
}

/** True when `stamp` comes after `last`, modulo 2^64. */
export function isLaterStamp(stamp: bigint, last: bigint): boolean {
  return BigInt.asIntN(64, stamp - last) > 0n;
}

/** The trailer of a message; its MAC is the same for every destination and checksum. */
export function encodeHmacTrailer(
  message: Uint8Array,
  { keyId, stamp }: HmacTrailer,
  security: HmacSecurity,
): Uint8Array {
  const trailer = new Uint8Array(HMAC_TRAILER_LENGTH);
  trailer[0] = TYPE;
  trailer[1] = keyId;
  writeU32(trailer, STAMP_OFFSET, Number(stamp >> 32n));
  writeU32(trailer, STAMP_OFFSET + 4, Number(stamp & 0xffff_ffffn));
  trailer.set(mac(message, trailer, security), MAC_OFFSET);
  return trailer;
}

/** Reads 28 bytes; undefined when type or reserved bytes are not as they have to be. The MAC is not checked. */
export function decodeHmacTrailer(trailer: Uint8Array): HmacTrailer | undefined {
  if (trailer[0] !== TYPE || readU16(trailer, 2) !== 0) return undefined;
  const stamp =
    (BigInt(readU32(trailer, STAMP_OFFSET)) << 32n) | BigInt(readU32(trailer, STAMP_OFFSET + 4));
  return { keyId: trailer[1] ?? 0, stamp };
}

/** Whether the MAC of a trailer is right, compared in constant time. */
export function isHmacRight(
  message: Uint8Array,
  trailer: Uint8Array,
  security: HmacSecurity,
): boolean {
  const received = trailer.subarray(MAC_OFFSET, MAC_OFFSET + MAC_LENGTH);
  return equalBytesConstantTime(received, mac(message, trailer, security));
}

/** Message and trailer as they go to one destination: over IPv6 the checksum covers both. */
export function withHmacTrailer(
  message: Uint8Array,
  trailer: Uint8Array,
  family: IpFamily,
  packet: PacketAddresses,
): Uint8Array {
  const payload = concatBytes([message, trailer]);
  if (family === 'ipv4') return payload;
  writeU16(payload, CHECKSUM_OFFSET, 0);
  const start = pseudoHeaderSum(packet, VRRP_PROTOCOL, payload.length);
  writeU16(payload, CHECKSUM_OFFSET, ~foldSum(sumWords(payload, start)) & 0xffff);
  return payload;
}

function mac(message: Uint8Array, trailer: Uint8Array, security: HmacSecurity): Uint8Array {
  const { key, hmacSha256, family, source } = security;
  const pseudo = new Uint8Array(PSEUDO_HEADER_LENGTH);
  pseudo[0] = family === 'ipv4' ? 4 : 6;
  pseudo[1] = versionOf(message);
  pseudo[2] = vridOf(message);
  pseudo.set(source, 4);
  const data = concatBytes([pseudo, message, trailer]);
  writeU16(data, PSEUDO_HEADER_LENGTH + CHECKSUM_OFFSET, 0);
  data.fill(0, data.length - MAC_LENGTH);
  return hmacSha256(key, data).subarray(0, MAC_LENGTH);
}
