/**
 * What the kernel refuses, by cause: thousands of operations can fail for one reason, at each attempt
 * again. A cause is the kind of operation, the errno and what the kernel lacks; it is told when it begins
 * and when its number changes, and the end of all causes is told once.
 */

import { type Trouble, troubleText } from '../../core/facts/troubles.ts';
import type { IpvsOperation } from '../../core/lvs/ipvs-table.ts';
import type { IpvsRefusal } from '../../drivers/ipvs.ts';
import { objectOf } from '../../drivers/ipvs-text.ts';
import { type IpvsRefused, NONE_REFUSED } from '../frame/messages.ts';

/** Services of refusals that are named; there may be tens of thousands. */
const SERVICES_MAX = 1_000;

/** Keeps which causes have been told. */
export class IpvsRefusals {
  #told: ReadonlyMap<string, number> = new Map();
  #standing: IpvsRefused = NONE_REFUSED;

  /** What is refused now. */
  get standing(): IpvsRefused {
    return this.#standing;
  }

  /** The troubles to tell after an attempt, when these refusals stand. */
  take(refusals: readonly IpvsRefusal[]): Trouble[] {
    if (refusals.length === 0) return [];
    const causes = new Map<string, IpvsRefusal[]>();
    for (const refusal of refusals) {
      const { errnoName, explanation } = refusal.error;
      const reason = explanation === '' ? hintOf(errnoName, refusal.operation) : explanation;
      const cause = `${refusal.operation.type} ${errnoName} ${reason}`;
      const same = causes.get(cause);
      if (same === undefined) causes.set(cause, [refusal]);
      else same.push(refusal);
    }
    const troubles = [...causes]
      .filter(([cause, same]) => this.#told.get(cause) !== same.length)
      .flatMap(([, same]) => troubleOf(same));
    this.#told = new Map([...causes].map(([cause, same]) => [cause, same.length]));
    this.#standing = standingOf([...causes.values()]);
    return troubles;
  }

  /** No refusal stands: true when there had been some, and nobody knows yet that they are over. */
  end(): boolean {
    const had = this.#told.size > 0;
    this.#told = new Map();
    this.#standing = NONE_REFUSED;
    return had;
  }
}

function standingOf(causes: readonly (readonly IpvsRefusal[])[]): IpvsRefused {
  const services: Record<string, string> = {};
  let left = SERVICES_MAX;
  for (const same of causes) {
    for (const refusal of same) {
      const { key } = refusal.operation;
      if (left === 0 || services[key] !== undefined) continue;
      const [trouble] = troubleOf([refusal]);
      if (trouble !== undefined) services[key] = troubleText(trouble);
      left--;
    }
  }
  return { causes: causes.flatMap(troubleOf), services };
}

const OPERATIONS = {
  addService: 'add-service',
  updateService: 'change-service',
  removeService: 'remove-service',
  addDestination: 'add-server',
  updateDestination: 'change-server',
  removeDestination: 'remove-server',
} as const satisfies Record<IpvsOperation['type'], Trouble['operation']>;

function troubleOf(same: readonly IpvsRefusal[]): readonly Trouble[] {
  const [first] = same;
  if (first === undefined) return [];
  const { operation, error } = first;
  const { errnoName: errno, explanation } = error;
  return [
    {
      operation: OPERATIONS[operation.type],
      about: objectOf(operation),
      ...(same.length > 1 && { count: same.length }),
      errno,
      detail: explanation === '' ? hintOf(errno, operation) : explanation,
    },
  ];
}

/** What the kernel means where it explains nothing; empty when there is nothing to add. */
function hintOf(errno: string, operation: IpvsOperation): string {
  const isService = operation.type === 'addService' || operation.type === 'updateService';
  if (errno !== 'ENOENT' || !isService) return '';
  const { scheduler, persistenceEngine } = operation.service;
  const engine = persistenceEngine === undefined ? '' : ` or ip_vs_pe_${persistenceEngine}`;
  return `the kernel has no module ip_vs_${scheduler}${engine}`;
}
