/**
 * Operations that the kernel has refused. Each is withheld for a pause of its own, which grows from attempt to attempt; nothing else waits
 * for it, not even other operations on the same service. An operation with other values is another one, and is tried at once.
 */
import { after, type Duration, earliest, type Instant, milliseconds } from '../base/time.ts';
import { sameDestination, sameService } from './diff.ts';
import type { IpvsOperation } from './ipvs-table.ts';

/** The first pause; doubled up to the maximum. */
export const PAUSE_FIRST: Duration = milliseconds(100);
export const PAUSE_MAX: Duration = milliseconds(10_000);

/** A refusal, with whatever its owner wants to know of it. */
export interface Refusal {
  readonly operation: IpvsOperation;
}

interface Entry<R> {
  readonly refusal: R;
  readonly pause: Duration;
  readonly until: Instant;
}

/** The refusals that stand. */
export class Withheld<R extends Refusal> {
  readonly #entries = new Map<string, Entry<R>>();

  /** True when no refusal stands. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** All refusals that stand, the oldest first. */
  get refusals(): readonly R[] {
    return [...this.#entries.values()].map(({ refusal }) => refusal);
  }

  /** When the next one is to be tried again; undefined when there is none. */
  get dueAt(): Instant | undefined {
    let due: Instant | undefined;
    for (const { until } of this.#entries.values()) due = earliest(due, until);
    return due;
  }

  /** The services of what is to be tried again by now. */
  dueServices(now: Instant): readonly string[] {
    return [...this.#entries.values()].flatMap(({ refusal, until }) =>
      until <= now ? [refusal.operation.key] : [],
    );
  }

  /**
   * What of a new plan is to be sent now. A service that could not be made takes its servers along. What was refused and is planned no
   * more is forgotten.
   * @param planned the services that the plan is about; all when it is absent
   */
  admit(
    now: Instant,
    operations: readonly IpvsOperation[],
    planned?: ReadonlySet<string>,
  ): readonly IpvsOperation[] {
    if (this.#entries.size === 0) return operations;
    const wanted = new Map<string, IpvsOperation>();
    for (const operation of operations) wanted.set(nameOf(operation), operation);
    const missing = new Set<string>();
    const held = new Set<IpvsOperation>();
    for (const [name, { refusal, until }] of this.#entries) {
      const { key, type } = refusal.operation;
      if (planned?.has(key) === false) continue;
      const operation = wanted.get(name);
      if (operation === undefined || !sameOperation(operation, refusal.operation)) {
        this.#entries.delete(name);
      } else if (now < until) {
        held.add(operation);
        if (type === 'addService') missing.add(key);
      }
    }
    // What was refused of their servers before is no longer of interest, and must not be due again and again meanwhile.
    if (missing.size > 0) {
      for (const [name, { refusal }] of this.#entries) {
        const { key, type } = refusal.operation;
        if (type !== 'addService' && missing.has(key)) this.#entries.delete(name);
      }
    }
    return operations.filter((operation) => !held.has(operation) && !missing.has(operation.key));
  }

  /** What came of operations that were sent. */
  settle(now: Instant, sent: readonly IpvsOperation[], refusals: readonly R[]): void {
    const refused = new Set(refusals.map(({ operation }) => operation));
    if (this.#entries.size > 0) {
      for (const operation of sent) {
        if (!refused.has(operation)) this.#entries.delete(nameOf(operation));
      }
    }
    for (const refusal of refusals) {
      const name = nameOf(refusal.operation);
      const before = this.#entries.get(name);
      const doubled = before === undefined ? PAUSE_FIRST : 2 * before.pause;
      const pause = Math.min(doubled, PAUSE_MAX) as Duration;
      this.#entries.set(name, { refusal, pause, until: after(now, pause) });
    }
  }
}

function nameOf(operation: IpvsOperation): string {
  const { type, key } = operation;
  return 'destinationKey' in operation
    ? `${type} ${key} ${operation.destinationKey}`
    : `${type} ${key}`;
}

function sameOperation(a: IpvsOperation, b: IpvsOperation): boolean {
  if (!sameService(a.service, b.service)) return false;
  if (!('destination' in a) || !('destination' in b)) return true;
  return sameDestination(a.destination, b.destination);
}
