/** Echo requests and replies of ICMP (RFC 792) and ICMPv6 (RFC 4443 section 4). */

import type { IpFamily } from '../../base/address.ts';
import { readU16, utf8Bytes, writeU16 } from '../../base/bytes.ts';
import { internetChecksum } from '../../base/checksum.ts';

/** Bytes of the header, all that is read of a reply. */
export const ECHO_HEADER_BYTES = 8;

/** Which request a reply belongs to. */
export interface EchoIdentity {
  /** 0..65535. */
  readonly id: number;
  readonly sequence: number;
}

const TYPES: Readonly<Record<IpFamily, { readonly request: number; readonly reply: number }>> = {
  ipv4: { request: 8, reply: 0 },
  ipv6: { request: 128, reply: 129 },
};

/** Keepalived's data: 128 bytes of a text that says where they come from. */
const DATA = utf8Bytes('keepalived check - '.repeat(7)).subarray(0, 128);

/** The request. The checksum of ICMPv6, which covers addresses, is left to the kernel. */
export function echoRequest(family: IpFamily, { id, sequence }: EchoIdentity): Uint8Array {
  const message = new Uint8Array(ECHO_HEADER_BYTES + DATA.length);
  message[0] = TYPES[family].request;
  writeU16(message, 4, id);
  writeU16(message, 6, sequence);
  message.set(DATA, ECHO_HEADER_BYTES);
  if (family === 'ipv4') writeU16(message, 2, internetChecksum(message));
  return message;
}

/** The sequence of an echo message; 0 for one that is too short. */
export function sequenceOf(message: Uint8Array): number {
  return message.length < ECHO_HEADER_BYTES ? 0 : readU16(message, 6);
}

/** Whether a message is the reply to the request. */
export function isEchoReply(
  family: IpFamily,
  { id, sequence }: EchoIdentity,
  message: Uint8Array,
): boolean {
  return (
    message.length >= ECHO_HEADER_BYTES &&
    message[0] === TYPES[family].reply &&
    message[1] === 0 &&
    readU16(message, 4) === id &&
    readU16(message, 6) === sequence
  );
}
