/**
 * What somebody else did to services of ours, told from the operations that undo it: the object, what it
 * was found to be, and what it is again.
 */
import { sameDestination, sameService } from './diff.ts';
import type { IpvsDestination, IpvsOperation, IpvsService, IpvsTable } from './ipvs-table.ts';

/** One foreign change that is undone. */
export interface IpvsRepair {
  /** `serviceKey`. */
  readonly service: string;
  /** `endpointKey` of the server; absent when it is about the service itself. */
  readonly server?: string;
  /** `missing`: somebody removed it; `foreign`: somebody added it; `changed`: it had other values. */
  readonly found: 'missing' | 'foreign' | 'changed';
  /** Of a change: the settings, as found and as they are again. */
  readonly settings: readonly {
    readonly name: string;
    readonly was: string | number;
    readonly is: string | number;
  }[];
}

const FOUND = {
  addService: 'missing',
  addDestination: 'missing',
  updateService: 'changed',
  updateDestination: 'changed',
  removeService: 'foreign',
  removeDestination: 'foreign',
} as const satisfies Record<IpvsOperation['type'], IpvsRepair['found']>;

/** The repair that an operation is, seen from the table that was found. */
export function repairOf(observed: IpvsTable, operation: IpvsOperation): IpvsRepair {
  const { key, service } = operation;
  const entry = observed.get(key);
  const found = FOUND[operation.type];
  if (!('destinationKey' in operation)) {
    const settings = found === 'changed' && entry ? serviceSettings(entry.service, service) : [];
    return { service: key, found, settings };
  }
  const { destinationKey, destination } = operation;
  const before = entry?.destinations.get(destinationKey);
  const settings = found === 'changed' && before ? serverSettings(before, destination) : [];
  return { service: key, server: destinationKey, found, settings };
}

function serviceSettings(was: IpvsService, is: IpvsService): IpvsRepair['settings'] {
  if (sameService(was, is)) return [];
  return different([
    ['scheduler', was.scheduler, is.scheduler],
    ['flags', was.flags, is.flags],
    ['persistence timeout', was.timeoutSeconds, is.timeoutSeconds],
    ['persistence prefix', was.netmaskPrefix, is.netmaskPrefix],
    ['persistence engine', was.persistenceEngine ?? 'none', is.persistenceEngine ?? 'none'],
  ]);
}

function serverSettings(was: IpvsDestination, is: IpvsDestination): IpvsRepair['settings'] {
  if (sameDestination(was, is)) return [];
  const tunnel = ({ tunnel }: IpvsDestination): string =>
    tunnel === undefined ? 'none' : `${tunnel.type} ${tunnel.port} ${tunnel.flags}`;
  return different([
    ['weight', was.weight, is.weight],
    ['forwarding', was.forwarding, is.forwarding],
    ['upper threshold', was.upperThreshold, is.upperThreshold],
    ['lower threshold', was.lowerThreshold, is.lowerThreshold],
    ['tunnel', tunnel(was), tunnel(is)],
  ]);
}

function different(
  rows: readonly (readonly [string, string | number, string | number])[],
): IpvsRepair['settings'] {
  return rows.filter(([, was, is]) => was !== is).map(([name, was, is]) => ({ name, was, is }));
}
