/**
 * What the state of the host means for one instance: may it run, with which address, at which priority
 * (reference: priority arithmetic; RFC 8347 names the events). Pure functions of the configuration and a
 * network picture.
 */
import type { IpAddress } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../config/model.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { NetworkPicture } from './network-picture.ts';
import type { TransitionReason } from './types.ts';

/** Why an instance cannot take part. */
export type FaultReason = Extract<
  TransitionReason,
  'interface-missing' | 'interface-down' | 'no-primary-address' | 'no-socket' | 'tracking'
>;

/** The host as one instance sees it. */
export interface InstanceFacts {
  /** 0 while the interface is missing. */
  readonly ifindex: number;
  /** Source of advertisements and tie-break. */
  readonly primaryAddress: IpAddress | undefined;
  /** 1..254, or 255 for the owner. */
  readonly effectivePriority: number;
  readonly fault: FaultReason | undefined;
}

/** Facts of an instance before the first dump. */
export function unknownFacts(config: VrrpInstanceConfig): InstanceFacts {
  return {
    ifindex: 0,
    primaryAddress: undefined,
    effectivePriority: config.priority,
    fault: 'interface-missing',
  };
}

/**
 * Reads a picture for one instance. `preferred` is its present primary address. A configured source address
 * is taken as it is, also when the host does not have it (keepalived's `mcast_src_ip` does the same).
 */
export function instanceFacts(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  preferred: IpAddress | undefined,
): InstanceFacts {
  const own = network.interface(config.interface);
  const effectivePriority = prioritySum(config, network);
  if (own === undefined) {
    return { ifindex: 0, primaryAddress: undefined, effectivePriority, fault: 'interface-missing' };
  }
  const primaryAddress =
    config.sourceAddress ??
    network.primaryAddress(own.ifindex, config.family, preferred) ??
    ownersAddress(config, network, own.ifindex);
  const fault = findFault(config, network, own.up, primaryAddress);
  return { ifindex: own.ifindex, primaryAddress, effectivePriority, fault };
}

function findFault(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  ownIsUp: boolean,
  primaryAddress: IpAddress | undefined,
): FaultReason | undefined {
  if (!ownIsUp && !config.ignoreOwnInterface) return 'interface-down';
  if (primaryAddress === undefined) return 'no-primary-address';
  if (network.isDeaf(config.name)) return 'no-socket';
  for (const tracked of config.trackInterfaces) {
    if (tracked.weight === 0 && !isUp(network, tracked.name)) return 'tracking';
  }
  for (const list of [config.addresses, config.excludedAddresses]) {
    for (const { interface: name } of list) {
      if (name === config.interface) continue;
      if (!isUp(network, name)) return 'tracking';
    }
  }
  return undefined;
}

/** The owner's real address is its VIP (RFC 9568 section 1.2): it may be the only one it has. */
function ownersAddress(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  ifindex: number,
): IpAddress | undefined {
  if (config.priority !== OWNER_PRIORITY) return undefined;
  return config.addresses.find(({ address }) => network.has(ifindex, address))?.address;
}

/** Base priority and the weights of tracked interfaces, held within 1..254; the owner's never changes. */
function prioritySum(config: VrrpInstanceConfig, network: NetworkPicture): number {
  if (config.priority === OWNER_PRIORITY) return OWNER_PRIORITY;
  let total = config.priority;
  for (const { name, weight } of config.trackInterfaces) {
    const up = isUp(network, name);
    if (weight > 0 ? up : !up) total += weight;
  }
  return Math.max(1, Math.min(OWNER_PRIORITY - 1, total));
}

function isUp(network: NetworkPicture, name: string): boolean {
  return network.interface(name)?.up ?? false;
}
