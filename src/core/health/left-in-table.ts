/**
 * What a predecessor left in the kernel's table and the configuration of this start does not have: servers of a file that was changed before a restart.
 * They leave as they would have with a reload.
 */
import { after, type Duration, type Instant, microseconds, seconds } from '../base/time.ts';
import { type KernelServer, schedulerFlagsOf } from '../lvs/desired.ts';
import {
  IP_VS_SVC_F_ONEPACKET,
  IP_VS_SVC_F_PERSISTENT,
  type IpvsObservedDestination,
  type IpvsService,
  type IpvsTable,
} from '../lvs/ipvs-table.ts';
import {
  endpointKey,
  type ForwardingConfig,
  serviceKey,
  type VirtualServerConfig,
} from '../model/config.ts';
import { destinationPort } from '../model/destination-port.ts';
import type { LeavingService } from './leaving-services.ts';
import { type LeavingServer, type Left, leavingKey } from './server-orders.ts';

/** `drain_time` where nothing is said, for what no virtual server of the file speaks of. */
const DRAIN_TIME = seconds(300);

/** What is known of the table. */
export interface KnownServers {
  readonly virtualServers: readonly VirtualServerConfig[];
  /** Those that have left already, and all servers that leave: they go on as they began. */
  readonly gone: readonly VirtualServerConfig[];
  readonly leaving: readonly LeavingServer[];
}

/** What is found at the first look of a start. */
export function leftInTable(
  table: IpvsTable<IpvsObservedDestination>,
  { virtualServers, gone, leaving: known }: KnownServers,
  now: Instant,
): Left {
  const leaving = new Map<string, LeavingServer>();
  const services: LeavingService[] = [];
  const wanted = wantedDestinations([...virtualServers, ...gone], known);
  const drainTime = longestDrain(virtualServers);
  for (const [key, { service, destinations }] of table) {
    const owner = wanted.get(key);
    const time = owner === undefined ? drainTime : owner.drainTime;
    const virtualServer = owner === undefined ? key : owner.key;
    if (time === 0) continue;
    const until = after(now, time);
    const before = leaving.size;
    for (const [destinationKey, destination] of destinations) {
      if (owner?.destinations.has(destinationKey) === true || isIdle(destination)) continue;
      const server = serverOf(destination);
      if (server === undefined) continue;
      const one = { virtualServer, server, since: now, until };
      if (!leaving.has(leavingKey(one))) leaving.set(leavingKey(one), one);
    }
    if (owner === undefined && leaving.size > before) services.push(serviceOf(key, service));
  }
  return { leaving: [...leaving.values()], services };
}

/** What is configured of a service. */
interface Wanted {
  /** The first virtual server that has it. */
  readonly key: string;
  readonly drainTime: Duration;
  /** `endpointKey` of destinations that the configuration, or the book, knows. */
  readonly destinations: Set<string>;
}

function wantedDestinations(
  virtualServers: readonly VirtualServerConfig[],
  known: readonly LeavingServer[],
): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const leaving = new Map<string, KernelServer[]>();
  for (const { virtualServer, server } of known) {
    leaving.set(virtualServer, [...(leaving.get(virtualServer) ?? []), server]);
  }
  for (const { key, drainTime, services, realServers, sorryServer } of virtualServers) {
    const servers = [
      ...realServers,
      ...(sorryServer === undefined ? [] : [sorryServer]),
      ...(leaving.get(key) ?? []),
    ];
    for (const identity of services) {
      const at = serviceKey(identity);
      const entry = wanted.get(at) ?? { key, drainTime, destinations: new Set() };
      for (const server of servers) {
        entry.destinations.add(endpointKey(server.address, destinationPort(server, identity)));
      }
      wanted.set(at, entry);
    }
  }
  return wanted;
}

/** A virtual server that is gone had the time of the file, most likely. */
function longestDrain(virtualServers: readonly VirtualServerConfig[]): Duration {
  const [first, ...others] = virtualServers.map(({ drainTime }) => drainTime);
  if (first === undefined) return DRAIN_TIME;
  return others.reduce((longest, one) => microseconds(Math.max(longest, one)), first);
}

/** It gets no connections and has none: there is nothing to wait for. */
function isIdle(destination: IpvsObservedDestination): boolean {
  const { weight, activeConnections, inactiveConnections, persistentConnections } = destination;
  return weight + activeConnections + inactiveConnections + persistentConnections === 0;
}

function serverOf(destination: IpvsObservedDestination): KernelServer | undefined {
  const { address, port, upperThreshold, lowerThreshold } = destination;
  const forwarding = forwardingOf(destination);
  if (forwarding === undefined) return undefined;
  return { address, port, forwarding, upperThreshold, lowerThreshold };
}

const CHECKSUMS = ['none', 'csum', 'remcsum'] as const;

/** Undefined for one that Tandem never makes. */
function forwardingOf({
  forwarding,
  tunnel,
}: IpvsObservedDestination): ForwardingConfig | undefined {
  switch (forwarding) {
    case 'direct':
      return { method: 'DR' };
    case 'masquerade':
      return { method: 'NAT' };
    case 'tunnel': {
      const { type = 'ipip', port = 0, flags = 0 } = tunnel ?? {};
      return { method: 'TUN', tunnel: type, port, checksum: CHECKSUMS[flags] ?? 'none' };
    }
    case 'localnode':
    case 'bypass':
      return undefined;
  }
}

function serviceOf(key: string, service: IpvsService): LeavingService {
  const { identity, scheduler, flags, timeoutSeconds, netmaskPrefix, persistenceEngine } = service;
  return {
    key,
    title: key,
    services: [identity],
    scheduler,
    schedulerFlags: schedulerFlagsOf(flags),
    onePacket: (flags & IP_VS_SVC_F_ONEPACKET) !== 0,
    ...((flags & IP_VS_SVC_F_PERSISTENT) !== 0 && {
      persistence: {
        timeoutSeconds,
        granularityPrefix: netmaskPrefix,
        ...(persistenceEngine !== undefined && { engine: persistenceEngine }),
      },
    }),
  };
}
