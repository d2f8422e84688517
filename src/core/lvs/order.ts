/**
 * A sequence of operations that never lowers capacity on its way: first what is added (a service
 * before its destinations), then what is changed in place, then what is removed (destinations before
 * their service). Established flows stay because nothing that exists is removed to be added again.
 * A new service is followed by its destinations: without them it refuses its clients.
 */
import type { IpvsOperation } from './ipvs-table.ts';

const RANK = {
  addService: 0,
  addDestination: 0,
  updateService: 1,
  updateDestination: 2,
  removeDestination: 3,
  removeService: 4,
} as const satisfies Record<IpvsOperation['type'], number>;

/** The same operations in a safe sequence; within a kind in the order given, where a service stands before its destinations. */
export function orderOperations(operations: readonly IpvsOperation[]): IpvsOperation[] {
  return operations.toSorted((a, b) => RANK[a.type] - RANK[b.type]);
}

/** New services of one step stay without destinations for as long as so many operations take. */
const STEP_OPERATIONS = 256;

/**
 * Steps in which operations are sent, so that those that depend on a refused one need not be tried: some new services, their destinations,
 * the next new services, and so on; everything else at the end.
 *
 * @param operations in the sequence of `orderOperations`
 */
export function stepsOf(
  operations: readonly IpvsOperation[],
): readonly (readonly IpvsOperation[])[] {
  const made = new Set<string>();
  for (const { type, key } of operations) if (type === 'addService') made.add(key);
  if (made.size === 0) return operations.length === 0 ? [] : [operations];
  const steps: IpvsOperation[][] = [];
  const rest: IpvsOperation[] = [];
  let [services, servers]: [IpvsOperation[], IpvsOperation[]] = [[], []];
  const end = (): void => {
    steps.push(services, servers);
    [services, servers] = [[], []];
  };
  for (const operation of operations) {
    if (operation.type === 'addService') {
      if (services.length + servers.length >= STEP_OPERATIONS) end();
      services.push(operation);
    } else if (made.has(operation.key)) servers.push(operation);
    else rest.push(operation);
  }
  end();
  return [...steps, rest].filter((step) => step.length > 0);
}
