/**
 * Which interface an instance runs on. A unicast instance may have none in the configuration: it follows the
 * source address then, to the link that carries it. An address of the loopback or of another link that reaches
 * nobody (routers that announce a stable address by a routing protocol) goes by the route to the first peer.
 */
import type { IpAddress } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { InterfaceFact } from './events-and-actions.ts';
import type { NetworkPicture } from './network-picture.ts';

/** A question for the kernel: by which interface does a packet leave? */
export interface RouteQuestion {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/**
 * The interface that an instance stands on; undefined while there is none. With `vrf` it is the VRF: its sockets hear
 * by all interfaces in it, and its routes lead to the peers.
 */
export function interfaceOf(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
): InterfaceFact | undefined {
  const named = namedInterface(config);
  if (named !== '') return network.interface(named);
  const carrier = carrierOf(config, network);
  if (carrier !== undefined && !carrier.noArp) return carrier;
  const question = questionOf(config);
  const routed = question && network.routed(question);
  return routed ?? (carrier?.name === 'lo' ? undefined : carrier);
}

/** The interface by which its advertisements leave; undefined while there is none. */
export function senderOf(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
): InterfaceFact | undefined {
  return config.sendsBy === undefined
    ? interfaceOf(config, network)
    : network.interface(config.sendsBy);
}

/** The interface that the configuration names; empty when it follows from the source address. */
export function namedInterface({
  interface: name,
  options,
}: Pick<VrrpInstanceConfig, 'interface' | 'options'>): string {
  return name === '' ? (options?.vrf ?? '') : name;
}

/** What has to be asked before `interfaceOf` can answer; undefined: nothing. */
export function routeQuestion(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
): RouteQuestion | undefined {
  if (namedInterface(config) !== '') return undefined;
  const carrier = carrierOf(config, network);
  return carrier?.noArp === true ? questionOf(config) : undefined;
}

function carrierOf(
  { sourceAddress }: VrrpInstanceConfig,
  network: NetworkPicture,
): InterfaceFact | undefined {
  return sourceAddress === undefined ? undefined : network.carrier(sourceAddress);
}

function questionOf({
  sourceAddress: source,
  unicastPeers: [first],
}: VrrpInstanceConfig): RouteQuestion | undefined {
  if (source === undefined || first === undefined) return undefined;
  return { source, destination: first.address };
}
