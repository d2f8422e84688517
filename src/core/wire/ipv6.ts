/**
 * IPv6 fixed header (RFC 8200 section 3), and the pseudo-header sums of upper-layer checksums for both
 * families (RFC 8200 section 8.1; the IPv4 form is that of UDP, RFC 768).
 * ```
 * 0        4        8                 32
 * [ver][ traffic class ][ flow label ]
 * [ payload length ][next hdr][hop lim]
 * [ source address, 16 bytes          ]
 * [ destination address, 16 bytes     ]
 * ```
 */
import { readU16, readU32, writeU16, writeU32 } from '../base/bytes.ts';
import { sumWords } from '../base/checksum.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';

/** Bytes of the fixed header. */
export const IPV6_HEADER_LENGTH = 40;

/** A decoded header, or the fields to encode. Addresses decoded are views into the packet. */
export interface Ipv6Header {
  readonly trafficClass: number;
  readonly flowLabel: number;
  readonly payloadLength: number;
  readonly nextHeader: number;
  readonly hopLimit: number;
  /** 16 bytes. */
  readonly source: Uint8Array;
  /** 16 bytes. */
  readonly destination: Uint8Array;
}

/** Reads the fixed header of a whole packet; padding behind the payload is allowed. */
export function decodeIpv6Header(packet: Uint8Array): Result<Ipv6Header, DecodeError> {
  if (packet.length < IPV6_HEADER_LENGTH) return decodeError('truncated', packet.length);
  const first = readU32(packet, 0);
  if (first >>> 28 !== 6) return decodeError('bad-version', 0);
  const payloadLength = readU16(packet, 4);
  if (IPV6_HEADER_LENGTH + payloadLength > packet.length) return decodeError('truncated', 4);
  return ok({
    trafficClass: (first >>> 20) & 0xff,
    flowLabel: first & 0xfffff,
    payloadLength,
    nextHeader: packet[6] ?? 0,
    hopLimit: packet[7] ?? 0,
    source: packet.subarray(8, 24),
    destination: packet.subarray(24, 40),
  });
}

/** Writes the 40 bytes of the header at `offset`. */
export function writeIpv6Header(packet: Uint8Array, offset: number, header: Ipv6Header): void {
  writeU32(packet, offset, (6 << 28) | (header.trafficClass << 20) | header.flowLabel);
  writeU16(packet, offset + 4, header.payloadLength);
  packet[offset + 6] = header.nextHeader;
  packet[offset + 7] = header.hopLimit;
  packet.set(header.source, offset + 8);
  packet.set(header.destination, offset + 24);
}

/**
 * Unfolded sum of a pseudo-header: two addresses of one family, the protocol, and the length in bytes of
 * the upper-layer message (below 65536). To be continued over the message with `sumWords`.
 */
export function pseudoHeaderSum(
  addresses: { readonly source: Uint8Array; readonly destination: Uint8Array },
  protocol: number,
  length: number,
): number {
  return sumWords(addresses.destination, sumWords(addresses.source, protocol + length));
}
