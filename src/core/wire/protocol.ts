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
