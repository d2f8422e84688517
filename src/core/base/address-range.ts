/** Addresses in a row, and addresses as numbers. */
import {
  addressLength,
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFamily,
  ipFromBytes,
  maxPrefixLength,
} from './address.ts';

/** Addresses of one family from the first to the last, both included. */
export interface AddressRange {
  readonly first: IpAddress;
  readonly last: IpAddress;
}

/** The address as a number. */
export function addressNumber(address: IpAddress): bigint {
  let value = 0n;
  for (const byte of ipBytes(address)) value = (value << 8n) | BigInt(byte);
  return value;
}

/** The address of that number; undefined when the family has none. */
export function numberedAddress(value: bigint, family: IpFamily): IpAddress | undefined {
  const length = addressLength(family);
  if (value < 0n || value >> BigInt(length * 8) !== 0n) return undefined;
  const bytes = new Uint8Array(length);
  for (let i = length - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return ipFromBytes(bytes);
}

/** So many addresses from this one on; as many as the family has, at most. */
export function rangeFrom(first: IpAddress, count: number): AddressRange {
  const last = numberedAddress(addressNumber(first) + BigInt(count - 1), ipFamily(first));
  return { first, last: last ?? first };
}

/** The addresses of a prefix. */
export function rangeOfPrefix(address: IpAddress, prefixLength: number): AddressRange {
  const family = ipFamily(address);
  const size = 1n << BigInt(maxPrefixLength(family) - prefixLength);
  const number = addressNumber(address) - (addressNumber(address) % size);
  return {
    first: numberedAddress(number, family) ?? address,
    last: numberedAddress(number + size - 1n, family) ?? address,
  };
}

/** The addresses, in order. */
export function rangeAddresses({ first, last }: AddressRange): IpAddress[] {
  if (first === last) return [first];
  const family = ipFamily(first);
  const [from, to] = [addressNumber(first), addressNumber(last)];
  const all: IpAddress[] = [];
  for (let number = from; number <= to; number++) {
    const address = numberedAddress(number, family);
    if (address !== undefined) all.push(address);
  }
  return all;
}

/** How many addresses there are. */
export function rangeSize({ first, last }: AddressRange): number {
  return Number(addressNumber(last) - addressNumber(first)) + 1;
}

/** Whether an address is one of them. */
export function inRange(address: IpAddress, { first, last }: AddressRange): boolean {
  if (ipFamily(address) !== ipFamily(first)) return false;
  const number = addressNumber(address);
  return number >= addressNumber(first) && number <= addressNumber(last);
}

/** `192.0.2.10`, `192.0.2.10-192.0.2.13`. */
export function rangeText({ first, last }: AddressRange): string {
  return first === last ? first : `${first}-${last}`;
}
