/**
 * Carries out what the accounts of addresses and of routes and rules (`core/holdings`) decide: hands operations to the kernel in one
 * batch, its answers and pictures back, and wakes them when something that waits is due. Decides nothing but the order between
 * the accounts: routes and rules come behind the addresses and go before them.
 */
import { earliest, type Instant } from '../../core/base/time.ts';
import {
  AddressLedger,
  type AddressWork,
  type VipView,
} from '../../core/holdings/address-ledger.ts';
import { type AddressOperation, addressKey } from '../../core/holdings/address-plan.ts';
import type { AddressNotice } from '../../core/holdings/address-reports.ts';
import type { RoutingEntry, RoutingLinks } from '../../core/holdings/routing-entry.ts';
import type { RoutingForm } from '../../core/holdings/routing-form.ts';
import { RoutingLedger, type RoutingView } from '../../core/holdings/routing-ledger.ts';
import type { RoutingOperation, RoutingWork } from '../../core/holdings/routing-operations.ts';
import type { RoutingNotice } from '../../core/holdings/routing-reports.ts';
import type { HoldingWish } from '../../core/holdings/wish.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import { STATIC_OWNER } from '../../core/model/statics.ts';
import type { AddressFact } from '../../core/vrrp/events-and-actions.ts';
import type { NetworkChange } from '../../drivers/rtnetlink-messages.ts';
import type { RoutingNotification } from '../../drivers/rtnetlink-routing.ts';

/** One change of what is held. */
export type HoldingOperation =
  | { readonly of: 'address'; readonly operation: AddressOperation }
  | { readonly of: 'routing'; readonly operation: RoutingOperation };

/** Why the kernel did not take an operation; `explanation` is its own, empty without one. */
export interface HoldingRefusal {
  readonly errno: string;
  readonly explanation: string;
}

/**
 * The kernel as the reconciler needs it: carries operations out in order, in one go, and resolves with a refusal
 * or undefined for each. They are in the kernel when the call returns.
 */
export type HoldingsKernel = (
  operations: readonly HoldingOperation[],
) => Promise<readonly (HoldingRefusal | undefined)[]>;

/** What the reconciler works with and reports to. */
export interface HoldingsReconcilerOptions {
  readonly kernel: HoldingsKernel;
  readonly links: RoutingLinks;
  readonly now: () => Instant;
  /** An address that the kernel refused; it is for others to order it again. */
  readonly onFailed: (operation: AddressOperation, errno: string) => void;
  readonly onNotice: (notice: AddressNotice | RoutingNotice) => void;
  /** A tracked route or rule of an instance was removed by somebody else, and cannot be set again. */
  readonly onLost: (instance: string) => void;
}

/** The points of both accounts that a reading belongs to. */
export interface HoldingMark {
  readonly addresses: number;
  readonly routing: number;
}

/** What a reading of the kernel tells; without `routing` routes and rules were not read. */
export interface HoldingFacts {
  readonly addresses: readonly AddressFact[];
  readonly routing?: readonly RoutingForm[];
}

const NO_ROUTING: RoutingWork = { before: [], behind: [], notices: [], lost: [] };
const NO_ADDRESSES: AddressWork = { operations: [], notices: [] };

/** Applies plans. */
export class HoldingsReconciler {
  readonly #options: HoldingsReconcilerOptions;
  readonly #addresses: AddressLedger;
  readonly #routing: RoutingLedger;
  /** Requests whose notification has not come yet. */
  readonly #awaited = new Set<string>();
  #pending: Promise<void> = Promise.resolve();
  #wake: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: HoldingsReconcilerOptions) {
    this.#options = options;
    this.#addresses = new AddressLedger(options.links.ifindexOf, options.links.isUp);
    this.#routing = new RoutingLedger(options.links);
  }

  /** The instances of the configuration that is to come into force. */
  configure(instances: readonly VrrpInstanceConfig[]): void {
    this.#addresses.configure(instances);
  }

  /** A new wish; it counts from now on, and `carryOut` makes it so. */
  declare({ instance, present, addresses, routing = [] }: HoldingWish): void {
    this.#addresses.declare({ instance, present, addresses });
    this.#routing.declare({ owner: instance, present, entries: routing });
  }

  /** The declared wishes of owners; the requests of all are in the kernel when this returns. */
  carryOut(owners: readonly string[]): void {
    this.#do(this.#addresses.carryOut(owners), this.#routing.carryOut(owners));
  }

  /** Forgets owners that are in no configuration any more, and gives up what they have. */
  keep(isConfigured: (owner: string) => boolean): void {
    this.#do(this.#addresses.keep(isConfigured), this.#routing.keep(isConfigured));
  }

  /** The points that a reading which begins now belongs to. */
  mark(): HoldingMark {
    return { addresses: this.#addresses.mark(), routing: this.#routing.mark() };
  }

  /** The kernel's picture after a reading that began at the points `asOf`. */
  observe({ addresses, routing }: HoldingFacts, asOf: HoldingMark = this.mark()): void {
    const now = this.#options.now();
    this.#do(
      this.#addresses.observe(now, addresses, asOf.addresses),
      routing === undefined
        ? NO_ROUTING
        : this.#routing.observe(now, routing, asOf.routing, addresses),
    );
  }

  /**
   * Takes a notification in. True when it tells of a request of ours, which is known here: no reason to read
   * all anew.
   */
  confirms(change: NetworkChange): boolean {
    if (change.type !== 'address' && change.type !== 'addressRemoved') return false;
    const type = change.type === 'address' ? 'add' : 'remove';
    return this.#awaited.delete(addressRequest(type, change.address));
  }

  /** The same for a route or rule. */
  confirmsRouting({ type, form }: RoutingNotification): boolean {
    return this.#awaited.delete(routingRequest(type, form));
  }

  /** Notifications were lost: those that are still awaited may be among them. */
  lostNotifications(): void {
    this.#awaited.clear();
  }

  /** All addresses of all owners, as they should be and as they are. */
  view(): VipView[] {
    return this.#addresses.view();
  }

  /** All routes and rules of all owners, as they should be and as they are. */
  routingView(): RoutingView[] {
    return this.#routing.view();
  }

  /** All routes and rules that are held or were: what a reading has to look for. */
  routingEntries(): readonly RoutingEntry[] {
    return this.#routing.entries();
  }

  /** What a reading at the end still shows and should not be there, in an operator's words. */
  leftOver({ addresses, routing }: HoldingFacts): string[] {
    const left = routing === undefined ? [] : this.#routing.leftOver(routing);
    return [...this.#addresses.leftOver(addresses), ...left];
  }

  /** Resolves when every request sent so far was answered. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  /** Does nothing any more by itself. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#wake);
  }

  #do(addresses: AddressWork, routing: RoutingWork): void {
    this.#request([
      ...routing.before.map((operation) => ({ of: 'routing', operation }) as const),
      ...addresses.operations.map((operation) => ({ of: 'address', operation }) as const),
      ...routing.behind.map((operation) => ({ of: 'routing', operation }) as const),
    ]);
    for (const notice of addresses.notices) this.#options.onNotice(notice);
    for (const notice of routing.notices) this.#options.onNotice(notice);
    for (const owner of routing.lost) {
      if (owner !== STATIC_OWNER) this.#options.onLost(owner);
    }
    this.#setWake();
  }

  #setWake(): void {
    clearTimeout(this.#wake);
    const due = earliest(this.#addresses.deadline, this.#routing.deadline);
    if (due === undefined || this.#isClosed) return;
    const delayMs = Math.max(0, due - this.#options.now()) / 1_000;
    this.#wake = setTimeout(() => {
      const now = this.#options.now();
      this.#do(this.#addresses.repair(now), this.#routing.repair(now));
    }, Math.ceil(delayMs));
  }

  #request(operations: readonly HoldingOperation[]): void {
    if (operations.length === 0) return;
    for (const operation of operations) this.#await(operation);
    const done = this.#options.kernel(operations);
    this.#pending = Promise.all([this.#pending, done]).then(([, refusals]) => {
      for (const [index, operation] of operations.entries()) {
        this.#answered(operation, refusals[index]);
      }
      this.#do(NO_ADDRESSES, this.#routing.notices());
    });
  }

  /** What static entries change is read again: an address of theirs may be the source of advertisements. */
  #await(one: HoldingOperation): void {
    if (one.of === 'address' && one.operation.instance === STATIC_OWNER) return;
    this.#awaited.add(keyOf(one));
  }

  #answered(one: HoldingOperation, refusal: HoldingRefusal | undefined): void {
    if (refusal !== undefined) this.#awaited.delete(keyOf(one));
    if (one.of === 'routing') {
      this.#routing.answered(one.operation, refusal, this.#options.now());
      return;
    }
    const isFailure = this.#addresses.answered(one.operation, refusal?.errno);
    if (isFailure && refusal !== undefined) this.#options.onFailed(one.operation, refusal.errno);
  }
}

function keyOf(one: HoldingOperation): string {
  if (one.of === 'routing') return routingRequest(one.operation.type, one.operation.form);
  const { type, ifindex, address } = one.operation;
  return addressRequest(type, { ifindex, ...address });
}

function addressRequest(
  type: AddressOperation['type'],
  { ifindex, address, prefixLength }: Pick<AddressFact, 'ifindex' | 'address' | 'prefixLength'>,
): string {
  return `${type} ${addressKey(ifindex, address)}/${prefixLength}`;
}

function routingRequest(type: RoutingNotification['type'], { place }: RoutingForm): string {
  return `${type} ${place}`;
}
