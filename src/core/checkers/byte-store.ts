/**
 * Bytes that come in pieces and are wanted in one. They are copied into one buffer that grows, so that a body sent
 * byte by byte costs no more memory than one sent at once. The buffer is part of what all probes hold together.
 */
import type { ByteBudget, Holder } from './byte-budget.ts';

const START_BYTES = 4_096;
const NOTHING = new Uint8Array(0);

/** Keeps up to a number of bytes. */
export class ByteStore implements Holder {
  readonly #max: number;
  readonly #budget: ByteBudget;
  #bytes: Uint8Array = NOTHING;
  #length = 0;
  #state: 'open' | 'full' | 'lost' = 'open';

  /** `max` is the most it keeps. */
  constructor(max: number, budget: ByteBudget) {
    this.#max = max;
    this.#budget = budget;
  }

  /** `full`: more was added than it keeps; `lost`: it had to let go for others. In both it keeps nothing. */
  get state(): 'open' | 'full' | 'lost' {
    return this.#state;
  }

  /** The bytes so far, as a view that holds until the next `add`. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds a copy of the bytes; the caller may use its buffer again. */
  add(bytes: Uint8Array): void {
    if (this.#state !== 'open') return;
    const length = this.#length + bytes.length;
    if (length > this.#max) {
      this.#close('full');
      return;
    }
    if (length > this.#bytes.length && !this.#grow(length)) {
      this.#close('lost');
      return;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** Forgets what was added. */
  clear(): void {
    this.#budget.release(this);
    this.#bytes = NOTHING;
    this.#length = 0;
  }

  giveWay(): void {
    this.#close('lost');
  }

  #grow(length: number): boolean {
    const size = Math.min(this.#max, Math.max(START_BYTES, length, this.#bytes.length * 2));
    if (!this.#budget.hold(this, size)) return false;
    const larger = new Uint8Array(size);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    return true;
  }

  #close(state: 'full' | 'lost'): void {
    this.clear();
    this.#state = state;
  }
}
