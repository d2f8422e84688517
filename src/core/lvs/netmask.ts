/**
 * Masks of persistence. Tandem's configurations know prefixes only; the kernel, and other programs, take any IPv4 mask (255.0.255.0), which
 * is kept beside a prefix length that says so.
 */
import type { IpFamily } from '../base/address.ts';

/** Value of `netmaskPrefix` for a mask in the kernel that is no prefix (255.0.255.0). */
export const NOT_A_PREFIX = -1;

/** A mask in a service: its prefix length, and the mask itself where it has none. */
export interface Netmask {
  /** 0..32, 1..128, or NOT_A_PREFIX. */
  readonly netmaskPrefix: number;
  /** With NOT_A_PREFIX: the IPv4 mask as an unsigned number, 0xff00ff00 for 255.0.255.0. */
  readonly irregularMask?: number;
}

/** The mask that a number is: of IPv4 the mask itself, of IPv6 the prefix length. */
export function netmaskOf(family: IpFamily, number: number): Netmask {
  if (family === 'ipv6') return { netmaskPrefix: number };
  const prefix = Math.clz32(~number);
  if (number === maskOf(prefix)) return { netmaskPrefix: prefix };
  return { netmaskPrefix: NOT_A_PREFIX, irregularMask: number >>> 0 };
}

/** The IPv4 mask of a service as an unsigned number. */
export function ipv4Mask({ netmaskPrefix, irregularMask }: Netmask): number {
  return netmaskPrefix === NOT_A_PREFIX ? (irregularMask ?? 0) : maskOf(netmaskPrefix);
}

function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;
}
