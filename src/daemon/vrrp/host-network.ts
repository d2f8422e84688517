/** Reads the host's network for the vrrp process: interfaces, addresses, and the routes that a configuration asks for. */
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import type { RouteFact } from '../../core/vrrp/events-and-actions.ts';
import { type RouteQuestion, routeQuestion } from '../../core/vrrp/interface-choice.ts';
import { placesOf } from '../../core/vrrp/listening.ts';
import { NetworkPicture } from '../../core/vrrp/network-picture.ts';
import type { KeptDump } from './link-keeper.ts';
import type { NetworkKernel } from './ports.ts';
import type { PlacesOf } from './sockets.ts';

/** What was read. */
export interface HostNetwork extends KeptDump {
  readonly routes: readonly RouteFact[];
  /** True when routes were asked for: their changes are not reported. */
  readonly dependsOnRoutes: boolean;
  readonly placesOf: PlacesOf;
}

/** What it is read for. */
export interface HostReader {
  /** The instances that run. */
  readonly instances: readonly VrrpInstanceConfig[];
  /** IPv4 groups are not joined (keyword `disable_local_igmp`). */
  readonly joinsNoLocalGroups: boolean;
}

/** Reads it. Rejects with KernelError. */
export async function readHostNetwork(
  dump: () => Promise<KeptDump>,
  kernel: Pick<NetworkKernel, 'routeTo'>,
  { instances, joinsNoLocalGroups }: HostReader,
): Promise<HostNetwork> {
  const kept = await dump();
  const { interfaces, addresses } = kept;
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
    ...kept,
    routes,
    dependsOnRoutes: questions.size > 0,
    placesOf: (instance) => placesOf(instance, picture, joinsNoLocalGroups),
  };
}
