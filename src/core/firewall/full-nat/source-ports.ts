/**
 * How many connections Full-NAT can carry: each takes a source port of the director, once for each source address, protocol, server and port of the
 * server. Services that send to the same server share them.
 */
import { rangeSize, rangeText } from '../../base/address-range.ts';
import { endpointKey, serviceKey, type VirtualServerConfig } from '../../model/config.ts';
import { destinationPort } from '../../model/destination-port.ts';
import { isFullNat } from './wish.ts';

/** Ports of one source address, 1024 to 65535: what the kernel translates ports of clients above 1023 to (nf_nat_core.c). */
const PORTS_OF_ADDRESS = 64_512;

/** The server of a virtual server that has the fewest source ports left. */
export interface SourcePorts {
  /** At the same time, towards one server. */
  readonly limit: number;
  /** Connections of that server, those that are ending too; undefined where they are not known. */
  readonly used: number | undefined;
  /** That server; undefined where nothing is known. */
  readonly server: string | undefined;
}

/** Connections that the kernel has from a service to a destination, by their keys; undefined where it is not known. */
export type ConnectionsOf = (service: string, destination: string) => number | undefined;

/** What is known of each virtual server with Full-NAT, by its key. */
export function sourcePorts(
  virtualServers: readonly VirtualServerConfig[],
  connectionsOf: ConnectionsOf,
): ReadonlyMap<string, SourcePorts> {
  const some = virtualServers.filter(({ realServers }) => realServers.some(isFullNat));
  const used = new Map<string, number>();
  for (const one of some) {
    for (const { pool, service, destination } of legs(one)) {
      const connections = connectionsOf(service, destination);
      if (connections !== undefined) used.set(pool, (used.get(pool) ?? 0) + connections);
    }
  }
  return new Map(some.map((one) => [one.key, fullest(one, used)]));
}

interface Leg {
  /** Legs with the same text share source ports. */
  readonly pool: string;
  readonly service: string;
  readonly destination: string;
}

function legs(virtualServer: VirtualServerConfig): readonly Leg[] {
  const { services, realServers, fullNatSource: source } = virtualServer;
  const from = source === undefined ? 'own' : rangeText(source);
  return services.flatMap((service) =>
    realServers.filter(isFullNat).map((server) => {
      const destination = endpointKey(server.address, destinationPort(server, service));
      const protocol = service.kind === 'address' ? service.protocol : 'mark';
      return {
        pool: `${from} ${protocol} ${destination}`,
        service: serviceKey(service),
        destination,
      };
    }),
  );
}

function fullest(
  virtualServer: VirtualServerConfig,
  used: ReadonlyMap<string, number>,
): SourcePorts {
  const { fullNatSource: source } = virtualServer;
  const limit = PORTS_OF_ADDRESS * (source === undefined ? 1 : rangeSize(source));
  let found: SourcePorts = { limit, used: undefined, server: undefined };
  for (const { pool, destination } of legs(virtualServer)) {
    const connections = used.get(pool);
    if (connections === undefined || connections <= (found.used ?? -1)) continue;
    found = { limit, used: connections, server: destination };
  }
  return found;
}
