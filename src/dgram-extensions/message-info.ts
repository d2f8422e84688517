/**
 * What the kernel told about a received message: TTL, interface, destination, arrival time. One object is
 * used for all messages of a socket and looks into memory that C fills (receive.h has the layout).
 */

import { addressOf } from './addresses.ts';

/** Facts about one message. Reused between calls: read it inside the handler only. */
export interface MessageInfo {
  /** Length of the whole message, in bytes; more than the data's when it was truncated. */
  readonly length: number;
  /** Whether the message did not fit, and its end is lost. */
  readonly truncated: boolean;
  /** TTL or hop limit; -1 unless IP.RECVTTL or IPV6.RECVHOPLIMIT is set. */
  readonly ttl: number;
  /** TOS or traffic class byte; -1 unless IP.RECVTOS or IPV6.RECVTCLASS is set. */
  readonly trafficClass: number;
  /** Interface of arrival, from PKTINFO or a link-layer source address; 0 unknown. */
  readonly ifindex: number;
  /** Destination address in the packet, from PKTINFO: 4 or 16 bytes, 0 unknown. A view. */
  readonly destination: Uint8Array;
  /** The sender's sockaddr. A view. */
  readonly source: Uint8Array;
  /** The sender's IP address: 4 or 16 bytes, 0 for another family. A view. */
  readonly sourceAddress: Uint8Array;
  /**
   * When the kernel received it, on the clock of monotonicUs(); never in the future. NaN unless
   * SO.TIMESTAMPNS is set, and NaN when the wall clock, which the kernel stamps with, was set meanwhile:
   * take the time of reading then. The kernel starts stamping a little after the first socket asks for it;
   * until then this is the time of reading.
   */
  readonly receivedUs: number;
}

/** Doubles for each slot in the shared memory: META_FIELDS of receive.h. */
export const META_FIELDS = 8;
/** Bytes of a slot before its control data: SLOT_HEADER_BYTES of receive.h. */
export const SLOT_HEADER_BYTES = 144;

const META_LENGTH = 0;
const META_FLAGS = 1;
const META_SOURCE_LENGTH = 2;
const META_TTL = 3;
const META_TRAFFIC_CLASS = 4;
const META_IFINDEX = 5;
const META_DESTINATION_LENGTH = 6;
const META_RECEIVED_US = 7;

const DESTINATION_OFFSET = 128;
const MSG_TRUNC = 0x20;

/** A MessageInfo that can be pointed at one slot after another. */
export class SlotInfo implements MessageInfo {
  readonly #arena: Uint8Array;
  readonly #meta: Float64Array;
  readonly #strideBytes: number;
  #slot = 0;

  constructor(arena: Uint8Array, meta: Float64Array, strideBytes: number) {
    this.#arena = arena;
    this.#meta = meta;
    this.#strideBytes = strideBytes;
  }

  /** Turns to another slot. */
  moveTo(slot: number): void {
    this.#slot = slot;
  }

  get length(): number {
    return this.#field(META_LENGTH);
  }

  get truncated(): boolean {
    return (this.#field(META_FLAGS) & MSG_TRUNC) !== 0;
  }

  get ttl(): number {
    return this.#field(META_TTL);
  }

  get trafficClass(): number {
    return this.#field(META_TRAFFIC_CLASS);
  }

  get ifindex(): number {
    return this.#field(META_IFINDEX);
  }

  get destination(): Uint8Array {
    return this.#bytes(DESTINATION_OFFSET, this.#field(META_DESTINATION_LENGTH));
  }

  get source(): Uint8Array {
    return this.#bytes(0, this.#field(META_SOURCE_LENGTH));
  }

  get sourceAddress(): Uint8Array {
    return addressOf(this.source);
  }

  get receivedUs(): number {
    return this.#field(META_RECEIVED_US);
  }

  #field(index: number): number {
    return this.#meta[this.#slot * META_FIELDS + index] ?? Number.NaN;
  }

  #bytes(offset: number, length: number): Uint8Array {
    const start = this.#slot * this.#strideBytes + offset;
    return this.#arena.subarray(start, start + length);
  }
}
