/**
 * An IPVS table in memory with the kernel's rules, as far as a command line meets them: what exists, what is refused and with which error,
 * the newest destination first.
 */

import type { TableKernel } from '../../src/cli/ipvs-parts.ts';
import { type IpFamily, isMulticast } from '../../src/core/base/address.ts';
import { err, ok } from '../../src/core/base/result.ts';
import type { IpvsTimeouts } from '../../src/core/lvs/config-codec.ts';
import type { SyncDaemon } from '../../src/core/lvs/daemon-codec.ts';
import type { ListedDestination } from '../../src/core/lvs/destination-codec.ts';
import type { IpvsOperation, IpvsService } from '../../src/core/lvs/ipvs-table.ts';
import { NO_TRAFFIC } from '../../src/core/lvs/stats-codec.ts';
import { serviceKey } from '../../src/core/model/config.ts';
import { KernelError } from '../../src/drivers/kernel-error.ts';

interface ModelService {
  readonly service: IpvsService;
  readonly destinations: Map<string, ListedDestination>;
}

/** What there is in this kernel. */
export interface ModelOptions {
  readonly interfaces?: readonly string[];
}

const SCHEDULERS = new Set([
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'mh',
]);

/** A kernel whose table is empty. */
export function modelIpvs({ interfaces = [] }: ModelOptions = {}): TableKernel {
  const table = new Map<string, ModelService>();
  let timeouts: IpvsTimeouts = { tcp: 900, tcpFin: 120, udp: 300 };
  let daemons: SyncDaemon[] = [];

  const apply = (operation: IpvsOperation): string | undefined => {
    const { key, service } = operation;
    const found = table.get(key);
    switch (operation.type) {
      case 'addService':
      case 'updateService': {
        if (operation.type === 'addService' && found !== undefined) return 'EEXIST';
        if (operation.type === 'updateService' && found === undefined) return 'ESRCH';
        if (!SCHEDULERS.has(service.scheduler)) return 'ENOENT';
        if (!['sip', undefined].includes(service.persistenceEngine)) return 'ENOENT';
        table.set(key, { service, destinations: found?.destinations ?? new Map() });
        return undefined;
      }
      case 'removeService':
        return table.delete(key) ? undefined : 'ESRCH';
      default:
        return found === undefined ? 'ESRCH' : applyToDestination(found, operation);
    }
  };
  const error = (name: string | undefined): KernelError | undefined =>
    name === undefined ? undefined : new KernelError('', name);
  const listed = ({ service }: ModelService) => ({ service, stats: NO_TRAFFIC, rates: NO_TRAFFIC });

  return {
    listServices: async () => [...table.values()].map(listed),
    listService: async (identity) => {
      const found = table.get(serviceKey(identity));
      return found === undefined ? err(new KernelError('', 'ESRCH')) : ok(listed(found));
    },
    listDestinations: async (identity) =>
      [...(table.get(serviceKey(identity))?.destinations.values() ?? [])].reverse(),
    apply: async (operations) => {
      const errors = operations.flatMap((operation) => {
        const refused = error(apply(operation));
        return refused === undefined ? [] : [{ operation, error: refused }];
      });
      return { applied: operations.length - errors.length, errors };
    },
    flush: async () => {
      table.clear();
      return undefined;
    },
    zero: async (identity) =>
      error(identity === undefined || table.has(serviceKey(identity)) ? undefined : 'ESRCH'),
    setTimeouts: async ({ tcp = 0, tcpFin = 0, udp = 0 }) => {
      timeouts = {
        tcp: tcp || timeouts.tcp,
        tcpFin: tcpFin || timeouts.tcpFin,
        udp: udp || timeouts.udp,
      };
      return undefined;
    },
    timeouts: async () => ok(timeouts),
    info: async () => ok({ version: '1.2.1', connectionTableSize: 4096 }),
    startDaemon: async (daemon) => {
      if (daemons.some(({ role }) => role === daemon.role)) return error('EEXIST');
      if ([...table.values()].some(isMixed)) return error('EINVAL');
      if (daemon.interface === 'lo') return error('ENETUNREACH');
      if (!interfaces.includes(daemon.interface)) return error('ENODEV');
      daemons = [...daemons, { ...DAEMON_DEFAULTS, ...daemon }];
      return undefined;
    },
    stopDaemon: async (role) => {
      const rest = daemons.filter((daemon) => daemon.role !== role);
      if (rest.length === daemons.length) return error('ESRCH');
      daemons = rest;
      return undefined;
    },
    daemons: async () => ok(daemons),
    close: () => undefined,
  };
}

const DAEMON_DEFAULTS = {
  maxLength: 1472,
  group: '224.0.0.81' as SyncDaemon['group'] & string,
  port: 8848,
  ttl: 1,
};

type DestinationOperation = Extract<IpvsOperation, { readonly destination: unknown }>;

function applyToDestination(
  { service, destinations }: ModelService,
  { type, destinationKey: key, destination }: DestinationOperation,
): string | undefined {
  const found = destinations.get(key);
  if (type === 'removeDestination') return destinations.delete(key) ? undefined : 'ENOENT';
  const { address, upperThreshold, lowerThreshold, forwarding, family } = destination;
  if (family !== service.identity.family && forwarding !== 'tunnel') return 'EINVAL';
  if (address === '0.0.0.0' || address === '::' || isMulticast(address)) return 'EINVAL';
  if (lowerThreshold > upperThreshold) return 'ERANGE';
  if (type === 'addDestination' && found !== undefined) return 'EEXIST';
  if (type === 'updateDestination' && found === undefined) return 'ENOENT';
  destinations.set(key, {
    ...destination,
    activeConnections: 0,
    inactiveConnections: 0,
    persistentConnections: 0,
    stats: NO_TRAFFIC,
    rates: NO_TRAFFIC,
  });
  return undefined;
}

function isMixed({ service, destinations }: ModelService): boolean {
  const { family }: { readonly family: IpFamily } = service.identity;
  return [...destinations.values()].some((one) => one.family !== family);
}
