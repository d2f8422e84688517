/**
 * A sequence of operations that never lowers capacity on its way: first what is added (a service
 * before its destinations), then what is changed in place, then what is removed (destinations before
 * their service). Established flows stay because nothing that exists is removed to be added again.
 */
import type { IpvsOperation } from './ipvs-table.ts';

const RANK = {
  addService: 0,
  addDestination: 1,
  updateService: 2,
  updateDestination: 3,
  removeDestination: 4,
  removeService: 5,
} as const satisfies Record<IpvsOperation['type'], number>;

/** The same operations in a safe sequence; within a kind in the order given. */
export function orderOperations(operations: readonly IpvsOperation[]): IpvsOperation[] {
  return operations.toSorted((a, b) => RANK[a.type] - RANK[b.type]);
}
