/**
 * What to change in the kernel's table to make it the desired one. Services that are neither desired
 * nor ours are not touched; within a service of ours every destination is ours, so one that somebody
 * else put there is removed. The operations come in no particular order: see `order.ts`.
 */
import type {
  IpvsDestination,
  IpvsOperation,
  IpvsService,
  IpvsServiceEntry,
  IpvsTable,
} from './ipvs-table.ts';

/** What to compare. */
export interface TableComparison {
  /** The kernel's table. */
  readonly observed: IpvsTable;
  readonly desired: IpvsTable;
  /**
   * Keys of the services that are ours besides the desired ones: those that this run or its predecessor
   * made or configured. They are removed when they are no longer desired; all others are foreign.
   */
  readonly owned: ReadonlySet<string>;
}

/** The operations that lead from the observed table to the desired one; none when they agree. */
export function diffTables({ observed, desired, owned }: TableComparison): IpvsOperation[] {
  const operations: IpvsOperation[] = [];
  for (const [key, entry] of desired) {
    diffService(operations, key, observed.get(key), entry);
  }
  for (const [key, entry] of observed) {
    if (!owned.has(key) || desired.has(key)) continue;
    for (const [destinationKey, destination] of entry.destinations) {
      const { service } = entry;
      operations.push({ type: 'removeDestination', key, service, destinationKey, destination });
    }
    operations.push({ type: 'removeService', key, service: entry.service });
  }
  return operations;
}

function diffService(
  operations: IpvsOperation[],
  key: string,
  observed: IpvsServiceEntry | undefined,
  desired: IpvsServiceEntry,
): void {
  const { service } = desired;
  if (observed === undefined) operations.push({ type: 'addService', key, service });
  else if (!sameService(observed.service, service)) {
    operations.push({ type: 'updateService', key, service });
  }
  for (const [destinationKey, destination] of desired.destinations) {
    const current = observed?.destinations.get(destinationKey);
    if (current !== undefined && sameDestination(current, destination)) continue;
    const type = current === undefined ? 'addDestination' : 'updateDestination';
    operations.push({ type, key, service, destinationKey, destination });
  }
  for (const [destinationKey, destination] of observed?.destinations ?? []) {
    if (desired.destinations.has(destinationKey)) continue;
    operations.push({ type: 'removeDestination', key, service, destinationKey, destination });
  }
}

/** True when both have the same settings and the same destinations; counters do not matter. */
export function sameEntry(a: IpvsServiceEntry, b: IpvsServiceEntry): boolean {
  if (!sameService(a.service, b.service)) return false;
  if (a.destinations.size !== b.destinations.size) return false;
  for (const [key, destination] of a.destinations) {
    const other = b.destinations.get(key);
    if (other === undefined || !sameDestination(destination, other)) return false;
  }
  return true;
}

/** True when the kernel would make no difference between them; identities are the caller's business. */
export function sameService(a: IpvsService, b: IpvsService): boolean {
  return (
    a.scheduler === b.scheduler &&
    a.flags === b.flags &&
    a.timeoutSeconds === b.timeoutSeconds &&
    a.netmaskPrefix === b.netmaskPrefix &&
    a.persistenceEngine === b.persistenceEngine
  );
}

/** True when what is configured of both is the same; counters do not matter. */
export function sameDestination(a: IpvsDestination, b: IpvsDestination): boolean {
  return (
    a.family === b.family &&
    a.forwarding === b.forwarding &&
    a.weight === b.weight &&
    a.upperThreshold === b.upperThreshold &&
    a.lowerThreshold === b.lowerThreshold &&
    a.tunnel?.type === b.tunnel?.type &&
    a.tunnel?.port === b.tunnel?.port &&
    a.tunnel?.flags === b.tunnel?.flags
  );
}
