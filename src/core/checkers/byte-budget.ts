/**
 * Memory that all probes share. What servers send has a limit for each probe, but there may be thousands of probes.
 * Each holds a small share without asking, enough for the pages that health checks are made for. Beyond that they
 * share one budget. When it is used up, the probe that has held of it longest gives way: one that ends soon is hardly
 * ever the eldest, so servers that are slow or send much are no harm to others.
 */

/** Most bytes of the budget, in all probes together, beyond the share of each. */
export const SHARED_BYTES_MAX: number = 64 * 1024 * 1024;

/** Bytes that a probe holds without asking. */
export const OWN_BYTES: number = 8_192;

/** A budget of bytes. */
export class ByteBudget {
  readonly max: number;
  readonly #own: number;
  /** Who holds something of the budget, the eldest first, and how much. */
  readonly #held = new Map<Holder, number>();
  #used = 0;

  constructor(max: number = SHARED_BYTES_MAX, own: number = OWN_BYTES) {
    this.max = max;
    this.#own = own;
  }

  /** Bytes of the budget that are held. */
  get used(): number {
    return this.#used;
  }

  /**
   * Lets `holder` hold `bytes` in all, with the eldest others giving way as far as needed. False when it wants more
   * than there is altogether.
   */
  hold(holder: Holder, bytes: number): boolean {
    const wanted = Math.max(0, bytes - this.#own);
    if (wanted > this.max) return false;
    const before = this.#held.get(holder) ?? 0;
    for (const other of this.#held.keys()) {
      if (this.#used - before + wanted <= this.max) break;
      if (other === holder) continue;
      this.release(other);
      other.giveWay();
    }
    this.#used += wanted - before;
    if (wanted > 0) this.#held.set(holder, wanted);
    else this.#held.delete(holder);
    return true;
  }

  /** `holder` holds nothing any more. */
  release(holder: Holder): void {
    this.#used -= this.#held.get(holder) ?? 0;
    this.#held.delete(holder);
  }
}

/** Who holds bytes of a budget. */
export interface Holder {
  /** Lets go of all bytes: they are another's now. */
  giveWay(): void;
}
