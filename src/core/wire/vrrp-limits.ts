/**
 * The largest advertisement, in one place for all who send, check or receive one. The count field is a byte,
 * so no message lists more than 255 addresses; the packet has to fit the MTU of the interface, because some
 * routers drop a fragmented advertisement.
 */
import { addressLength, type IpFamily } from '../base/address.ts';
import { messageLength, type VrrpVersion } from './vrrp.ts';
import { AH_LENGTH } from './vrrp-ah.ts';
import { HMAC_TRAILER_LENGTH } from './vrrp-hmac.ts';

/** Most addresses that the count field of an advertisement can tell. */
export const ADVERTISED_ADDRESSES_MAX = 255;

/** Bytes of an IP header without and with all options (RFC 791), and of IPv6's fixed one (RFC 8200). */
const IP_HEADER_BYTES = { ipv4: 20, ipv6: 40 } as const;
const IPV4_HEADER_BYTES_MAX = 60;

const SEAL_BYTES = { none: 0, AH: AH_LENGTH, HMAC: HMAC_TRAILER_LENGTH } as const;

/** What the advertisements of an instance look like. */
export interface AdvertisementForm {
  readonly version: VrrpVersion;
  readonly family: IpFamily;
  /** What authenticates it: type AH puts a header before the message, `auth_hmac` a trailer behind it. */
  readonly seal: 'none' | 'AH' | 'HMAC';
}

/** Bytes of an IP packet with an advertisement of `count` addresses. */
export function advertisementPacketBytes(form: AdvertisementForm, count: number): number {
  const { version, family, seal } = form;
  return IP_HEADER_BYTES[family] + SEAL_BYTES[seal] + messageLength(version, family, count);
}

/** Most addresses of an advertisement that fits an MTU. */
export function advertisedAddressesMax(form: AdvertisementForm, mtu: number): number {
  const room = mtu - advertisementPacketBytes(form, 0);
  const fitting = Math.floor(room / addressLength(form.family));
  return Math.max(0, Math.min(ADVERTISED_ADDRESSES_MAX, fitting));
}

/**
 * Most bytes that a raw socket delivers for an advertisement of any version: IPv4 with its header, IPv6
 * without it, and what authenticates it: the trailer is the longest.
 */
export function receivedBytesMax(family: IpFamily): number {
  const message = messageLength(2, family, ADVERTISED_ADDRESSES_MAX);
  return (family === 'ipv4' ? IPV4_HEADER_BYTES_MAX : 0) + message + HMAC_TRAILER_LENGTH;
}
