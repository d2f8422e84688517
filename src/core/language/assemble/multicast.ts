/** Multicast scopes (RFC 4291 section 2.7). */
import { ipBytes, parseIp } from '../../base/address.ts';

/** True for an IPv6 group of link-local scope, and for text that is no address (reported elsewhere). */
export function isLinkLocalMulticast(group: string): boolean {
  const address = parseIp(group);
  if (address === undefined) return true;
  const bytes = ipBytes(address);
  return bytes.length !== 16 || ((bytes[1] ?? 0) & 0x0f) === 2;
}
