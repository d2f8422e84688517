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
import type { NetworkChange } from '../drivers/rtnetlink-messages.ts';

/** A refusal that means "it is already as wanted". */
const BENIGN = { add: new Set(['EEXIST']), remove: new Set(['EADDRNOTAVAIL', 'ENODEV', 'ESRCH']) };

/**
 * The kernel as the reconciler needs it: carries operations out in order, in one go, and resolves with an
 * errno name or undefined for each. They are in the kernel when the call returns.
 */
export type AddressKernel = (
  operations: readonly AddressOperation[],
) => Promise<readonly (string | undefined)[]>;

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
  /** Requests whose notification has not come yet: `add` or `remove`, a blank, and the `addressKey`. */
  readonly #awaited = new Set<string>();
  /** What the kernel has, by `addressKey`: the last dump and what was requested since. */
  #present = new Set<string>();
  #pending: Promise<void> = Promise.resolve();

  constructor(options: AddressReconcilerOptions) {
    this.#options = options;
  }

  /** New wishes of instances, in order; the requests of all are in the kernel when this returns. */
  wish(...wishes: readonly AddressWish[]): void {
    const operations: AddressOperation[] = [];
    for (const wish of wishes) {
      const old = this.#wishes.get(wish.instance);
      const dropped = old === undefined ? [] : this.#entries(old);
      this.#wishes.set(wish.instance, wish);
      for (const entry of dropped) {
        this.#managed.set(entry.key, entry);
        this.#count(old, entry.key, -1);
      }
      for (const { key } of this.#entries(wish)) this.#count(wish, key, 1);
      operations.push(...this.#plan([wish], dropped));
    }
    this.#request(operations);
  }

  /** Forgets instances that are in no configuration any more; what they still have is removed when it is seen. */
  keep(isConfigured: (instance: string) => boolean): void {
    for (const [instance, wish] of this.#wishes) {
      if (isConfigured(instance)) continue;
      this.#wishes.delete(instance);
      for (const entry of this.#entries(wish)) {
        this.#managed.set(entry.key, entry);
        this.#count(wish, entry.key, -1);
      }
    }
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
    this.#countAnew();
    for (const key of this.#wanters.keys()) if (this.#present.has(key)) this.#seen.add(key);
    const operations = this.#plan(this.#wishes.values(), this.#managed.values());
    // What is gone and in no wish is nobody's: if somebody adds it by hand, it is theirs.
    const ours = new Set([...this.#wishes.values()].flatMap((wish) => this.#keysOf(wish)));
    for (const key of this.#managed.keys()) {
      if (!this.#present.has(key) && !ours.has(key)) this.#managed.delete(key);
    }
    this.#request(operations);
  }

  /**
   * Takes a notification in. True when it tells of a request of ours, which is known here: no reason to read
   * all addresses again.
   */
  confirms(change: NetworkChange): boolean {
    if (change.type !== 'address' && change.type !== 'addressRemoved') return false;
    const { ifindex, address, prefixLength } = change.address;
    const key = addressKey(ifindex, address, prefixLength);
    const type = change.type === 'address' ? 'add' : 'remove';
    if (!this.#awaited.delete(`${type} ${key}`)) return false;
    if (type === 'add' && this.#wanters.has(key)) this.#seen.add(key);
    return true;
  }

  /** Notifications were lost: those that are still awaited may be among them. */
  lostNotifications(): void {
    this.#awaited.clear();
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

  /** The operations that are missing; they are taken for granted until the next dump or their refusal. */
  #plan(
    wishes: Iterable<AddressWish>,
    managed: Iterable<ManagedAddress>,
  ): readonly AddressOperation[] {
    const operations = planAddresses({
      wishes,
      managed,
      isPresent: (key) => this.#present.has(key),
      isWantedByOthers: (key) => this.#wanters.has(key),
      ifindexOf: this.#options.ifindexOf,
    });
    for (const operation of operations) {
      if (operation.type === 'add') this.#present.add(keyOf(operation));
      else this.#present.delete(keyOf(operation));
    }
    return operations;
  }

  #request(operations: readonly AddressOperation[]): void {
    if (operations.length === 0) return;
    for (const operation of operations) {
      this.#awaited.add(`${operation.type} ${keyOf(operation)}`);
    }
    const done = this.#options.kernel(operations);
    this.#pending = Promise.all([this.#pending, done]).then(([, results]) => {
      for (const [index, operation] of operations.entries()) {
        const errno = results[index];
        if (errno !== undefined) this.#refused(operation, errno);
      }
    });
  }

  #refused(operation: AddressOperation, errno: string): void {
    const key = keyOf(operation);
    this.#awaited.delete(`${operation.type} ${key}`);
    if (BENIGN[operation.type].has(errno)) return;
    if (operation.type === 'add') this.#present.delete(key);
    this.#options.onFailed(operation, errno);
  }

  /** An interface may have come, gone, or have been replaced by another of its name. */
  #countAnew(): void {
    const before = new Set(this.#wanters.keys());
    this.#wanters.clear();
    for (const wish of this.#wishes.values()) {
      for (const { key } of this.#entries(wish)) this.#count(wish, key, 1);
    }
    for (const key of before) if (!this.#wanters.has(key)) this.#seen.delete(key);
  }

  #keysOf(wish: AddressWish): string[] {
    return this.#entries(wish).map(({ key }) => key);
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

function keyOf({ ifindex, address }: AddressOperation): string {
  return addressKey(ifindex, address.address, address.prefixLength);
}

interface ManagedAddress extends Omit<AddressOperation, 'type'> {
  readonly key: string;
}
