/**
 * Compares what is seen in /proc/net/ip_vs with what is believed to be in the kernel, and names the services that have to be read. Where
 * netlink then says that all is as believed, the file has something that we do not know (another kernel's format, a service of others with
 * the same mark): its number is remembered, so that it is asked about once and not at each look.
 */
import type { ServiceIdentity } from '../model/config.ts';
import { serviceKey } from '../model/config.ts';
import type { IpvsServiceEntry, IpvsTable } from './ipvs-table.ts';
import { type ProcTable, procKey, procNumber } from './proc-table.ts';

interface Known {
  readonly key: string;
  readonly number: number;
}

interface Believed {
  /** `serviceKey`s of one name in the file. */
  readonly services: string[];
  number: number;
}

/** Remembers numbers from look to look. */
export class TableWatch {
  readonly #numbers = new WeakMap<IpvsServiceEntry, Known>();
  /** What the file shows of services that netlink has confirmed, by its name for them. */
  readonly #confirmed = new Map<string, { readonly believed: number; readonly seen: number }>();

  /**
   * The keys of services that are not as believed.
   * @param absent services that are ours and are believed not to be there
   */
  differing(seen: ProcTable, believed: IpvsTable, absent: readonly ServiceIdentity[]): string[] {
    const names = this.#named(believed, absent);
    const differing: string[] = [];
    for (const [name, { services, number }] of names) {
      const found = seen.get(name) ?? 0;
      const confirmed = this.#confirmed.get(name);
      if (found === number) {
        if (confirmed !== undefined) this.#confirmed.delete(name);
      } else if (confirmed?.believed !== number || confirmed.seen !== found) {
        differing.push(...services);
      }
    }
    return differing;
  }

  /** Netlink has said that these services are as believed, although they look otherwise in the file. */
  confirm(
    keys: ReadonlySet<string>,
    seen: ProcTable,
    believed: IpvsTable,
    absent: readonly ServiceIdentity[],
  ): void {
    for (const [name, { services, number }] of this.#named(believed, absent)) {
      const found = seen.get(name) ?? 0;
      if (found === number || !services.some((key) => keys.has(key))) continue;
      this.#confirmed.set(name, { believed: number, seen: found });
    }
  }

  #named(believed: IpvsTable, absent: readonly ServiceIdentity[]): Map<string, Believed> {
    const names = new Map<string, Believed>();
    const add = (name: string, service: string, number: number): void => {
      const known = names.get(name);
      if (known === undefined) names.set(name, { services: [service], number });
      else {
        known.services.push(service);
        known.number = (known.number + number) | 0;
      }
    };
    for (const [service, entry] of believed) {
      const { key, number } = this.#numberOf(entry);
      add(key, service, number);
    }
    for (const identity of absent) add(procKey(identity), serviceKey(identity), 0);
    return names;
  }

  #numberOf(entry: IpvsServiceEntry): Known {
    let known = this.#numbers.get(entry);
    if (known === undefined) {
      known = { key: procKey(entry.service.identity), number: procNumber(entry) };
      this.#numbers.set(entry, known);
    }
    return known;
  }
}
