/**
 * IPv4 header (RFC 791), and the sum of its pseudo-header for upper-layer checksums.
 * ```
 * 0        1        2        3
 * [ver|IHL][  TOS  ][ total length   ]
 * [ identification ][flags| fragment ]
 * [  TTL  ][ proto ][ header checksum]
 * [ source address                   ]
 * [ destination address              ]
 * [ options, IHL > 5                 ]
 * ```
 */
import { readU16, writeU16 } from '../base/bytes.ts';
import { foldSum, internetChecksum, sumWords } from '../base/checksum.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';

/** Bytes of a header without options. */
export const IPV4_HEADER_LENGTH = 20;

/** A decoded header. Addresses are views into the packet. */
export interface Ipv4Header {
  /** Bytes of the header with its options, 20..60. */
  readonly headerLength: number;
  readonly tos: number;
  /** Bytes of header and payload; never more than were received. */
  readonly totalLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly ttl: number;
  readonly protocol: number;
  /** 4 bytes. */
  readonly source: Uint8Array;
  /** 4 bytes. */
  readonly destination: Uint8Array;
}

/** What an encoder needs to know. */
export interface Ipv4HeaderFields {
  readonly tos: number;
  readonly payloadLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/**
 * Reads the header of a whole packet. Bytes behind the total length (Ethernet padding) are allowed; a
 * total length beyond the packet is 'truncated'. The header checksum is not verified: the kernel has.
 */
export function decodeIpv4Header(packet: Uint8Array): Result<Ipv4Header, DecodeError> {
  if (packet.length < IPV4_HEADER_LENGTH) return decodeError('truncated', packet.length);
  const first = packet[0] ?? 0;
  if (first >> 4 !== 4) return decodeError('bad-version', 0);
  const headerLength = (first & 0x0f) * 4;
  if (headerLength < IPV4_HEADER_LENGTH) return decodeError('bad-length', 0);
  const totalLength = readU16(packet, 2);
  if (totalLength < headerLength) return decodeError('bad-length', 2);
  if (totalLength > packet.length) return decodeError('truncated', 2);
  return ok({
    headerLength,
    tos: packet[1] ?? 0,
    totalLength,
    identification: readU16(packet, 4),
    dontFragment: (readU16(packet, 6) & 0x4000) !== 0,
    ttl: packet[8] ?? 0,
    protocol: packet[9] ?? 0,
    source: packet.subarray(12, 16),
    destination: packet.subarray(16, 20),
  });
}

/** The 20 bytes of a header without options, checksum filled in. */
export function encodeIpv4Header(fields: Ipv4HeaderFields): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER_LENGTH);
  header[0] = 0x45;
  header[1] = fields.tos;
  writeU16(header, 2, IPV4_HEADER_LENGTH + fields.payloadLength);
  writeU16(header, 4, fields.identification);
  writeU16(header, 6, fields.dontFragment ? 0x4000 : 0);
  header[8] = fields.ttl;
  header[9] = fields.protocol;
  header.set(fields.source, 12);
  header.set(fields.destination, 16);
  writeU16(header, 10, internetChecksum(header));
  return header;
}

/** True when the checksum of the header (with options) at the start of `packet` is right. */
export function hasValidIpv4Checksum(packet: Uint8Array, headerLength: number): boolean {
  return foldSum(sumWords(packet.subarray(0, headerLength))) === 0xffff;
}
