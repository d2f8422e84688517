/** Integers in structures of the kernel: host byte order for its own fields, network order for ports. */

import { endianness } from 'node:os';

/** Whether this machine stores integers least significant byte first. */
export const HOST_IS_LITTLE_ENDIAN: boolean = endianness() === 'LE';

/** A view for reading and writing the integers of a byte array. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A string as the kernel wants names: UTF-8 with a closing zero byte. */
export function zeroTerminated(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}
