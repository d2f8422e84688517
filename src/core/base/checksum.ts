/** The Internet checksum (RFC 1071), used by IPv4, ICMPv6 and VRRP. */

/** Sum of 16-bit big-endian words of `bytes` added to `start`, unfolded; an odd last byte is padded with zero. */
export function sumWords(bytes: Uint8Array, start: number = 0): number {
  let sum = start;
  const even = bytes.length & ~1;
  for (let i = 0; i < even; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  if (even < bytes.length) sum += (bytes[even] ?? 0) << 8;
  return sum;
}

/** Folds a sum of words to 16 bits, not inverted; 0xffff when a covered checksum is right. */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return folded;
}

/** The checksum of the parts behind one another (all but the last of even length), 0..0xffff. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) sum = sumWords(part, sum);
  return ~foldSum(sum) & 0xffff;
}
