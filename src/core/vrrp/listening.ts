/**
 * Where an instance hears and sends. One without a VMAC does both on its interface. A VMAC hears below the IP layer
 * for a multicast instance, also where advertisements leave by the base interface: the kernel gives what a peer sends
 * from its VMAC to ours alone. The membership of the group is on the base interface then, under its hardware address.
 */
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { InterfaceFact } from './events-and-actions.ts';
import { interfaceOf, senderOf } from './interface-choice.ts';
import type { NetworkPicture } from './network-picture.ts';

/** The interfaces of one instance. */
export interface InstancePlaces {
  /** Advertisements leave by it. */
  readonly sender: InterfaceFact;
  /** Its group is joined there; absent: nowhere. */
  readonly member?: InterfaceFact;
  /** Advertisements are heard there, below the IP layer; absent: by the socket that sends. */
  readonly listener?: InterfaceFact;
}

/**
 * Undefined while something is missing. `joinsNoLocalGroups` (keyword `disable_local_igmp`): IPv4 groups are heard
 * without joining them.
 */
export function placesOf(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  joinsNoLocalGroups: boolean,
): InstancePlaces | undefined {
  const base = interfaceOf(config, network);
  const sender = senderOf(config, network);
  if (base === undefined || sender === undefined) return undefined;
  if (config.unicastPeers.length > 0) return { sender };
  const joins = !(joinsNoLocalGroups && config.family === 'ipv4');
  if (config.ownLink?.kind !== 'vmac') {
    return joins ? { sender, member: sender } : { sender, listener: sender };
  }
  const listener = network.interface(config.links?.[0]?.name ?? '');
  if (listener === undefined) return undefined;
  return { sender, listener, ...(joins && { member: base }) };
}
