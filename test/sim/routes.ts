/** The routes and rules of a simulated kernel: what it refuses, and what goes with an interface or an address. */
import { type IpAddress, ipFromBytes } from '../../src/core/base/address.ts';
import { RTA } from '../../src/core/holdings/routing-abi.ts';
import { entryText } from '../../src/core/holdings/routing-entry.ts';
import {
  devicesOf,
  isSameRouting,
  type RoutingForm,
} from '../../src/core/holdings/routing-form.ts';
import type { RoutingOperation } from '../../src/core/holdings/routing-operations.ts';

/** What routes need of the host. */
export interface RoutesHost {
  readonly isDevice: (ifindex: number) => boolean;
  readonly isLocal: (address: IpAddress) => boolean;
}

interface Entry {
  readonly form: RoutingForm;
  readonly text: string;
}

/** All routes and rules of one kernel that somebody has set. */
export class SimRoutes {
  readonly #host: RoutesHost;
  #entries: readonly Entry[] = [];

  constructor(host: RoutesHost) {
    this.#host = host;
  }

  /** As rtnetlink tells them. */
  get forms(): readonly RoutingForm[] {
    return this.#entries.map(({ form }) => form);
  }

  /** In the words of `entryText`. */
  get texts(): readonly string[] {
    return this.#entries.map(({ text }) => text);
  }

  /** Carries an operation out: an errno, or undefined for success. `refusal` is that of additions. */
  apply({ type, form, entry }: RoutingOperation, refusal: string | undefined): string | undefined {
    const isSame = (one: Entry): boolean =>
      one.form.place === form.place && isSameRouting(form, one.form);
    const isThere = this.#entries.some(isSame);
    if (type === 'remove') {
      if (!isThere) return form.kind === 'rule' ? 'ENOENT' : 'ESRCH';
      this.#entries = this.#entries.filter((one) => !isSame(one));
      return undefined;
    }
    if (!devicesOf(form).every((ifindex) => this.#host.isDevice(ifindex))) return 'ENODEV';
    if (refusal !== undefined) return refusal;
    const source = sourceOf(form);
    if (source !== undefined && !this.#host.isLocal(source)) return 'EINVAL';
    if (isThere) return 'EEXIST';
    this.#entries = [...this.#entries, { form, text: entryText(entry) }];
    return undefined;
  }

  /** Interfaces or addresses have gone: so have the routes over them, and those that name them as their source. */
  settle(): void {
    const left = this.#entries.filter(({ form }) => {
      const source = form.kind === 'route' ? sourceOf(form) : undefined;
      const isLocal = source === undefined || this.#host.isLocal(source);
      return isLocal && devicesOf(form).every((ifindex) => this.#host.isDevice(ifindex));
    });
    if (left.length < this.#entries.length) this.#entries = left;
  }

  /** Somebody removes one; undefined when there is none. */
  steal(number: number): string | undefined {
    const stolen = this.#entries[number % Math.max(1, this.#entries.length)];
    if (stolen === undefined) return undefined;
    this.#entries = this.#entries.filter((one) => one !== stolen);
    return stolen.text;
  }

  /** Forgets everything. */
  reset(): void {
    this.#entries = [];
  }
}

function sourceOf({ attributes, kind }: RoutingForm): IpAddress | undefined {
  const bytes = kind === 'route' ? attributes.get(RTA.PREFSRC) : undefined;
  return bytes && ipFromBytes(bytes);
}
