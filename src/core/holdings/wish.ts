/** What an instance, or the static part of a configuration, wants of the kernel. */
import type { AddressWish } from './address-plan.ts';
import type { RoutingEntry } from './routing-entry.ts';

/** Addresses, with the routes and rules that come behind them and go before them. */
export interface HoldingWish extends AddressWish {
  /** Absent without any. */
  readonly routing?: readonly RoutingEntry[];
}
