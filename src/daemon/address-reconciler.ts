/**
 * Keeps the kernel's addresses equal to what the instances want: applies the plan at once when a wish
 * changes, and again whenever the kernel's picture changes behind our back.
 */
import type { IpAddress } from '../core/base/address.ts';
import type { VirtualAddressConfig } from '../core/config/model.ts';
import {
  type AddressOperation,
  type AddressWish,
  addressKey,
  planAddresses,
} from '../core/vrrp/address-plan.ts';
import type { AddressFact } from '../core/vrrp/types.ts';

/** A refusal that means "it is already as wanted". */
const BENIGN = { add: new Set(['EEXIST']), remove: new Set(['EADDRNOTAVAIL', 'ENODEV', 'ESRCH']) };

/** The kernel as the reconciler needs it; refusals come back as errno names. */
export interface AddressKernel {
  addAddress(ifindex: number, address: VirtualAddressConfig): Promise<string | undefined>;
  removeAddress(ifindex: number, address: VirtualAddressConfig): Promise<string | undefined>;
}

/** What the reconciler works with and reports to. */
export interface AddressReconcilerOptions {
  readonly kernel: AddressKernel;
  readonly ifindexOf: (name: string) => number | undefined;
  readonly onFailed: (operation: AddressOperation, errno: string) => void;
}

/** One virtual address, wanted and observed. */
export interface VipView {
  readonly instance: string;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly interface: string;
  /** This node should hold it. */
  readonly expected: boolean;
  /** The kernel has it. */
  readonly present: boolean;
  /** How often it came back after somebody else had removed it. */
  readonly restored: number;
}

/** Applies address plans. */
export class AddressReconciler {
  readonly #options: AddressReconcilerOptions;
  readonly #wishes = new Map<string, AddressWish>();
  /** How many instances want an address, by `addressKey`. */
  readonly #wanters = new Map<string, number>();
  /** Addresses that were in a wish once and are in none now: to be removed when seen. */
  readonly #managed = new Map<string, ManagedAddress>();
  /** Wanted addresses that a dump has shown: when one is gone again, somebody removed it. */
  readonly #seen = new Set<string>();
  readonly #restored = new Map<string, number>();
  /** What the kernel has, by `addressKey`: the last dump and what was requested since. */
  #present = new Set<string>();
  #pending: Promise<void> = Promise.resolve();

  constructor(options: AddressReconcilerOptions) {
    this.#options = options;
  }

  /** A new wish of one instance; the requests are in the kernel when this returns. */
  wish(wish: AddressWish): void {
    const old = this.#wishes.get(wish.instance);
    const dropped = old === undefined ? [] : this.#entries(old);
    this.#wishes.set(wish.instance, wish);
    for (const entry of dropped) {
      this.#managed.set(entry.key, entry);
      this.#count(old, entry.key, -1);
    }
    for (const { key } of this.#entries(wish)) this.#count(wish, key, 1);
    this.#apply([wish], dropped);
  }

  /** The kernel's picture after a dump. */
  observe(addresses: readonly AddressFact[]): void {
    this.#present = new Set(
      addresses.map((fact) => addressKey(fact.ifindex, fact.address, fact.prefixLength)),
    );
    for (const key of this.#seen) {
      if (this.#present.has(key)) continue;
      this.#seen.delete(key);
      this.#restored.set(key, (this.#restored.get(key) ?? 0) + 1);
    }
    for (const key of this.#wanters.keys()) if (this.#present.has(key)) this.#seen.add(key);
    this.#apply(this.#wishes.values(), this.#managed.values());
  }

  /** All addresses of all instances, as they should be and as they are. */
  view(): VipView[] {
    return [...this.#wishes.values()].flatMap((wish) =>
      wish.addresses.map((address) => {
        const key = this.#keyOf(address);
        return {
          instance: wish.instance,
          address: address.address,
          prefixLength: address.prefixLength,
          interface: address.interface,
          expected: wish.present,
          present: key !== undefined && this.#present.has(key),
          restored: (key === undefined ? undefined : this.#restored.get(key)) ?? 0,
        };
      }),
    );
  }

  /** Resolves when every request sent so far was answered. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  #apply(wishes: Iterable<AddressWish>, managed: Iterable<ManagedAddress>): void {
    const operations = planAddresses({
      wishes,
      managed,
      isPresent: (key) => this.#present.has(key),
      isWantedByOthers: (key) => this.#wanters.has(key),
      ifindexOf: this.#options.ifindexOf,
    });
    for (const operation of operations) this.#request(operation);
  }

  /** Takes the request for granted until the next dump or its refusal, so that it is not sent twice. */
  #request(operation: AddressOperation): void {
    const { type, ifindex, address } = operation;
    const { kernel, onFailed } = this.#options;
    const key = addressKey(ifindex, address.address, address.prefixLength);
    if (type === 'add') this.#present.add(key);
    else this.#present.delete(key);
    const done =
      type === 'add' ? kernel.addAddress(ifindex, address) : kernel.removeAddress(ifindex, address);
    this.#pending = Promise.all([this.#pending, done]).then(([, errno]) => {
      if (errno === undefined || BENIGN[type].has(errno)) return;
      if (type === 'add') this.#present.delete(key);
      onFailed(operation, errno);
    });
  }

  #count(wish: AddressWish | undefined, key: string, change: 1 | -1): void {
    if (wish?.present !== true) return;
    const count = (this.#wanters.get(key) ?? 0) + change;
    if (count > 0) this.#wanters.set(key, count);
    else {
      this.#wanters.delete(key);
      this.#seen.delete(key);
    }
  }

  #entries(wish: AddressWish): ManagedAddress[] {
    return wish.addresses.flatMap((address) => {
      const ifindex = this.#options.ifindexOf(address.interface);
      if (ifindex === undefined) return [];
      const key = addressKey(ifindex, address.address, address.prefixLength);
      return { key, instance: wish.instance, ifindex, address };
    });
  }

  #keyOf(address: VirtualAddressConfig): string | undefined {
    const ifindex = this.#options.ifindexOf(address.interface);
    if (ifindex === undefined) return undefined;
    return addressKey(ifindex, address.address, address.prefixLength);
  }
}

interface ManagedAddress extends Omit<AddressOperation, 'type'> {
  readonly key: string;
}
