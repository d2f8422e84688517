/**
 * The static entries of the configuration: set when it comes into force, removed at the end. Routes and rules are tried again by their
 * account; an address that the kernel refused is ordered again here, with growing pauses, and each refusal is said once.
 */

import type { AddressOperation } from '../../core/holdings/address-plan.ts';
import { staticWish } from '../../core/holdings/static-wish.ts';
import type { HoldingWish } from '../../core/holdings/wish.ts';
import { STATIC_OWNER, type StaticsConfig } from '../../core/model/statics.ts';
import type { HoldingsReconciler } from './holdings-reconciler.ts';

/** First and longest pause before a refused address is ordered again, milliseconds. */
const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 30_000;

/** The entries in force. */
export class StaticEntries {
  readonly #reconciler: Pick<HoldingsReconciler, 'declare' | 'carryOut' | 'mark'>;
  #wish: HoldingWish | undefined;
  /** What was refused and why, by address; each is said when it is new. */
  readonly #refused = new Map<string, string>();
  #retry: NodeJS.Timeout | undefined;
  #delayMs = RETRY_MS_FIRST;

  constructor(reconciler: Pick<HoldingsReconciler, 'declare' | 'carryOut' | 'mark'>) {
    this.#reconciler = reconciler;
  }

  /** Sets them, and gives up what was set and is none of them. True when the kernel was asked for a change of addresses. */
  set(statics: StaticsConfig | undefined): boolean {
    this.#refused.clear();
    this.#delayMs = RETRY_MS_FIRST;
    return this.#order(staticWish(statics, true));
  }

  /** Removes them. */
  remove(statics: StaticsConfig | undefined): void {
    this.close();
    this.#order(staticWish(statics, false));
    this.#wish = undefined;
  }

  /** The kernel refused an address of theirs; false when that was said. */
  failed(
    { address: { address, prefixLength, interface: name } }: AddressOperation,
    errno: string,
  ): boolean {
    const key = `${address}/${prefixLength} ${name}`;
    const isNew = this.#refused.get(key) !== errno;
    this.#refused.set(key, errno);
    if (this.#retry !== undefined || this.#wish === undefined) return isNew;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      if (this.#wish !== undefined) this.#order(this.#wish);
    }, this.#delayMs);
    this.#delayMs = Math.min(RETRY_MS_MAX, 2 * this.#delayMs);
    return isNew;
  }

  /** Orders nothing any more by itself. */
  close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #order(wish: HoldingWish): boolean {
    const before = this.#reconciler.mark().addresses;
    this.#wish = wish;
    this.#reconciler.declare(wish);
    this.#reconciler.carryOut([STATIC_OWNER]);
    return this.#reconciler.mark().addresses > before;
  }
}
