/**
 * What the kernel refuses, by cause: thousands of operations can fail for one reason, at each attempt
 * again. A cause is the kind of operation, the errno and what the kernel lacks; it is told when it begins
 * and when its number changes, and the end of all causes is told once.
 */
import type { IpvsOperation } from '../../core/lvs/ipvs-table.ts';
import type { IpvsRefusal } from '../../drivers/ipvs.ts';
import type { TroubleFact } from '../frame/messages.ts';

/** Keeps which causes have been told. */
export class IpvsRefusals {
  #told: ReadonlyMap<string, number> = new Map();

  /** The troubles to tell after an attempt that ended with these refusals. */
  take(refusals: readonly IpvsRefusal[]): TroubleFact[] {
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
      .map(([, same]) => troubleOf(same));
    this.#told = new Map([...causes].map(([cause, same]) => [cause, same.length]));
    return troubles;
  }

  /** An attempt without refusals: true when there had been some, and nobody knows yet that they are over. */
  end(): boolean {
    const had = this.#told.size > 0;
    this.#told = new Map();
    return had;
  }
}

/** What is done to what, in words for several of them. */
const WORDS = {
  addService: ['add', 'services'],
  updateService: ['change', 'services'],
  removeService: ['remove', 'services'],
  addDestination: ['add', 'servers'],
  updateDestination: ['change', 'servers'],
  removeDestination: ['remove', 'servers'],
} as const satisfies Record<IpvsOperation['type'], readonly [string, string]>;

function troubleOf(same: readonly IpvsRefusal[]): TroubleFact {
  const [first] = same;
  if (first === undefined) return { operation: '', errno: '', message: '' };
  const { operation, error } = first;
  const { errnoName: errno, explanation } = error;
  const message = explanation === '' ? hintOf(errno, operation) : explanation;
  const [verb, objects] = WORDS[operation.type];
  if (same.length === 1) return { operation: error.operation, errno, message };
  return {
    operation: `${verb} ${same.length} ${objects}`,
    errno,
    message: [message, `the first: ${error.operation}`].filter((part) => part !== '').join('; '),
  };
}

/** What the kernel means where it explains nothing; empty when there is nothing to add. */
function hintOf(errno: string, operation: IpvsOperation): string {
  const isService = operation.type === 'addService' || operation.type === 'updateService';
  if (errno !== 'ENOENT' || !isService) return '';
  const { scheduler, persistenceEngine } = operation.service;
  const engine = persistenceEngine === undefined ? '' : ` or ip_vs_pe_${persistenceEngine}`;
  return `the kernel has no module ip_vs_${scheduler}${engine}`;
}
