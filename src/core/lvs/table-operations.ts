/**
 * From an observed table to a desired one: the operations in their sequence, and what a table looks
 * like after operations, for the picture that is kept between two dumps.
 */
import { unreachable } from '../base/assert.ts';
import { diffTables, type TableComparison } from './diff.ts';
import type { IpvsDestination, IpvsOperation, IpvsServiceEntry, IpvsTable } from './ipvs-table.ts';
import { orderOperations } from './order.ts';

/** The operations to send, in a safe sequence; none when the tables agree as far as we own them. */
export function planTable(comparison: TableComparison): IpvsOperation[] {
  return orderOperations(diffTables(comparison));
}

/**
 * The table after these operations, a new map, as the kernel would carry them out. An operation that the kernel
 * would refuse (adding what is there, changing what is not) changes nothing. Counters of what an
 * update touches are not carried over.
 */
export function applyOperations(
  table: IpvsTable,
  operations: readonly IpvsOperation[],
): Map<string, IpvsServiceEntry> {
  const out = new Map<string, IpvsServiceEntry>(table);
  // Maps that are copies already: a batch may touch one service thousands of times.
  const copied = new Map<string, Map<string, IpvsDestination>>();
  for (const operation of operations) applyOne(out, copied, operation);
  return out;
}

function applyOne(
  table: Map<string, IpvsServiceEntry>,
  copied: Map<string, Map<string, IpvsDestination>>,
  operation: IpvsOperation,
): void {
  const { key, service } = operation;
  const entry = table.get(key);
  switch (operation.type) {
    case 'addService':
      if (entry !== undefined) return;
      copied.delete(key);
      table.set(key, { service, destinations: new Map() });
      return;
    case 'updateService':
      if (entry !== undefined) table.set(key, { ...entry, service });
      return;
    case 'removeService':
      table.delete(key);
      copied.delete(key);
      return;
    case 'addDestination':
    case 'updateDestination':
    case 'removeDestination': {
      if (entry === undefined) return;
      const exists = entry.destinations.has(operation.destinationKey);
      if (exists === (operation.type === 'addDestination')) return;
      const destinations = copied.get(key) ?? new Map(entry.destinations);
      if (!copied.has(key)) {
        copied.set(key, destinations);
        table.set(key, { ...entry, destinations });
      }
      if (operation.type === 'removeDestination') destinations.delete(operation.destinationKey);
      else destinations.set(operation.destinationKey, operation.destination);
      return;
    }
    default:
      unreachable(operation);
  }
}
