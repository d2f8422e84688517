/** Reads the host's network for the vrrp process: interfaces, addresses, and the routes that a configuration asks for. */
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import type { AddressFact, InterfaceFact, RouteFact } from '../../core/vrrp/events-and-actions.ts';
import {
  interfaceOf,
  type RouteQuestion,
  routeQuestion,
} from '../../core/vrrp/interface-choice.ts';
import { NetworkPicture } from '../../core/vrrp/network-picture.ts';
import type { NetworkKernel } from './ports.ts';
import type { LinkOf } from './sockets.ts';

/** What was read. */
export interface HostNetwork {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  readonly routes: readonly RouteFact[];
  /** True when routes were asked for: their changes are not reported. */
  readonly dependsOnRoutes: boolean;
  readonly linkOf: LinkOf;
}

/** Reads it. Rejects with KernelError. */
export async function readHostNetwork(
  kernel: Pick<NetworkKernel, 'dump' | 'routeTo'>,
  instances: readonly VrrpInstanceConfig[],
): Promise<HostNetwork> {
  const { interfaces, addresses } = await kernel.dump();
  const bare = new NetworkPicture(interfaces, addresses, new Set());
  const questions = new Map<string, RouteQuestion>();
  for (const instance of instances) {
    const question = routeQuestion(instance, bare);
    if (question !== undefined)
      questions.set(`${question.source} ${question.destination}`, question);
  }
  const routes: RouteFact[] = [];
  for (const question of questions.values()) {
    const ifindex = await kernel.routeTo(question.source, question.destination);
    if (ifindex !== undefined) routes.push({ ...question, ifindex });
  }
  const picture = new NetworkPicture(interfaces, addresses, new Set(), { routes });
  return {
    interfaces,
    addresses,
    routes,
    dependsOnRoutes: questions.size > 0,
    linkOf: (instance) => interfaceOf(instance, picture),
  };
}
