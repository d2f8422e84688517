/** Programs that the kernel runs on a packet before a socket gets it, in classic BPF (linux/filter.h). */
import { HOST_IS_LITTLE_ENDIAN } from '../core/netlink/attributes.ts';

/** One instruction: what to do, how many to jump over where a test holds and where not, and the operand. */
export type FilterStep = readonly [code: number, yes: number, no: number, value: number];

/** Instructions by what they do. Loads are in network order, from the beginning of the packet. */
export const FILTER = {
  loadByte: 0x30,
  loadHalf: 0x28,
  loadWord: 0x20,
  /** At an offset from X. */
  loadByteAtX: 0x50,
  /** X = 4 * (the low four bits of a byte): the length of an IPv4 header. */
  headerLengthToX: 0xb1,
  jumpEqual: 0x15,
  jumpAnyBit: 0x45,
  /** With the bytes to keep; 0 drops the packet. */
  end: 0x06,
} as const;

/** Longest program (BPF_MAXINSNS). */
export const FILTER_STEPS_MAX = 4_096;

const STEP_BYTES = 8;

/** The program as the kernel takes it: an array of struct sock_filter. */
export function filterProgram(steps: readonly FilterStep[]): Uint8Array {
  const bytes = new Uint8Array(steps.length * STEP_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, yes, no, value]] of steps.entries()) {
    const at = index * STEP_BYTES;
    view.setUint16(at, code, HOST_IS_LITTLE_ENDIAN);
    view.setUint8(at + 2, yes);
    view.setUint8(at + 3, no);
    view.setUint32(at + 4, value, HOST_IS_LITTLE_ENDIAN);
  }
  return bytes;
}
