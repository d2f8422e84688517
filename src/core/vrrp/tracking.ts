/**
 * What the state of the host means for one instance: may it run, with which address, at which priority
 * (reference: priority arithmetic; RFC 8347 names the events). Pure functions of the configuration and a
 * network picture.
 */
import { type IpAddress, isLinkLocal } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { clampPriority, OWNER_PRIORITY } from '../wire/protocol.ts';
import { interfaceOf } from './interface-choice.ts';
import type { NetworkPicture } from './network-picture.ts';
import type { InterfaceFact, TransitionCause, TransitionReason } from './types.ts';

/** Why an instance cannot take part. */
export type FaultReason = Extract<
  TransitionReason,
  | 'interface-missing'
  | 'interface-down'
  | 'no-primary-address'
  | 'source-address-unusable'
  | 'send-failed'
  | 'no-socket'
  | 'tracking'
>;

/** A fault with what it is about. */
export interface Fault {
  readonly reason: FaultReason;
  readonly cause?: TransitionCause;
}

/** The host as one instance sees it. */
export interface InstanceFacts {
  /** 0 while the interface is missing. */
  readonly ifindex: number;
  /** The interface it runs on; undefined while it is missing. */
  readonly link: InterfaceFact | undefined;
  /** Source of advertisements and tie-break. */
  readonly primaryAddress: IpAddress | undefined;
  /** 1..254, or 255 for the owner. */
  readonly effectivePriority: number;
  readonly fault: Fault | undefined;
}

/** Facts of an instance before the first dump. */
export function unknownFacts(config: VrrpInstanceConfig): InstanceFacts {
  return {
    ifindex: 0,
    link: undefined,
    primaryAddress: undefined,
    effectivePriority: config.priority,
    fault: { reason: 'interface-missing' },
  };
}

/**
 * Reads a picture for one instance. `preferred` is its present primary address. A configured source address
 * that the host does not have is a fault, as with keepalived's `track_src_ip`: peers would not hear such a
 * router, or hear it under an address that is another's.
 */
export function instanceFacts(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  preferred: IpAddress | undefined,
): InstanceFacts {
  const own = interfaceOf(config, network);
  const effectivePriority = prioritySum(config, network);
  if (own === undefined) {
    const fault: Fault =
      config.interface === '' ? withoutInterface(config, network) : { reason: 'interface-missing' };
    return { ifindex: 0, link: undefined, primaryAddress: undefined, effectivePriority, fault };
  }
  const primaryAddress =
    config.sourceAddress === undefined
      ? (network.primaryAddress(own.ifindex, config.family, preferred) ??
        ownersAddress(config, network, own.ifindex))
      : usableSource(config.sourceAddress, network, own.ifindex);
  const fault = findFault(config, network, own, primaryAddress);
  return { ifindex: own.ifindex, link: own, primaryAddress, effectivePriority, fault };
}

function findFault(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  own: InterfaceFact,
  primaryAddress: IpAddress | undefined,
): Fault | undefined {
  if (!own.up && !config.ignoreOwnInterface) return { reason: 'interface-down' };
  if (primaryAddress === undefined) return sourceFault(config, network, own);
  if (network.isDeaf(config.name)) return { reason: 'no-socket' };
  for (const tracked of config.trackInterfaces) {
    if (tracked.weight === 0 && !isUp(network, tracked.name)) return { reason: 'tracking' };
  }
  for (const list of [config.addresses, config.excludedAddresses]) {
    for (const { interface: name } of list) {
      if (name === own.name) continue;
      if (!isUp(network, name)) return { reason: 'tracking' };
    }
  }
  return undefined;
}

function usableSource(
  address: IpAddress,
  network: NetworkPicture,
  ifindex: number,
): IpAddress | undefined {
  return network.sourceProblem(ifindex, address) === undefined ? address : undefined;
}

/** An interface that follows from the source address is missing when that is. */
function withoutInterface({ sourceAddress }: VrrpInstanceConfig, network: NetworkPicture): Fault {
  const problem = sourceAddress === undefined ? undefined : network.sourceProblem(0, sourceAddress);
  if (sourceAddress === undefined || problem === undefined) return { reason: 'interface-missing' };
  const cause = { kind: 'source-address', address: sourceAddress, problem } as const;
  return { reason: 'source-address-unusable', cause };
}

/** Why there is no source address. */
function sourceFault(
  { sourceAddress, family }: VrrpInstanceConfig,
  network: NetworkPicture,
  own: InterfaceFact,
): Fault {
  if (sourceAddress === undefined) {
    const unusable = network.unusablePrimary(own.ifindex, family);
    if (unusable === undefined) return { reason: 'no-primary-address' };
    const cause = { kind: 'source-address', ...unusable, interface: own.name } as const;
    return { reason: 'source-address-unusable', cause };
  }
  const problem = network.sourceProblem(own.ifindex, sourceAddress) ?? 'missing';
  const place = isLinkLocal(sourceAddress) ? { interface: own.name } : {};
  const cause = { kind: 'source-address', address: sourceAddress, problem, ...place } as const;
  return { reason: 'source-address-unusable', cause };
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
  return clampPriority(total);
}

function isUp(network: NetworkPicture, name: string): boolean {
  return network.interface(name)?.up ?? false;
}

/** What advertisements leave by and from has changed, so that a refusal tells nothing any more. */
export function sendsOtherwise(before: InstanceFacts, after: InstanceFacts): boolean {
  return (
    before.primaryAddress !== after.primaryAddress ||
    before.link?.ifindex !== after.link?.ifindex ||
    before.link?.up !== after.link?.up ||
    before.link?.mtu !== after.link?.mtu
  );
}

/** The reason for the start after a fault. */
export function recoveryReason(fault: Fault | undefined): TransitionReason {
  if (fault?.reason === 'send-failed') return 'send-retry';
  return fault?.reason === 'source-address-unusable'
    ? 'source-address-recovered'
    : 'interface-recovered';
}
