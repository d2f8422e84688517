/**
 * The IP authentication header in front of a version 2 advertisement (RFC 2338 section 5.3.6 type 2), in
 * the form keepalived speaks: IPv4 only, HMAC-MD5-96, the sender's address as SPI.
 * ```
 * 0        1        2        3
 * [next 112][len 4 ][   reserved 0   ]
 * [ SPI = IPv4 source address        ]
 * [ sequence number                  ]
 * [ ICV, 12 bytes                    ]
 * [ VRRP message                     ]
 * ```
 * The ICV covers the IP header with TOS, flags/fragment and checksum as zero, the header above with a zero
 * ICV, and the message. RFC 2402 also zeroes the TTL; keepalived does so in unicast mode only, and we match
 * it. The digest itself is a function passed in: core has no cryptography.
 */
import { concatBytes, equalBytesConstantTime, readU16, readU32, writeU32 } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';
import { decodeIpv4Header, encodeIpv4Header } from './ipv4.ts';
import type { KeyedDigest } from './keyed-digests.ts';
import { AH_PROTOCOL, VRRP_PROTOCOL, VRRP_TOS, VRRP_TTL } from './protocol.ts';

/** Bytes of the header with its ICV. */
export const AH_LENGTH = 24;

const ICV_OFFSET = 12;
const ICV_LENGTH = 12;

/** What the digest depends on besides the packet. */
export interface AhSecurity {
  /** 8 bytes. */
  readonly key: Uint8Array;
  readonly hmacMd5: KeyedDigest;
  /** True in unicast mode: the TTL is not covered. */
  readonly unicast: boolean;
}

/** The packet to protect. */
export interface AhFields {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** IP identification; the sender must put this very value on the wire. */
  readonly identification: number;
  readonly sequence: number;
  readonly message: Uint8Array;
}

/** A packet whose digest was right. */
export interface AhContent {
  readonly spi: number;
  readonly sequence: number;
  /** The VRRP message, a view into the packet. */
  readonly message: Uint8Array;
}

/** Authentication header and message: the payload of an IPv4 packet of protocol 51, TTL 255. */
export function encodeAh(fields: AhFields, security: AhSecurity): Uint8Array {
  const payload = new Uint8Array(AH_LENGTH + fields.message.length);
  payload[0] = VRRP_PROTOCOL;
  payload[1] = AH_LENGTH / 4 - 2;
  payload.set(fields.source, 4);
  writeU32(payload, 8, fields.sequence);
  payload.set(fields.message, AH_LENGTH);
  const header = encodeIpv4Header({
    tos: VRRP_TOS,
    payloadLength: payload.length,
    identification: fields.identification,
    dontFragment: false,
    ttl: VRRP_TTL,
    protocol: AH_PROTOCOL,
    source: fields.source,
    destination: fields.destination,
  });
  payload.set(digest(header, payload, security), ICV_OFFSET);
  return payload;
}

/**
 * Checks and opens a whole IPv4 packet of protocol 51. Errors: shape ('truncated', 'bad-value'), and
 * 'bad-digest' when the ICV or the SPI is wrong. The sequence number is for the caller to judge.
 */
export function decodeAh(packet: Uint8Array, security: AhSecurity): Result<AhContent, DecodeError> {
  const ip = decodeIpv4Header(packet);
  if (!ip.ok) return ip;
  const { headerLength, totalLength, protocol } = ip.value;
  if (protocol !== AH_PROTOCOL) return decodeError('bad-value', 9);
  if (totalLength < headerLength + AH_LENGTH) return decodeError('truncated', totalLength);
  const payload = packet.subarray(headerLength, totalLength);
  if (payload[0] !== VRRP_PROTOCOL) return decodeError('bad-value', headerLength);
  if (payload[1] !== AH_LENGTH / 4 - 2) return decodeError('bad-length', headerLength + 1);
  if (readU16(payload, 2) !== 0) return decodeError('bad-value', headerLength + 2);
  const spi = readU32(payload, 4);
  if (spi !== readU32(ip.value.source, 0)) return decodeError('bad-digest', headerLength + 4);
  const received = payload.subarray(ICV_OFFSET, ICV_OFFSET + ICV_LENGTH);
  const blank = payload.slice();
  blank.fill(0, ICV_OFFSET, ICV_OFFSET + ICV_LENGTH);
  const expected = digest(packet.slice(0, headerLength), blank, security);
  if (!equalBytesConstantTime(received, expected)) {
    return decodeError('bad-digest', headerLength + ICV_OFFSET);
  }
  return ok({ spi, sequence: readU32(payload, 8), message: payload.subarray(AH_LENGTH) });
}

/** First 12 bytes of the HMAC; `payload` has a zero ICV, `header` is a copy that may be changed. */
function digest(header: Uint8Array, payload: Uint8Array, security: AhSecurity): Uint8Array {
  header[1] = 0;
  header.fill(0, 6, 8);
  if (security.unicast) header[8] = 0;
  header.fill(0, 10, 12);
  return security.hmacMd5(security.key, concatBytes([header, payload])).subarray(0, ICV_LENGTH);
}
