/** The table, connections, time-outs and daemons as plain data, for `tandem ipvs --json`. Rates are per second. */
import type { IpvsTimeouts } from '../lvs/config-codec.ts';
import type { SyncDaemon } from '../lvs/daemon-codec.ts';
import type { ListedDestination } from '../lvs/destination-codec.ts';
import { IP_VS_SVC_F_ONEPACKET, IP_VS_SVC_F_PERSISTENT } from '../lvs/ipvs-table.ts';
import { serviceKey } from '../model/config.ts';
import type { ConnectionEntry } from './connections.ts';
import type { TandemShare } from './ownership.ts';
import { type ListedEntry, maskText, schedulerFlags } from './table.ts';

/** Version of these documents; it grows when a field changes its meaning or goes away. */
const IPVS_JSON_VERSION = 1;

const METHODS = {
  masquerade: 'NAT',
  localnode: 'local',
  tunnel: 'TUN',
  direct: 'DR',
  bypass: 'bypass',
} as const;

const CHECKSUMS: Readonly<Record<number, string>> = { 0: 'none', 1: 'csum', 2: 'remcsum' };

/** A list of services; `tandem` is the virtual server of the running Tandem that a service is of, null when it is of none. */
export function tableJson(entries: readonly ListedEntry[], share: TandemShare | undefined): object {
  return {
    ipvsVersion: IPVS_JSON_VERSION,
    services: entries.map((entry) => serviceJson(entry, share)),
  };
}

function serviceJson(entry: ListedEntry, share: TandemShare | undefined): object {
  const { service, stats, rates, destinations } = entry;
  const { identity, scheduler, flags, timeoutSeconds } = service;
  const key = serviceKey(identity);
  const isPersistent = (flags & IP_VS_SVC_F_PERSISTENT) !== 0;
  return {
    key,
    tandem: share?.services.get(key) ?? null,
    family: identity.family,
    protocol: identity.kind === 'address' ? identity.protocol : null,
    address: identity.kind === 'address' ? identity.address : null,
    port: identity.kind === 'address' ? identity.port : null,
    mark: identity.kind === 'fwmark' ? identity.mark : null,
    scheduler,
    schedulerFlags: schedulerFlags(service)?.split(',').filter(Boolean) ?? [],
    persistence: isPersistent ? { timeoutSeconds, netmask: maskText(service) ?? null } : null,
    persistenceEngine: service.persistenceEngine ?? null,
    onePacket: (flags & IP_VS_SVC_F_ONEPACKET) !== 0,
    stats,
    rates,
    servers: destinations.map(destinationJson),
  };
}

function destinationJson(one: ListedDestination): object {
  const { forwarding, tunnel, ...rest } = one;
  return {
    ...rest,
    method: METHODS[forwarding],
    tunnel:
      tunnel === undefined
        ? null
        : { type: tunnel.type, port: tunnel.port, checksum: CHECKSUMS[tunnel.flags] ?? null },
  };
}

/** Connections, each with its engine's data or null. */
export function connectionsJson(connections: readonly ConnectionEntry[]): object {
  return {
    ipvsVersion: IPVS_JSON_VERSION,
    connections: connections.map((one) => ({ ...one, engine: one.engine ?? null })),
  };
}

/** Time-outs in seconds. */
export function timeoutsJson(timeouts: IpvsTimeouts): object {
  return { ipvsVersion: IPVS_JSON_VERSION, timeoutsSeconds: timeouts };
}

/** What runs of the connection synchronisation, and whether the running Tandem keeps it. */
export function daemonsJson(
  daemons: readonly SyncDaemon[],
  share: TandemShare | undefined,
): object {
  return { ipvsVersion: IPVS_JSON_VERSION, daemons, tandem: share?.syncDaemon ?? false };
}
