/**
 * Carries out what the account of virtual addresses (`core/holdings/address-ledger.ts`) decides: hands operations
 * to the kernel, its answers and pictures back, and wakes it when a paused repair is due. Decides nothing.
 */
import type { Instant } from '../../core/base/time.ts';
import {
  AddressLedger,
  type AddressWork,
  type VipView,
} from '../../core/holdings/address-ledger.ts';
import {
  type AddressOperation,
  type AddressWish,
  addressKey,
} from '../../core/holdings/address-plan.ts';
import type { AddressNotice } from '../../core/holdings/address-reports.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import type { AddressFact } from '../../core/vrrp/events-and-actions.ts';
import type { NetworkChange } from '../../drivers/rtnetlink-messages.ts';

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
  readonly now: () => Instant;
  readonly onFailed: (operation: AddressOperation, errno: string) => void;
  readonly onNotice: (notice: AddressNotice) => void;
}

/** Applies address plans. */
export class AddressReconciler {
  readonly #options: AddressReconcilerOptions;
  readonly #ledger: AddressLedger;
  /** Requests whose notification has not come yet. */
  readonly #awaited = new Set<string>();
  #pending: Promise<void> = Promise.resolve();
  #repair: NodeJS.Timeout | undefined;

  constructor(options: AddressReconcilerOptions) {
    this.#options = options;
    this.#ledger = new AddressLedger(options.ifindexOf);
  }

  /** The instances of the configuration that is to come into force. */
  configure(instances: readonly VrrpInstanceConfig[]): void {
    this.#ledger.configure(instances);
  }

  /** A new wish; it counts from now on, and `carryOut` makes it so. */
  declare(wish: AddressWish): void {
    this.#ledger.declare(wish);
  }

  /** The declared wishes of instances; the requests of all are in the kernel when this returns. */
  carryOut(instances: readonly string[]): void {
    this.#do(this.#ledger.carryOut(instances));
  }

  /** Forgets instances that are in no configuration any more, and gives up what they have. */
  keep(isConfigured: (instance: string) => boolean): void {
    this.#do(this.#ledger.keep(isConfigured));
  }

  /** The point that a dump which begins now belongs to. */
  mark(): number {
    return this.#ledger.mark();
  }

  /** The kernel's picture after a dump that began at the point `asOf`. */
  observe(addresses: readonly AddressFact[], asOf: number = this.mark()): void {
    this.#do(this.#ledger.observe(this.#options.now(), addresses, asOf));
  }

  /**
   * Takes a notification in. True when it tells of a request of ours, which is known here: no reason to read
   * all addresses again.
   */
  confirms(change: NetworkChange): boolean {
    if (change.type !== 'address' && change.type !== 'addressRemoved') return false;
    const type = change.type === 'address' ? 'add' : 'remove';
    return this.#awaited.delete(requestKey(type, change.address));
  }

  /** Notifications were lost: those that are still awaited may be among them. */
  lostNotifications(): void {
    this.#awaited.clear();
  }

  /** All addresses of all instances, as they should be and as they are. */
  view(): VipView[] {
    return this.#ledger.view();
  }

  /** What a dump at the end still shows and should not be there, in an operator's words. */
  leftOver(addresses: readonly AddressFact[]): string[] {
    return this.#ledger.leftOver(addresses);
  }

  /** Resolves when every request sent so far was answered. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  /** Repairs nothing any more by itself. */
  close(): void {
    clearTimeout(this.#repair);
  }

  #do({ operations, notices }: AddressWork): void {
    this.#request(operations);
    for (const notice of notices) this.#options.onNotice(notice);
    const due = this.#ledger.deadline;
    clearTimeout(this.#repair);
    if (due === undefined) return;
    const delayMs = Math.max(0, due - this.#options.now()) / 1_000;
    this.#repair = setTimeout(
      () => this.#do(this.#ledger.repair(this.#options.now())),
      Math.ceil(delayMs),
    );
  }

  #request(operations: readonly AddressOperation[]): void {
    if (operations.length === 0) return;
    for (const operation of operations) this.#awaited.add(keyOf(operation));
    const done = this.#options.kernel(operations);
    this.#pending = Promise.all([this.#pending, done]).then(([, results]) => {
      for (const [index, operation] of operations.entries()) {
        const errno = results[index];
        if (errno !== undefined) this.#awaited.delete(keyOf(operation));
        const isFailure = this.#ledger.answered(operation, errno);
        if (isFailure && errno !== undefined) this.#options.onFailed(operation, errno);
      }
    });
  }
}

function keyOf({ type, ifindex, address }: AddressOperation): string {
  return requestKey(type, { ifindex, ...address });
}

function requestKey(
  type: AddressOperation['type'],
  { ifindex, address, prefixLength }: Pick<AddressFact, 'ifindex' | 'address' | 'prefixLength'>,
): string {
  return `${type} ${addressKey(ifindex, address)}/${prefixLength}`;
}
