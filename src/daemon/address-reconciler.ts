/**
 * Keeps the kernel's addresses equal to what the instances want: applies the plan at once when a wish
 * changes, and again whenever the kernel's picture changes behind our back.
 */
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

/** Applies address plans. */
export class AddressReconciler {
  readonly #options: AddressReconcilerOptions;
  readonly #wishes = new Map<string, AddressWish>();
  /** Addresses that were in a wish once and are in none now: to be removed when seen. */
  readonly #managed = new Map<string, Omit<AddressOperation, 'type'>>();
  #observed: readonly AddressFact[] = [];
  #pending: Promise<void> = Promise.resolve();

  constructor(options: AddressReconcilerOptions) {
    this.#options = options;
  }

  /** A new wish of one instance; the requests are in the kernel when this returns. */
  wish(wish: AddressWish): void {
    this.#rememberOld(this.#wishes.get(wish.instance));
    this.#wishes.set(wish.instance, wish);
    this.apply();
  }

  /** The kernel's picture after a dump. */
  observe(addresses: readonly AddressFact[]): void {
    this.#observed = addresses;
    this.apply();
  }

  /** Sends the difference between wishes and picture to the kernel. */
  apply(): void {
    const operations = planAddresses({
      wishes: this.#wishes.values(),
      observed: this.#observed,
      managed: this.#managed.values(),
      ifindexOf: this.#options.ifindexOf,
    });
    for (const operation of operations) {
      this.#assume(operation);
      const { kernel } = this.#options;
      const done =
        operation.type === 'add'
          ? kernel.addAddress(operation.ifindex, operation.address)
          : kernel.removeAddress(operation.ifindex, operation.address);
      this.#pending = Promise.all([this.#pending, done]).then(([, errno]) => {
        if (errno === undefined || BENIGN[operation.type].has(errno)) return;
        this.#withdraw(operation);
        this.#options.onFailed(operation, errno);
      });
    }
  }

  /** Resolves when every request sent so far was answered. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  /** Takes the request for granted until the next dump, so that it is not sent twice meanwhile. */
  #assume(operation: AddressOperation): void {
    const { ifindex, address } = operation;
    if (operation.type === 'add') {
      const fact = {
        ifindex,
        address: address.address,
        prefixLength: address.prefixLength,
        flags: 0,
        scope: address.scope,
      };
      this.#observed = [...this.#observed, fact];
      return;
    }
    this.#forget(operation);
  }

  /** The request was refused: what was taken for granted is not so, and the next plan tries again. */
  #withdraw(operation: AddressOperation): void {
    if (operation.type === 'add') this.#forget(operation);
  }

  #forget({ ifindex, address }: AddressOperation): void {
    const key = addressKey(ifindex, address.address, address.prefixLength);
    this.#observed = this.#observed.filter(
      (fact) => addressKey(fact.ifindex, fact.address, fact.prefixLength) !== key,
    );
  }

  #rememberOld(old: AddressWish | undefined): void {
    for (const address of old?.addresses ?? []) {
      const ifindex = this.#options.ifindexOf(address.interface);
      if (ifindex === undefined) continue;
      const key = addressKey(ifindex, address.address, address.prefixLength);
      this.#managed.set(key, { instance: old?.instance ?? '', ifindex, address });
    }
  }
}
