/** What a process holds of the kernel: the real accounts of addresses and of routes and rules, in the order in which the daemon works on both. */
import type { AddressFact } from '../../src/core/base/host.ts';
import { earliest, type Instant } from '../../src/core/base/time.ts';
import { AddressLedger, type AddressWork } from '../../src/core/holdings/address-ledger.ts';
import { type Held, leftBehind } from '../../src/core/holdings/left-behind.ts';
import type { RoutingLinks } from '../../src/core/holdings/routing-entry.ts';
import type { RoutingForm } from '../../src/core/holdings/routing-form.ts';
import { RoutingLedger } from '../../src/core/holdings/routing-ledger.ts';
import type { RoutingWork } from '../../src/core/holdings/routing-operations.ts';
import type { HoldingWish } from '../../src/core/holdings/wish.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import type { HoldingMark, HoldingOperation } from '../../src/daemon/vrrp/holdings-reconciler.ts';

/** What to do, and whose routes cannot be set again. */
export interface HoldingWork {
  readonly operations: readonly HoldingOperation[];
  readonly lost: readonly string[];
}

/** What a reading shows. */
export interface HoldingFacts {
  readonly addresses: readonly AddressFact[];
  readonly routing: readonly RoutingForm[];
}

const NO_ADDRESSES: AddressWork = { operations: [], notices: [] };

/** Both accounts. */
export class Holdings {
  readonly #addresses: AddressLedger;
  readonly #routing: RoutingLedger;

  constructor(links: RoutingLinks) {
    this.#addresses = new AddressLedger(links.ifindexOf);
    this.#routing = new RoutingLedger(links);
  }

  /** When the next attempt is due. */
  get deadline(): Instant | undefined {
    return earliest(this.#addresses.deadline, this.#routing.deadline);
  }

  /** What a successor has to know of. */
  get record(): readonly Held[] {
    return [
      ...this.#addresses.view().filter(({ expected }) => expected),
      ...this.#routing
        .view()
        .flatMap(({ owner, entry, expected }) => (expected ? [{ instance: owner, entry }] : [])),
    ];
  }

  /** The instances of a configuration, and what a predecessor held beside them. */
  configure(instances: readonly VrrpInstanceConfig[], held: readonly Held[]): void {
    this.#addresses.configure(instances);
    for (const wish of leftBehind(held, { instances })) this.declare(wish);
  }

  /** A new wish. */
  declare({ instance, present, addresses, routing = [] }: HoldingWish): void {
    this.#addresses.declare({ instance, present, addresses });
    this.#routing.declare({ owner: instance, present, entries: routing });
  }

  /** What declared wishes need. */
  carryOut(owners: readonly string[]): HoldingWork {
    return together(this.#addresses.carryOut(new Set(owners)), this.#routing.carryOut(owners));
  }

  /** What to do about owners that are no more. */
  keep(isConfigured: (owner: string) => boolean): HoldingWork {
    return together(this.#addresses.keep(isConfigured), this.#routing.keep(isConfigured));
  }

  /** The point of a reading that begins now. */
  mark(): HoldingMark {
    return { addresses: this.#addresses.mark(), routing: this.#routing.mark() };
  }

  /** What a reading needs to be done. */
  observe(now: Instant, { addresses, routing }: HoldingFacts, asOf = this.mark()): HoldingWork {
    return together(
      this.#addresses.observe(now, addresses, asOf.addresses),
      this.#routing.observe(now, routing, asOf.routing, addresses),
    );
  }

  /** What is due. */
  repair(now: Instant): HoldingWork {
    return together(this.#addresses.repair(now), this.#routing.repair(now));
  }

  /** The kernel's answer; true when it is a failure of an address that is still wanted. */
  answered(one: HoldingOperation, errno: string | undefined, now: Instant): boolean {
    if (one.of === 'address') return this.#addresses.answered(one.operation, errno);
    this.#routing.answered(
      one.operation,
      errno === undefined ? errno : { errno, explanation: '' },
      now,
    );
    return false;
  }

  /** What answers have brought about. */
  afterwards(): HoldingWork {
    return together(NO_ADDRESSES, this.#routing.notices());
  }
}

function together(addresses: AddressWork, routing: RoutingWork): HoldingWork {
  const { before, behind, lost } = routing;
  return {
    operations: [
      ...before.map((operation) => ({ of: 'routing', operation }) as const),
      ...addresses.operations.map((operation) => ({ of: 'address', operation }) as const),
      ...behind.map((operation) => ({ of: 'routing', operation }) as const),
    ],
    lost,
  };
}
