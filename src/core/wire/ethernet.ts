/**
 * Ethernet II header, 14 bytes, without preamble and frame check sequence.
 * ```
 * 0            6            12
 * [destination][  source   ][type]
 * ```
 */
import { readU16, writeU16 } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';

/** Bytes of the header. */
export const ETHERNET_HEADER_LENGTH = 14;

/** EtherTypes we speak. */
export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

/** ff:ff:ff:ff:ff:ff */
export const BROADCAST_MAC: Uint8Array = new Uint8Array(6).fill(0xff);

/** A decoded header; addresses are views into the frame. */
export interface EthernetHeader {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly etherType: number;
}

/** Writes the header at the start of `frame`, which has at least 14 bytes. */
export function writeEthernetHeader(frame: Uint8Array, header: EthernetHeader): void {
  frame.set(header.destination, 0);
  frame.set(header.source, 6);
  writeU16(frame, 12, header.etherType);
}

/** Reads the header; 'truncated' when the frame is shorter than 14 bytes. */
export function decodeEthernetHeader(frame: Uint8Array): Result<EthernetHeader, DecodeError> {
  if (frame.length < ETHERNET_HEADER_LENGTH) return decodeError('truncated', frame.length);
  return ok({
    destination: frame.subarray(0, 6),
    source: frame.subarray(6, 12),
    etherType: readU16(frame, 12),
  });
}
