/**
 * Gratuitous ARP for Ethernet and IPv4 (RFC 826, RFC 9568 section 6.4.2): the request form, broadcast, with
 * the announced address as sender and target. Keepalived and FRR put broadcast into the target hardware
 * address where the RFC's errata ask for the virtual MAC; receivers learn from the sender fields, and we
 * send what both programs send.
 * ```
 * 14       16       18   19   20       22            28         32            38
 * [htype 1][ptype  ][ 6 ][ 4 ][ oper  ][sender mac  ][sender ip][target mac  ][target ip]
 * ```
 */
import { readU16, writeU16 } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';
import {
  BROADCAST_MAC,
  decodeEthernetHeader,
  ETHERNET_HEADER_LENGTH,
  ETHERTYPE,
  writeEthernetHeader,
} from './ethernet.ts';

/** Bytes of an Ethernet frame with an ARP message, before padding. */
export const ARP_FRAME_LENGTH = 42;

/** ARP operations. */
export const ARP_OPERATION = { request: 1, reply: 2 } as const;

const HARDWARE_ETHERNET = 1;

/** A decoded ARP frame; addresses are views into it. */
export interface ArpFrame {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly operation: number;
  readonly senderMac: Uint8Array;
  readonly senderAddress: Uint8Array;
  readonly targetMac: Uint8Array;
  readonly targetAddress: Uint8Array;
}

/** The frame that announces `address` (4 bytes) at `mac` (6 bytes). */
export function encodeGratuitousArp(mac: Uint8Array, address: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ARP_FRAME_LENGTH);
  writeEthernetHeader(frame, {
    destination: BROADCAST_MAC,
    source: mac,
    etherType: ETHERTYPE.arp,
  });
  writeU16(frame, 14, HARDWARE_ETHERNET);
  writeU16(frame, 16, ETHERTYPE.ipv4);
  frame[18] = 6;
  frame[19] = 4;
  writeU16(frame, 20, ARP_OPERATION.request);
  frame.set(mac, 22);
  frame.set(address, 28);
  frame.set(BROADCAST_MAC, 32);
  frame.set(address, 38);
  return frame;
}

/** Reads an Ethernet frame with ARP for IPv4; padding behind it is allowed. */
export function decodeArp(frame: Uint8Array): Result<ArpFrame, DecodeError> {
  const ethernet = decodeEthernetHeader(frame);
  if (!ethernet.ok) return ethernet;
  if (ethernet.value.etherType !== ETHERTYPE.arp) return decodeError('bad-type', 12);
  if (frame.length < ARP_FRAME_LENGTH) return decodeError('truncated', frame.length);
  const isEthernetIpv4 =
    readU16(frame, 14) === HARDWARE_ETHERNET &&
    readU16(frame, 16) === ETHERTYPE.ipv4 &&
    frame[18] === 6 &&
    frame[19] === 4;
  if (!isEthernetIpv4) return decodeError('bad-value', ETHERNET_HEADER_LENGTH);
  return ok({
    destination: ethernet.value.destination,
    source: ethernet.value.source,
    operation: readU16(frame, 20),
    senderMac: frame.subarray(22, 28),
    senderAddress: frame.subarray(28, 32),
    targetMac: frame.subarray(32, 38),
    targetAddress: frame.subarray(38, 42),
  });
}
