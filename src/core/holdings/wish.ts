/** What an instance, or the static part of a configuration, wants of the kernel. */
import type { AddressWish } from './address-plan.ts';
import type { RoutingEntry } from './routing-entry.ts';

/** Addresses, with the routes and rules that come behind them and go before them. */
export interface HoldingWish extends AddressWish {
  /** Absent without any. */
  readonly routing?: readonly RoutingEntry[];
}

/** The owner of static entries in the accounts, in messages and in metrics. An instance cannot have a name with a blank. */
export const STATIC_OWNER = 'static entries';
