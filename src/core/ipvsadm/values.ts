/**
 * Values as ipvsadm reads them: numbers by strtol(3), IPv4 addresses by inet_aton(3), masks, lists of scheduler flags.
 */
import { type IpAddress, ipBytes, ipFamily, ipFromBytes, parseIp } from '../base/address.ts';
import { writeU32 } from '../base/bytes.ts';

/** A whole decimal number within limits, with what strtol passes over: leading blanks, a sign, zeros. Undefined for others. */
export function readNumber(text: string, min: number, max: number): number | undefined {
  if (!/^[ \t\n\v\f\r]*[-+]?\d+$/.test(text)) return undefined;
  const value = Number(text.trim());
  return value >= min && value <= max ? value : undefined;
}

/** The number that a text begins with, as atoi(3) takes it; 0 when it begins with none. */
export function leadingNumber(text: string): number {
  return Number(/^\s*([-+]?\d+)/.exec(text)?.[1] ?? 0);
}

/**
 * An IPv4 address by the rules of inet_aton(3): one to four parts, decimal, octal (`010`) or hexadecimal (`0x0a`), the last of which
 * fills what is left; behind a blank anything may follow. Undefined when it is none.
 */
export function readInetAton(text: string): IpAddress | undefined {
  const [address = ''] = text.split(/[ \t\n\v\f\r]/, 1);
  const parts = address.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const [index, part] of parts.entries()) {
    const number = readInetPart(part);
    const isLast = index === parts.length - 1;
    const max = isLast ? 256 ** (5 - parts.length) - 1 : 255;
    if (number === undefined || number > max) return undefined;
    value = isLast ? value * 256 ** (5 - parts.length) + number : value * 256 + number;
  }
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  return ipFromBytes(bytes);
}

function readInetPart(part: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(part)) return Number.parseInt(part.slice(2), 16);
  if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8);
  return /^[1-9]\d*$/.test(part) ? Number(part) : undefined;
}

/** An IPv6 address without zone and brackets; undefined when it is none. */
export function readIpv6(text: string): IpAddress | undefined {
  const address = text.includes(':') ? parseIp(text) : undefined;
  return address !== undefined && ipFamily(address) === 'ipv6' ? address : undefined;
}

/** An IPv4 address as an unsigned 32-bit number. */
export function ipv4Number(address: IpAddress): number {
  const [a = 0, b = 0, c = 0, d = 0] = ipBytes(address);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
