/**
 * Netlink messages <-> bytes (RFC 3549, linux/netlink.h), on the codec of the `netlink` package.
 * What the package leaves out is here: batches, and the texts of extended acknowledgements.
 */
import { netlinkConstants, netlinkStructs } from './netlink-codec.ts';

const { Flags, FlagsAck, MessageType } = netlinkConstants;
const {
  align,
  formatHeader,
  getString,
  getU32,
  HEADER_LENGTH,
  parseAttributes,
  parseHeader,
  readS32,
} = netlinkStructs;

/** A message to the kernel. */
export interface NetlinkCommand {
  /** Message type: a family id, or RTM_*. */
  readonly type: number;
  /** NLM_F_* besides REQUEST, ACK and DUMP, which the transport sets. */
  readonly flags?: number;
  /** What follows the message header. */
  readonly payload: Uint8Array;
  /** What is asked, in words, for KernelError. */
  readonly operation: string;
}

/** A message from the kernel; `payload` is a view that is valid during the call only. */
export type NetlinkReply =
  | {
      readonly kind: 'data';
      readonly seq: number;
      readonly type: number;
      readonly interrupted: boolean;
      readonly payload: Uint8Array;
    }
  /** NLMSG_ERROR or NLMSG_DONE; errno 0 is success. */
  | {
      readonly kind: 'end';
      readonly seq: number;
      readonly interrupted: boolean;
      /** Positive errno or 0. */
      readonly errno: number;
      /** Text of the extended acknowledgement; empty when there is none. */
      readonly explanation: string;
    };

/** NLMSGERR_ATTR_MSG and NLMSGERR_ATTR_OFFS. */
const NLMSGERR_ATTR_MSG = 1;
const NLMSGERR_ATTR_OFFS = 2;

/** Bytes that one message takes in a batch. */
export function frameLength(command: NetlinkCommand): number {
  return align(HEADER_LENGTH + command.payload.length);
}

/** One message behind another, numbered from `firstSeq`; `flagsOf` gives the whole flags of each. */
export function encodeBatch(
  commands: readonly NetlinkCommand[],
  firstSeq: number,
  flagsOf: (command: NetlinkCommand, index: number) => number,
): Uint8Array {
  let total = 0;
  for (const command of commands) total += frameLength(command);
  const out = new Uint8Array(total);
  let offset = 0;
  for (const [index, command] of commands.entries()) {
    const { type, payload } = command;
    const length = HEADER_LENGTH + payload.length;
    const flags = flagsOf(command, index) | Flags.REQUEST;
    out.set(formatHeader({ length, type, flags, seq: firstSeq + index, port: 0 }), offset);
    out.set(payload, offset + HEADER_LENGTH);
    offset += align(length);
  }
  return out;
}

/**
 * Hands every message of a datagram to `visit`; false when the datagram ends in something that is no
 * message, which is then passed over.
 */
export function decodeDatagram(
  datagram: Uint8Array,
  visit: (reply: NetlinkReply) => void,
): boolean {
  let rest = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length);
  while (rest.length >= HEADER_LENGTH) {
    const { length, type, flags, seq } = parseHeader(rest).x;
    if (length < HEADER_LENGTH || length > rest.length) return false;
    const payload = rest.subarray(HEADER_LENGTH, length);
    const interrupted = (flags & Flags.DUMP_INTR) !== 0;
    if (type === MessageType.ERROR || type === MessageType.DONE) {
      const ofDump = type === MessageType.DONE;
      const errno = payload.length >= 4 ? Math.abs(readS32.call(payload, 0)) : 0;
      const explanation =
        (flags & FlagsAck.ACK_TLVS) === 0 ? '' : extendedAck(payload, flags, ofDump);
      visit({ kind: 'end', seq, interrupted, errno, explanation });
    } else if (type !== MessageType.NOOP) {
      visit({ kind: 'data', seq, type, interrupted, payload });
    }
    rest = rest.subarray(align(length));
  }
  return rest.length === 0;
}

/** The text behind the error number and the (whole or, with CAPPED, only header of the) request. */
function extendedAck(payload: Buffer, flags: number, ofDump: boolean): string {
  try {
    const texts: string[] = [];
    parseAttributes(payload.subarray(tlvOffset(payload, flags, ofDump)), ({ type, data }) => {
      if (type === NLMSGERR_ATTR_MSG) texts.push(getString(data));
      if (type === NLMSGERR_ATTR_OFFS) texts.push(`at offset ${getU32(data)}`);
    });
    return texts.join(' ');
  } catch {
    // A garbled explanation must not hide the errno.
    return '';
  }
}

function tlvOffset(payload: Buffer, flags: number, ofDump: boolean): number {
  if (ofDump) return 4;
  if ((flags & FlagsAck.CAPPED) !== 0) return 4 + HEADER_LENGTH;
  return 4 + align(parseHeader(payload.subarray(4)).x.length);
}
