/** What the kernel's table says about the connections of one server, over all services of its virtual server. */
import {
  endpointKey,
  type RealServerConfig,
  serviceKey,
  type VirtualServerConfig,
} from '../model/config.ts';
import { destinationPort } from '../model/destination-port.ts';
import type { IpvsObservedDestination, IpvsTable } from './ipvs-table.ts';

/** Connections of a server. */
export interface ServerConnections {
  readonly active: number;
  readonly inactive: number;
  /** Clients that are bound to it by persistence. */
  readonly persistent: number;
  /** The kernel gives it new connections. */
  readonly takesNew: boolean;
}

/** The sum over all services; none for a server that is not in the table. */
export function connectionsOf(
  table: IpvsTable<IpvsObservedDestination>,
  services: VirtualServerConfig['services'],
  server: Pick<RealServerConfig, 'address' | 'port' | 'forwarding'>,
): ServerConnections {
  let [active, inactive, persistent, takesNew] = [0, 0, 0, false];
  for (const identity of services) {
    const key = endpointKey(server.address, destinationPort(server, identity));
    const found = table.get(serviceKey(identity))?.destinations.get(key);
    if (found === undefined) continue;
    active += found.activeConnections;
    inactive += found.inactiveConnections;
    persistent += found.persistentConnections;
    takesNew ||= found.weight > 0;
  }
  return { active, inactive, persistent, takesNew };
}
