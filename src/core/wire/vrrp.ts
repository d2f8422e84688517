/**
 * The VRRP advertisement of version 2 (RFC 3768 section 5.1) and version 3 (RFC 9568 section 5.1), as it
 * stands behind the IP header.
 * ```
 * version 2                              version 3
 * 0        1        2        3           0        1        2        3
 * [ver|typ][ VRID  ][ prio  ][ count ]   [ver|typ][ VRID  ][ prio  ][ count ]
 * [authtyp][ sec   ][   checksum     ]   [rsv|  centisec  ][   checksum     ]
 * [ addresses, 4 bytes each          ]   [ addresses, 4 or 16 bytes each    ]
 * [ authentication data, 8 bytes     ]
 * ```
 * Version 2 carries its 8 trailing bytes with every authentication type, also 0. Decoding here is about
 * shape and checksum only; what a router does with the values is decided in core/vrrp.
 */
import { addressLength, type IpFamily } from '../base/address.ts';
import { readU16, writeU16 } from '../base/bytes.ts';
import { foldSum, sumWords } from '../base/checksum.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';
import { pseudoHeaderSum } from './ipv6.ts';
import { ADVERTISEMENT_TYPE, VRRP_PROTOCOL } from './protocol.ts';

/** Versions of the protocol in use. */
export type VrrpVersion = 2 | 3;

/** Bytes in front of the address list. */
export const VRRP_HEADER_LENGTH = 8;

/** Where the checksum stands in a message. */
export const CHECKSUM_OFFSET = 6;

/** Bytes of authentication data behind the address list of version 2. */
export const VRRP_AUTH_LENGTH = 8;

/** Authentication types of version 2 (RFC 2338 section 5.3.6). */
export const AUTH_TYPE = { none: 0, simpleText: 1, ipAuthenticationHeader: 2 } as const;

/** Everything an advertisement says. */
export interface Advertisement {
  readonly version: VrrpVersion;
  readonly vrid: number;
  readonly priority: number;
  /** Seconds in version 2, centiseconds in version 3. */
  readonly interval: number;
  /** Addresses in network order, 4 or 16 bytes each. */
  readonly addresses: readonly Uint8Array[];
  /** Version 2 only: type and 8 bytes. Zero and zeros when absent. */
  readonly authentication?: { readonly type: number; readonly data: Uint8Array };
}

/** A decoded advertisement with what the decoder found beside the values. */
export interface DecodedAdvertisement extends Advertisement {
  /** The checksum as received. */
  readonly checksum: number;
}

/** Source and destination of the IP packet, in network order: part of most checksums. */
export interface PacketAddresses {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** How the checksum of version 3 over IPv4 is built: RFC 5798 as everybody reads it, or RFC 9568. */
export type ChecksumStyle = 'pseudo-header' | 'message-only';

/** Version field of a message of at least 1 byte. */
export function versionOf(message: Uint8Array): number {
  return (message[0] ?? 0) >> 4;
}

/** Type field of a message of at least 1 byte. */
export function typeOf(message: Uint8Array): number {
  return (message[0] ?? 0) & 0x0f;
}

/** VRID field of a message of at least 2 bytes. */
export function vridOf(message: Uint8Array): number {
  return message[1] ?? 0;
}

/** Priority field of a message of at least 3 bytes. */
export function priorityOf(message: Uint8Array): number {
  return message[2] ?? 0;
}

/** Number of addresses a message of at least 4 bytes claims to hold. */
export function countOf(message: Uint8Array): number {
  return message[3] ?? 0;
}

/** Authentication type of a version 2 message of at least 5 bytes. */
export function authTypeOf(message: Uint8Array): number {
  return message[4] ?? 0;
}

/** Interval field: seconds (version 2) or centiseconds with the reserved bits masked off (version 3). */
export function intervalOf(message: Uint8Array, version: VrrpVersion): number {
  return version === 2 ? (message[5] ?? 0) : readU16(message, 4) & 0x0fff;
}

/** Exact length in bytes of a message with `count` addresses. */
export function messageLength(version: VrrpVersion, family: IpFamily, count: number): number {
  return (
    VRRP_HEADER_LENGTH + addressLength(family) * count + (version === 2 ? VRRP_AUTH_LENGTH : 0)
  );
}

/**
 * The bytes of an advertisement. `style` matters for version 3 over IPv4 only: version 2 over IPv4 never
 * covers a pseudo-header, IPv6 always does.
 */
export function encodeAdvertisement(
  advertisement: Advertisement,
  family: IpFamily,
  packet: PacketAddresses,
  style: ChecksumStyle,
): Uint8Array {
  const { version, addresses } = advertisement;
  const message = new Uint8Array(messageLength(version, family, addresses.length));
  message[0] = (version << 4) | ADVERTISEMENT_TYPE;
  message[1] = advertisement.vrid;
  message[2] = advertisement.priority;
  message[3] = addresses.length;
  if (version === 2) {
    message[4] = advertisement.authentication?.type ?? AUTH_TYPE.none;
    message[5] = advertisement.interval;
  } else {
    writeU16(message, 4, advertisement.interval & 0x0fff);
  }
  const size = addressLength(family);
  for (const [i, address] of addresses.entries()) {
    message.set(address.subarray(0, size), VRRP_HEADER_LENGTH + i * size);
  }
  if (version === 2 && advertisement.authentication !== undefined) {
    const data = advertisement.authentication.data.subarray(0, VRRP_AUTH_LENGTH);
    message.set(data, message.length - VRRP_AUTH_LENGTH);
  }
  const start = coversPseudoHeader(version, family, style)
    ? pseudoHeaderSum(packet, VRRP_PROTOCOL, message.length)
    : 0;
  writeU16(message, CHECKSUM_OFFSET, ~foldSum(sumWords(message, start)) & 0xffff);
  return message;
}

/**
 * Reads an advertisement: exact length, type, and version are checked, the checksum is not
 * (`checksumStyles` does that). The addresses are views into `message`.
 */
export function decodeAdvertisement(
  message: Uint8Array,
  family: IpFamily,
): Result<DecodedAdvertisement, DecodeError> {
  if (message.length < VRRP_HEADER_LENGTH) return decodeError('truncated', message.length);
  const version = versionOf(message);
  if (version !== 2 && version !== 3) return decodeError('bad-version', 0);
  if (typeOf(message) !== ADVERTISEMENT_TYPE) return decodeError('bad-type', 0);
  const count = countOf(message);
  if (message.length !== messageLength(version, family, count)) return decodeError('bad-length', 3);
  const size = addressLength(family);
  const addresses = Array.from({ length: count }, (_, i) =>
    message.subarray(VRRP_HEADER_LENGTH + i * size, VRRP_HEADER_LENGTH + (i + 1) * size),
  );
  const common = {
    version: version as VrrpVersion,
    vrid: vridOf(message),
    priority: priorityOf(message),
    interval: intervalOf(message, version),
    addresses,
    checksum: readU16(message, CHECKSUM_OFFSET),
  };
  if (version === 3) return ok(common);
  const data = message.subarray(message.length - VRRP_AUTH_LENGTH);
  return ok({ ...common, authentication: { type: authTypeOf(message), data } });
}

/**
 * The way in which the checksum of a whole message is right; undefined when it is wrong. For version 3
 * over IPv4 both readings are tried, the pseudo-header first (keepalived and FRR send that one).
 * `addressSum` is the sum of both addresses' words (`sumWords`), which callers may keep.
 */
export function checksumStyleOf(
  message: Uint8Array,
  version: VrrpVersion,
  family: IpFamily,
  addressSum: number,
): ChecksumStyle | undefined {
  const sum = sumWords(message);
  const withHeader = foldSum(sum + addressSum + VRRP_PROTOCOL + message.length) === 0xffff;
  const alone = foldSum(sum) === 0xffff;
  if (family === 'ipv6') return withHeader ? 'pseudo-header' : undefined;
  if (version === 3 && withHeader) return 'pseudo-header';
  return alone ? 'message-only' : undefined;
}

function coversPseudoHeader(version: VrrpVersion, family: IpFamily, style: ChecksumStyle): boolean {
  return family === 'ipv6' || (version === 3 && style === 'pseudo-header');
}
