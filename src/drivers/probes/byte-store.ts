/**
 * Bytes that come in pieces and are wanted as one text. They are copied into one buffer that grows, so
 * that a body sent byte by byte costs no more memory than one sent at once.
 */
import { Buffer } from 'node:buffer';

const START_BYTES = 4_096;

/** Keeps up to a number of bytes. */
export class ByteStore {
  readonly #max: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  #isFull = false;

  /** `max` is the most it keeps. */
  constructor(max: number) {
    this.#max = max;
  }

  /** True when more was added than it keeps. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Adds a copy of the bytes; the caller may use its buffer again. */
  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#max) this.#isFull = true;
    if (this.#isFull) return;
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(
        Math.min(this.#max, Math.max(START_BYTES, length, this.#bytes.length * 2)),
      );
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** What was added, as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length));
  }
}
