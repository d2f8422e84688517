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

/** The interface of an instance; undefined while there is none. */
export function interfaceOf(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
): InterfaceFact | undefined {
  if (config.interface !== '') return network.interface(config.interface);
  const carrier = carrierOf(config, network);
  if (carrier !== undefined && !carrier.noArp) return carrier;
  const question = questionOf(config);
  const routed = question && network.routed(question);
  return routed ?? (carrier?.name === 'lo' ? undefined : carrier);
}

/** What has to be asked before `interfaceOf` can answer; undefined: nothing. */
export function routeQuestion(
  config: VrrpInstanceConfig,
  network: NetworkPicture,
): RouteQuestion | undefined {
  if (config.interface !== '') return undefined;
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
