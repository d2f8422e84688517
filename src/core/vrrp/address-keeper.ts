/**
 * Says which addresses an instance wants on its interfaces, with the routes and rules that go with them, and says it again with
 * growing pauses when the kernel refused an address: an instance that advertises without its addresses is a black hole, and giving up after one
 * refusal would keep it one. The order is level-triggered, so repeating it does no harm.
 */

import { equalData } from '../base/equal-data.ts';
import {
  after,
  type Duration,
  elapsed,
  type Instant,
  milliseconds,
  seconds,
} from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import { entriesOf } from '../holdings/routing-wishes.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { VrrpAction } from './events-and-actions.ts';

/** First pause before an order that failed is repeated. */
export const RETRY_DELAY_FIRST: Duration = milliseconds(250);

/** Longest pause: soon enough to notice that an operator has repaired the cause. */
export const RETRY_DELAY_MAX: Duration = seconds(30);

/** Keeps the present order and its repetition. */
export class AddressKeeper {
  readonly #timers: TimerTable;
  #order: Extract<VrrpAction, { readonly type: 'setAddresses' }> | undefined;
  #delay: Duration = RETRY_DELAY_FIRST;
  #failedAt: Instant | undefined;

  constructor(timers: TimerTable) {
    this.#timers = timers;
  }

  /** Something has been ordered. */
  get hasOrder(): boolean {
    return this.#order !== undefined;
  }

  /** Orders what an instance holds as Master to be present or absent. */
  order(
    config: VrrpInstanceConfig,
    present: boolean,
    out: { push(action: VrrpAction): void },
  ): void {
    this.#order = orderOf(config, present);
    this.#timers.clear('retry');
    this.#delay = RETRY_DELAY_FIRST;
    this.#failedAt = undefined;
    out.push(this.#order);
  }

  /**
   * The configuration has changed: orders anew what is wanted otherwise, and answers what is new. All orders of one
   * event of the router are carried out together, so an address that moves from one instance to another is never
   * taken away in between.
   */
  change(
    before: VrrpInstanceConfig,
    after: VrrpInstanceConfig,
    present: boolean,
    out: { push(action: VrrpAction): void },
  ): readonly VirtualAddressConfig[] {
    const old = allAddresses(before);
    const wanted = allAddresses(after);
    if (equalData(orderOf(before, present), orderOf(after, present))) return [];
    this.order(after, present, out);
    return wanted.filter((address) => !old.some((other) => equalData(address, other)));
  }

  /** The order could not be carried out: it will be repeated. */
  failed(now: Instant): void {
    if (this.#order === undefined || this.#timers.at('retry') !== undefined) return;
    // Two failures far apart are two incidents; the pauses start anew.
    if (this.#failedAt !== undefined && elapsed(this.#failedAt, now) > 4 * this.#delay) {
      this.#delay = RETRY_DELAY_FIRST;
    }
    this.#failedAt = now;
    this.#timers.set('retry', after(now, this.#delay));
    this.#delay = Math.min(RETRY_DELAY_MAX, 2 * this.#delay) as Duration;
  }

  /** The pause is over. */
  repeat(out: { push(action: VrrpAction): void }): void {
    if (this.#order !== undefined) out.push(this.#order);
  }
}

/** What an instance holds as Master, to be present or absent. */
export function orderOf(
  config: VrrpInstanceConfig,
  present: boolean,
): Extract<VrrpAction, { readonly type: 'setAddresses' }> {
  const { name: instance } = config;
  const routing = entriesOf(config);
  const addresses = allAddresses(config);
  return {
    type: 'setAddresses',
    instance,
    present,
    addresses,
    ...(routing.length > 0 && { routing }),
  };
}

/** All addresses of an instance, advertised or not. */
export function allAddresses(config: VrrpInstanceConfig): readonly VirtualAddressConfig[] {
  return config.excludedAddresses.length === 0
    ? config.addresses
    : [...config.addresses, ...config.excludedAddresses];
}
