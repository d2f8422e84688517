/**
 * The IPVS table that configuration and health ask for. Every service of a virtual server gets the
 * same servers. What the kernel would refuse or ignore is set right here: ports of servers that are
 * reached without translation, thresholds that contradict each other, marks of zero.
 */
import { type IpAddress, ipFamily, maxPrefixLength } from '../base/address.ts';
import {
  endpointKey,
  type ForwardingConfig,
  type RealServerConfig,
  type ServiceIdentity,
  type SorryServerConfig,
  serviceKey,
  type VirtualServerConfig,
} from '../model/config.ts';
import { destinationPort } from '../model/destination-port.ts';
import { WEIGHT_MAX } from './abi.ts';
import {
  IP_VS_SVC_F_ONEPACKET,
  IP_VS_SVC_F_PERSISTENT,
  IP_VS_SVC_F_SCHED1,
  IP_VS_SVC_F_SCHED2,
  IP_VS_SVC_F_SCHED3,
  type IpvsDestination,
  type IpvsForwarding,
  type IpvsService,
  type IpvsServiceEntry,
  type IpvsTable,
} from './ipvs-table.ts';

const SCHEDULER_FLAG = {
  1: IP_VS_SVC_F_SCHED1,
  2: IP_VS_SVC_F_SCHED2,
  3: IP_VS_SVC_F_SCHED3,
} as const;

const FORWARDING = {
  DR: 'direct',
  NAT: 'masquerade',
  TUN: 'tunnel',
} as const satisfies Record<ForwardingConfig['method'], IpvsForwarding>;

/** Answers that the planner needs about one virtual server; cheap, no snapshot is built. */
export interface ServerVerdicts {
  /** The server takes part with this weight; undefined = must not be in the table. */
  effectiveWeight(virtualServerKey: string, realServerKey: string): number | undefined;
  /** The sorry server stands in. */
  sorryServerActive(virtualServerKey: string): boolean;
  /** Servers that have left the configuration and keep their connections: they are in the table with weight 0. */
  leaving(virtualServerKey: string): readonly KernelServer[];
  /** Virtual servers that have left the configuration, for as long as servers of theirs keep connections. */
  leavingServices(): readonly VirtualServerConfig[];
}

/** A real server, as far as the kernel has to know it. */
export type KernelServer = Pick<
  RealServerConfig,
  'address' | 'port' | 'forwarding' | 'upperThreshold' | 'lowerThreshold'
>;

/** IP_VS_TUNNEL_ENCAP_FLAG_*. */
const CHECKSUM_FLAG = { none: 0, csum: 1, remcsum: 2 } as const;

/** Keyword `sorry_server`: it always has this weight while it stands in. */
const SORRY_SERVER_WEIGHT = 1;

/**
 * The table for these virtual servers. A service that two of them name has the scheduler and flags of
 * the first and the servers of both, the first's where they are the same (keepalived ends up with
 * this table too). A firewall mark of 0 is no service and is left out.
 * @param wants says by their `serviceKey` which services are needed; all when it is absent
 */
export function desiredTable(
  virtualServers: readonly VirtualServerConfig[],
  health: ServerVerdicts,
  wants: (key: string) => boolean = () => true,
): IpvsTable {
  const table = new Map<string, IpvsServiceEntry>();
  for (const virtualServer of [...virtualServers, ...health.leavingServices()]) {
    for (const identity of virtualServer.services) {
      if (identity.kind === 'fwmark' && identity.mark === 0) continue;
      const key = serviceKey(identity);
      if (!wants(key)) continue;
      const own = desiredDestinations(virtualServer, identity, health);
      const other = table.get(key);
      table.set(key, {
        service: other?.service ?? desiredService(virtualServer, identity),
        destinations: other === undefined ? own : new Map([...own, ...other.destinations]),
      });
    }
  }
  return table;
}

/** Flags of a scheduler in the flags of a service of the kernel. */
export function schedulerFlagsOf(flags: number): VirtualServerConfig['schedulerFlags'] {
  return ([1, 2, 3] as const).filter((one) => (flags & SCHEDULER_FLAG[one]) !== 0);
}

/** The kernel's record of a service of a virtual server, without its servers. */
export function desiredService(
  virtualServer: VirtualServerConfig,
  identity: ServiceIdentity,
): IpvsService {
  const { persistence } = virtualServer;
  let flags = persistence === undefined ? 0 : IP_VS_SVC_F_PERSISTENT;
  if (virtualServer.onePacket) flags |= IP_VS_SVC_F_ONEPACKET;
  for (const flag of virtualServer.schedulerFlags) flags |= SCHEDULER_FLAG[flag];
  return {
    identity,
    scheduler: virtualServer.scheduler,
    flags,
    timeoutSeconds: persistence?.timeoutSeconds ?? 0,
    netmaskPrefix: persistence?.granularityPrefix ?? maxPrefixLength(identity.family),
    ...(persistence?.engine === undefined ? {} : { persistenceEngine: persistence.engine }),
  };
}

function desiredDestinations(
  virtualServer: VirtualServerConfig,
  identity: ServiceIdentity,
  health: ServerVerdicts,
): Map<string, IpvsDestination> {
  const destinations = new Map<string, IpvsDestination>();
  const put = (destination: IpvsDestination): void => {
    const key = endpointKey(destination.address, destination.port);
    // Servers that differ in nothing but a port which the method ignores are one destination.
    if (!destinations.has(key)) destinations.set(key, destination);
  };
  const { sorryServer } = virtualServer;
  const isSorry = sorryServer !== undefined && health.sorryServerActive(virtualServer.key);
  // Before the servers: it may be one of them, and then it must serve although that one is out.
  if (isSorry) put(sorryDestination(sorryServer, identity, SORRY_SERVER_WEIGHT));
  for (const server of virtualServer.realServers) {
    const serverKey = endpointKey(server.address, server.port);
    const weight = health.effectiveWeight(virtualServer.key, serverKey);
    if (weight !== undefined) put(realDestination(server, identity, weight));
  }
  for (const server of health.leaving(virtualServer.key)) put(realDestination(server, identity, 0));
  // Last: a server of the same address counts for more than a stand-in that is not needed.
  if (sorryServer?.inhibit === true) put(sorryDestination(sorryServer, identity, 0));
  return destinations;
}

function realDestination(
  server: KernelServer,
  identity: ServiceIdentity,
  weight: number,
): IpvsDestination {
  const upperThreshold = limited(server.upperThreshold);
  return {
    ...endpoint(server, identity),
    weight: limited(weight),
    upperThreshold,
    // The kernel refuses a lower limit above the upper one (ERANGE), and none below counts from none.
    lowerThreshold: Math.min(limited(server.lowerThreshold), upperThreshold),
  };
}

function sorryDestination(
  server: SorryServerConfig,
  identity: ServiceIdentity,
  weight: number,
): IpvsDestination {
  return { ...endpoint(server, identity), weight, upperThreshold: 0, lowerThreshold: 0 };
}

interface Server {
  readonly address: IpAddress;
  readonly port: number;
  readonly forwarding: ForwardingConfig;
}

function endpoint(
  server: Server,
  identity: ServiceIdentity,
): Pick<IpvsDestination, 'family' | 'address' | 'port' | 'forwarding' | 'tunnel'> {
  const { address, forwarding } = server;
  return {
    family: ipFamily(address),
    address,
    port: destinationPort(server, identity),
    forwarding: FORWARDING[forwarding.method],
    ...(forwarding.method === 'TUN'
      ? {
          tunnel: {
            type: forwarding.tunnel,
            port: forwarding.tunnel === 'gue' ? forwarding.port : 0,
            flags: CHECKSUM_FLAG[forwarding.checksum],
          },
        }
      : {}),
  };
}

function limited(value: number): number {
  return Math.min(Math.max(0, Math.trunc(value)), WEIGHT_MAX);
}
