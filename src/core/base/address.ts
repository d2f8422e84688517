/**
 * IP and hardware addresses. Inside Tandem an IP address is its canonical text (IPv4 dotted, IPv6 as
 * RFC 5952 says), branded: it can be a map key, goes through JSON, and reads well in logs. Codecs
 * turn it into bytes; hot paths keep the bytes they need.
 */
import { compareBytes } from './bytes.ts';

/** An IPv4 or IPv6 address in canonical text, without prefix, zone or brackets. */
export type IpAddress = string & { readonly __brand: 'ip-address' };

/** Address family by name, as in labels and messages. */
export type IpFamily = 'ipv4' | 'ipv6';

/** A hardware address as six lower-case hex pairs with colons. */
export type MacAddress = string & { readonly __brand: 'mac-address' };

/** 4 for IPv4, 16 for IPv6. */
export function addressLength(family: IpFamily): 4 | 16 {
  return family === 'ipv4' ? 4 : 16;
}

/** The longest prefix of the family: 32 or 128. */
export function maxPrefixLength(family: IpFamily): 32 | 128 {
  return family === 'ipv4' ? 32 : 128;
}

/** The family an address belongs to. */
export function ipFamily(address: IpAddress): IpFamily {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** Reads a dotted IPv4 or an RFC 4291 IPv6 text (no zone, no prefix); undefined when it is neither. */
export function parseIp(text: string): IpAddress | undefined {
  // What is accepted as IPv4 is canonical already: no leading zeros, four parts.
  if (!text.includes(':')) return ipv4Number(text) < 0 ? undefined : (text as IpAddress);
  const bytes = ipv6Bytes(text);
  return bytes === undefined ? undefined : ipFromBytes(bytes);
}

/** The 4 or 16 bytes of an address, in network order. */
export function ipBytes(address: IpAddress): Uint8Array {
  const bytes = address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
  return bytes ?? new Uint8Array(address.includes(':') ? 16 : 4);
}

/** The address of 4 or 16 bytes in network order; other lengths give undefined. */
export function ipFromBytes(bytes: Uint8Array): IpAddress | undefined {
  if (bytes.length === 4) return bytes.join('.') as IpAddress;
  if (bytes.length === 16) return ipv6Text(bytes) as IpAddress;
  return undefined;
}

/** Orders addresses: IPv4 before IPv6, then as unsigned integers (RFC 9568 tie-break within a family). */
export function compareIp(a: IpAddress, b: IpAddress): number {
  const left = ipBytes(a);
  const right = ipBytes(b);
  return left.length === right.length ? compareBytes(left, right) : left.length - right.length;
}

/** True for 224.0.0.0/4 and ff00::/8. */
export function isMulticast(address: IpAddress): boolean {
  const first = ipBytes(address)[0] ?? 0;
  return ipFamily(address) === 'ipv4' ? first >= 224 && first <= 239 : first === 0xff;
}

/** True for fe80::/10. */
export function isLinkLocal(address: IpAddress): boolean {
  if (ipFamily(address) === 'ipv4') return false;
  const bytes = ipBytes(address);
  return bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

/** True when the first `prefixLength` bits of both addresses (of one family) are equal. */
export function inSamePrefix(a: IpAddress, b: IpAddress, prefixLength: number): boolean {
  const left = ipBytes(a);
  const right = ipBytes(b);
  if (left.length !== right.length) return false;
  for (let bit = 0; bit < prefixLength; bit += 8) {
    const mask = 0xff & (0xff << Math.max(0, 8 - (prefixLength - bit)));
    const i = bit >> 3;
    if (((left[i] ?? 0) & mask) !== ((right[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** Reads six hex pairs separated by `:` or `-`; undefined when it is not a hardware address. */
export function parseMac(text: string): MacAddress | undefined {
  if (!/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/.test(text)) return undefined;
  return text.replaceAll('-', ':').toLowerCase() as MacAddress;
}

/** The six bytes of a hardware address. */
export function macBytes(mac: MacAddress): Uint8Array {
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16));
}

/** The hardware address of six bytes. */
export function macFromBytes(bytes: Uint8Array): MacAddress {
  return Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join(
    ':',
  ) as MacAddress;
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const value = ipv4Number(text);
  if (value < 0) return undefined;
  return Uint8Array.of(value / 0x1000000, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

const DOT = 46;
const ZERO = 48;

/** A dotted IPv4 address as an unsigned number, -1 when it is none. Configurations hold tens of thousands of them. */
function ipv4Number(text: string): number {
  let address = 0;
  let part = -1;
  let parts = 0;
  for (let i = 0; i <= text.length; i++) {
    const digit = i === text.length ? DOT - ZERO : text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    } else if (digit === DOT - ZERO && part >= 0 && parts < 4) {
      address = address * 256 + part;
      part = -1;
      parts++;
    } else return -1;
  }
  return parts === 4 ? address : -1;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const all = [...head, ...Array.from({ length: 8 - given }, () => 0), ...tail];
  const out = new Uint8Array(16);
  for (const [i, group] of all.entries()) {
    out[2 * i] = group >> 8;
    out[2 * i + 1] = group & 0xff;
  }
  return out;
}

/** The 16-bit groups of one side of `::`; the last may be a dotted IPv4 address where `mayEndDotted`. */
function groups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (mayEndDotted && i === parts.length - 1 && part.includes('.')) {
      const dotted = ipv4Bytes(part);
      if (dotted === undefined) return undefined;
      out.push(
        ((dotted[0] ?? 0) << 8) | (dotted[1] ?? 0),
        ((dotted[2] ?? 0) << 8) | (dotted[3] ?? 0),
      );
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return out;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function ipv6Text(bytes: Uint8Array): string {
  const words = Array.from(
    { length: 8 },
    (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0),
  );
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && words[i + length] === 0) length++;
    if (length > runLength) {
      runStart = i;
      runLength = length;
    }
    i += Math.max(0, length - 1);
  }
  const hex = words.map((word) => word.toString(16));
  if (runStart < 0) {
    return hex.join(':');
  }
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`;
}
