/**
 * What the lab's downloads consist of: bytes that tell their place, so that a piece that is missing, doubled or another connection's is noticed.
 */

/** A prime: pieces of the usual lengths do not fall on the same bytes again. */
const PERIOD = 251;

/** `length` bytes of a download, from the place `offset` on. */
export function downloadBytes(offset: number, length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => (offset + index) % PERIOD));
}
