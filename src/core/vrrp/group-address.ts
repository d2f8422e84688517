/** The multicast group of an instance. */
import type { IpAddress } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { vrrpGroup } from '../wire/protocol.ts';

/** Where its advertisements go, and where it listens, unless it has peers (keywords `mcast_dst_ip`, `vrrp_mcast_group4`, `vrrp_mcast_group6`). */
export function groupOf({
  multicastGroup,
  family,
}: Pick<VrrpInstanceConfig, 'multicastGroup' | 'family'>): IpAddress {
  return multicastGroup ?? vrrpGroup(family);
}
