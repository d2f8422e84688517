/** What the main process is told of the kernel's table: what is in it, as differences, and its state when that has changed. */
import type { IpvsObservedDestination, IpvsTable } from '../../core/lvs/ipvs-table.ts';
import type { FromHealth, IpvsStatus, IpvsTraffic } from '../frame/messages.ts';

/** When nothing else has changed, the time of the last look is told this often (microseconds). */
const STATUS_US = 2_000_000;

/** Remembers what was told. */
export class IpvsReports {
  readonly #send: (message: FromHealth) => void;
  /** Monotonic microseconds. */
  readonly #now: () => number;
  #status = '';
  #statusAt = Number.NEGATIVE_INFINITY;
  #owned: readonly string[] | undefined;

  constructor(send: (message: FromHealth) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** The state, unless it is as it was a moment ago; the services that are ours only when they are others. */
  status(status: IpvsStatus, owned: readonly string[]): void {
    const text = JSON.stringify({ ...status, readAt: 0 });
    const told = sameKeys(owned, this.#owned);
    const isNew = text !== this.#status || !told;
    if (!isNew && this.#now() - this.#statusAt < STATUS_US) return;
    this.#status = text;
    this.#statusAt = this.#now();
    this.#owned = owned;
    this.#send({ type: 'ipvs', status, ...(told ? {} : { owned }) });
  }

  /** Services that were read with their counters; `isComplete` when there are no others. */
  traffic(table: IpvsTable<IpvsObservedDestination>, isComplete: boolean): void {
    const traffic: IpvsTraffic[] = [];
    for (const [serviceKey, { service, destinations, stats }] of table) {
      if (stats === undefined) continue;
      traffic.push({
        serviceKey,
        scheduler: service.scheduler,
        stats,
        destinations: [...destinations].map(([key, destination]) => ({
          key,
          weight: destination.weight,
          active: destination.activeConnections,
          inactive: destination.inactiveConnections,
          stats: destination.stats,
        })),
      });
    }
    this.#send({ type: 'traffic', traffic, isComplete });
  }

  /** Services that have changed; those that are no longer in the table are gone. */
  programmed(keys: ReadonlySet<string>, table: IpvsTable): void {
    const services = [...keys].map((serviceKey) => {
      const entry = table.get(serviceKey);
      if (entry === undefined) return { serviceKey };
      const weights = [...entry.destinations].map(([key, { weight }]) => ({ key, weight }));
      return { serviceKey, found: { scheduler: entry.service.scheduler, weights } };
    });
    this.#send({ type: 'programmed', services });
  }
}

function sameKeys(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((key, index) => key === b[index]);
}
