/** Numbers and addresses assigned to VRRP (RFC 9568 sections 5.1 and 7.3, IANA). */
import type { IpAddress, IpFamily } from '../base/address.ts';

/** IP protocol and IPv6 next header of VRRP. */
export const VRRP_PROTOCOL = 112;

/** IP protocol of the authentication header (RFC 4302). */
export const AH_PROTOCOL = 51;

/** TTL and hop limit of every multicast advertisement: proof that it was not routed. */
export const VRRP_TTL = 255;

/** Type of service and traffic class of advertisements: CS6, network control. */
export const VRRP_TOS = 0xc0;

/** The one VRRP message type. */
export const ADVERTISEMENT_TYPE = 1;

/** Priority of the address owner. */
export const OWNER_PRIORITY = 255;

/** The priorities of routers that are not the owner (RFC 9568 section 5.2.4). */
export const PRIORITY_MIN = 1;

/** The greatest of them. */
export const PRIORITY_MAX = 254;

/** A sum of priority and weights, held within what a router that is not the owner may have. */
export function clampPriority(sum: number): number {
  return Math.max(PRIORITY_MIN, Math.min(PRIORITY_MAX, sum));
}

/** Priority on the wire that means "I resign". */
export const RESIGN_PRIORITY = 0;

/** 224.0.0.18 */
export const VRRP_GROUP_IPV4: IpAddress = '224.0.0.18' as IpAddress;

/** ff02::12 */
export const VRRP_GROUP_IPV6: IpAddress = 'ff02::12' as IpAddress;

/** The multicast group that advertisements of a family go to. */
export function vrrpGroup(family: IpFamily): IpAddress {
  return family === 'ipv4' ? VRRP_GROUP_IPV4 : VRRP_GROUP_IPV6;
}
