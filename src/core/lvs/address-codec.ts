/**
 * Addresses in IPVS attributes: always 16 bytes on the wire, an IPv4 address in the first four
 * (`union nf_inet_addr`), with the family in an attribute of its own.
 */
import {
  addressLength,
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFromBytes,
} from '../base/address.ts';
import { AF_INET, AF_INET6 } from './abi.ts';

/** Why the kernel's answer could not be turned into a record. */
export interface IpvsDecodeError {
  readonly kind:
    | 'bad-attributes'
    | 'missing-attribute'
    | 'unknown-family'
    | 'unknown-protocol'
    | 'unknown-forwarding';
  /** Attribute that is at fault, by its number in its block; 0 when none can be named. */
  readonly attribute: number;
}

/** AF_INET or AF_INET6. */
export function familyNumber(family: IpFamily): number {
  return family === 'ipv4' ? AF_INET : AF_INET6;
}

/** The family of an AF_* number; undefined for others. */
export function familyFromNumber(number: number): IpFamily | undefined {
  if (number === AF_INET) return 'ipv4';
  return number === AF_INET6 ? 'ipv6' : undefined;
}

/** The 16 bytes of an ADDR attribute. */
export function encodeAddress(address: IpAddress): Uint8Array {
  const out = new Uint8Array(16);
  out.set(ipBytes(address));
  return out;
}

/** The address in an ADDR attribute; undefined when it is too short for the family. */
export function decodeAddress(bytes: Uint8Array, family: IpFamily): IpAddress | undefined {
  const length = addressLength(family);
  return bytes.length < length ? undefined : ipFromBytes(bytes.subarray(0, length));
}
