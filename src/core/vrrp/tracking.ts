/**
 * What the state of the host means for one instance: may it run, with which address, at which priority
 * (reference: priority arithmetic; RFC 8347 names the events). Pure functions of the configuration and a
 * network picture.
 */
import { type IpAddress, isLinkLocal } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { sendingInterface } from '../model/virtual-links.ts';
import { clampPriority, OWNER_PRIORITY } from '../wire/protocol.ts';
import type {
  InterfaceFact,
  TrackerView,
  TransitionCause,
  TransitionReason,
  WeightedTracker,
} from './events-and-actions.ts';
import type { Takeover } from './heard-masters.ts';
import { interfaceOf, namedInterface, senderOf } from './interface-choice.ts';
import { type NeededInterface, neededInterfaces } from './needed-interfaces.ts';
import type { NetworkPicture } from './network-picture.ts';
import { trackerCause, trackersOf } from './trackers.ts';

/** Why an instance cannot take part. */
export type FaultReason = Extract<
  TransitionReason,
  | 'interface-missing'
  | 'interface-down'
  | 'no-primary-address'
  | 'source-address-unusable'
  | 'send-failed'
  | 'no-socket'
  | 'no-unicast-peer'
  | 'tracking'
  | 'vip-interface'
  | 'routing-interface'
  | 'track-group'
  | 'own-interface'
>;

/** A fault with what it is about. */
export interface Fault {
  readonly reason: FaultReason;
  readonly cause?: TransitionCause;
}

/** The host as one instance sees it. */
export interface InstanceFacts {
  /** Index of `link`; 0 while that is missing. */
  readonly ifindex: number;
  /** The interface by which advertisements leave; undefined while it is missing. */
  readonly link: InterfaceFact | undefined;
  /** The interface it stands on: the same, unless the instance makes one for itself. */
  readonly base: InterfaceFact | undefined;
  /** Index of the interface that has the source address; 0 while it is missing. */
  readonly home: number;
  /** Source of advertisements and tie-break. */
  readonly primaryAddress: IpAddress | undefined;
  /** 1..254, or 255 for the owner. */
  readonly effectivePriority: number;
  /** Everything that it tracks, with what that adds to the priority. */
  readonly trackers: readonly TrackerView[];
  readonly fault: Fault | undefined;
}

/** Facts of an instance before the first dump. */
function unknownFacts(config: VrrpInstanceConfig): InstanceFacts {
  return {
    ifindex: 0,
    link: undefined,
    base: undefined,
    home: 0,
    primaryAddress: undefined,
    effectivePriority: config.priority,
    trackers: [],
    fault: { reason: 'interface-missing' },
  };
}

/**
 * Reads a picture for one instance; without one nothing is there. `preferred` is its present primary address. A configured source address
 * that the host does not have is a fault, as with keepalived's `track_src_ip`: peers would not hear such a
 * router, or hear it under an address that is another's.
 */
export function instanceFacts(
  config: VrrpInstanceConfig,
  network: NetworkPicture | undefined,
  preferred: IpAddress | undefined,
): InstanceFacts {
  if (network === undefined) return unknownFacts(config);
  const base = interfaceOf(config, network);
  const trackers = trackersOf(config, network);
  const effectivePriority = prioritySum(config, trackers);
  if (base === undefined) {
    const fault = withoutInterface(config, network);
    const common = { effectivePriority, trackers, fault };
    return { ...NOWHERE, base, primaryAddress: undefined, ...common };
  }
  const link = senderOf(config, network);
  // An ipvlan has addresses of its own, a VMAC speaks with that of the interface it stands on.
  const home = config.ownLink?.kind === 'ipvlan' ? (link?.ifindex ?? 0) : base.ifindex;
  const primaryAddress =
    config.sourceAddress === undefined
      ? (network.primaryAddress(home, config.family, preferred) ??
        ownersAddress(config, network, home))
      : usableSource(config.sourceAddress, network, home);
  const fault =
    findFault(config, network, { base, home }, primaryAddress) ??
    trackerFault(trackers) ??
    neededFault(config, network, base);
  const where = link === undefined ? NOWHERE : { ifindex: link.ifindex, link };
  return { ...where, base, home, primaryAddress, effectivePriority, trackers, fault };
}

const NOWHERE = { ifindex: 0, link: undefined, home: 0 } as const;

function findFault(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  { base, home }: { readonly base: InterfaceFact; readonly home: number },
  primaryAddress: IpAddress | undefined,
): Fault | undefined {
  if (!base.up && !config.ignoreOwnInterface) {
    return { reason: 'interface-down', cause: interfaceCause(base.name, network) };
  }
  const own = ownInterfaceFault(config, network);
  if (own !== undefined) return own;
  if (primaryAddress === undefined) {
    const name = home === base.ifindex ? base.name : sendingInterface(config);
    return sourceFault(config, network, { name, ifindex: home });
  }
  if (config.needsPeer && config.unicastPeers.length === 0) return { reason: 'no-unicast-peer' };
  if (network.isDeaf(config.name)) {
    return { reason: 'no-socket', cause: { kind: 'socket', interface: sendingInterface(config) } };
  }
  return undefined;
}

/** The interfaces that the instance makes for itself must be there, and up with the one they stand on. */
function ownInterfaceFault(
  { links = [], ignoreOwnInterface }: VrrpInstanceConfig,
  network: NetworkPicture,
): Fault | undefined {
  for (const { name } of links) {
    const state = network.stateOf(name);
    const isMissing = network.interface(name) === undefined;
    const problem = network.linkProblem(name);
    if (problem === undefined && (state === 'up' || (ignoreOwnInterface && !isMissing))) continue;
    const cause = { kind: 'own-interface', interface: name, state } as const;
    return { reason: 'own-interface', cause: problem ? { ...cause, problem } : cause };
  }
  return undefined;
}

function trackerFault(trackers: readonly TrackerView[]): Fault | undefined {
  const failed = trackers.find(({ isFault }) => isFault);
  return failed && { reason: 'tracking', cause: trackerCause(failed) };
}

/** An address, route or rule may have an interface of its own, and a static entry may count for the instance. */
function neededFault(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
  own: InterfaceFact,
): Fault | undefined {
  const links = new Set(config.links?.map(({ name }) => name));
  const isMissing = ({ name }: NeededInterface): boolean =>
    name !== own.name && !links.has(name) && network.stateOf(name) !== 'up';
  const held = neededInterfaces(config).find(isMissing);
  if (held !== undefined) {
    const reason = held.addressed === undefined ? 'routing-interface' : 'vip-interface';
    return { reason, cause: interfaceCause(held.name, network, held) };
  }
  // The own interface counts here, whatever is said of it: the static entry is tracked, not the instance.
  const needed = network.staticNeedsOf(config.name);
  const counted = needed.find(({ name }) => network.stateOf(name) !== 'up');
  if (counted === undefined) return undefined;
  return { reason: 'track-group', cause: interfaceCause(counted.name, network, counted) };
}

function interfaceCause(
  name: string,
  network: NetworkPicture,
  { addressed, used }: Pick<NeededInterface, 'addressed' | 'used'> = {},
): TransitionCause {
  const state = network.stateOf(name);
  const about = { ...(addressed && { addressed }), ...(used && { used }) };
  return { kind: 'interface', interface: name, state, ...about };
}

function usableSource(
  address: IpAddress,
  network: NetworkPicture,
  ifindex: number,
): IpAddress | undefined {
  return network.sourceProblem(ifindex, address) === undefined ? address : undefined;
}

/** An interface that follows from the source address is missing when that is. */
function withoutInterface(config: VrrpInstanceConfig, network: NetworkPicture): Fault {
  const { sourceAddress } = config;
  const name = namedInterface(config);
  if (name !== '') return { reason: 'interface-missing', cause: interfaceCause(name, network) };
  if (sourceAddress === undefined) return { reason: 'interface-missing' };
  const problem = network.sourceProblem(0, sourceAddress);
  return problem === undefined
    ? { reason: 'interface-missing', cause: { kind: 'no-interface', source: sourceAddress } }
    : {
        reason: 'source-address-unusable',
        cause: { kind: 'source-address', address: sourceAddress, problem },
      };
}

/** Why there is no source address. */
function sourceFault(
  { sourceAddress, family }: VrrpInstanceConfig,
  network: NetworkPicture,
  own: Pick<InterfaceFact, 'name' | 'ifindex'>,
): Fault {
  if (sourceAddress === undefined) {
    const unusable = network.unusablePrimary(own.ifindex, family);
    if (unusable === undefined) {
      const cause = { kind: 'no-address', interface: own.name, family } as const;
      return { reason: 'no-primary-address', cause };
    }
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

/** Base priority and what trackers add, held within 1..254; the owner's never changes. */
function prioritySum(config: VrrpInstanceConfig, trackers: readonly TrackerView[]): number {
  if (config.priority === OWNER_PRIORITY) return OWNER_PRIORITY;
  return clampPriority(trackers.reduce((sum, { tracker }) => sum + tracker.adds, config.priority));
}

/** What has become of the effective priority, and which trackers made it so; undefined when it is the same. */
export function priorityChange(
  before: InstanceFacts,
  after: InstanceFacts,
):
  | { readonly from: number; readonly to: number; readonly trackers: readonly WeightedTracker[] }
  | undefined {
  const { effectivePriority: from } = before;
  const { effectivePriority: to } = after;
  if (from === to) return undefined;
  const isSame = (a: WeightedTracker, b: WeightedTracker): boolean =>
    a.kind === b.kind && a.name === b.name;
  const trackers = after.trackers.flatMap(({ tracker }) => {
    const old = before.trackers.find((one) => isSame(one.tracker, tracker));
    return old !== undefined && old.tracker.adds !== tracker.adds ? [tracker] : [];
  });
  return { from, to, trackers };
}

/** The same facts as if no tracker counted: what a start is compared with. */
export function untracked(facts: InstanceFacts, priority: number): InstanceFacts {
  const trackers = facts.trackers.map((one) => ({ ...one, tracker: { ...one.tracker, adds: 0 } }));
  return { ...facts, effectivePriority: priority, trackers };
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

/** The reason for the start after a fault, and what is well again. */
export function recovery(fault: Fault | undefined): Takeover {
  const reason = RECOVERIES[fault?.reason ?? 'interface-down'];
  const cause = fault?.cause;
  // A fault by `reverse` ends with the interface: what it is then is not known here.
  if (cause?.kind === 'own-interface') {
    return { reason, cause: { kind: 'interface', interface: cause.interface, state: 'up' } };
  }
  const isWell = cause?.kind === 'interface' && cause.state !== 'up';
  return isWell ? { reason, cause: { ...cause, state: 'up' } } : { reason };
}

const RECOVERIES: Readonly<Record<FaultReason, TransitionReason>> = {
  'interface-missing': 'interface-recovered',
  'interface-down': 'interface-recovered',
  'vip-interface': 'interface-recovered',
  'routing-interface': 'interface-recovered',
  'track-group': 'interface-recovered',
  'own-interface': 'interface-recovered',
  'no-primary-address': 'source-address-recovered',
  'source-address-unusable': 'source-address-recovered',
  'send-failed': 'send-retry',
  'no-socket': 'socket-opened',
  'no-unicast-peer': 'unicast-peer-given',
  tracking: 'tracking-recovered',
};
