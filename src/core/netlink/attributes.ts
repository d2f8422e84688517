/**
 * Netlink attributes in host byte order (linux/netlink.h `struct nlattr`): u16 length with the header,
 * u16 type, payload, padding to 4 bytes. The writer grows one buffer and nests in place; the reader
 * checks every length and gives views.
 */
import { utf8Bytes } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';

/** Bit of the type that says the payload is attributes again; the kernel does not insist on it. */
export const NLA_F_NESTED = 0x8000;
/** The type without its flag bits. */
export const NLA_TYPE_MASK = 0x3fff;
/** Bytes in front of a payload. */
export const NLA_HEADER_LENGTH = 4;

/** True where numbers are stored low byte first (x86, arm); false on s390x. */
export const HOST_IS_LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Why bytes are not a list of attributes; `offset` counts from the start of the list. */
export interface AttributeError {
  readonly kind: 'truncated' | 'bad-length';
  readonly offset: number;
}

/** Payloads by type, as views; of a repeated type the last. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

const EMPTY = new Uint8Array(0);
const START_SIZE = 256;

/** Writes attributes one behind another into a buffer that grows. */
export class AttributeWriter {
  #bytes = new Uint8Array(START_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Bytes behind one another, as they are: a fixed header in front of the attributes. */
  raw(data: Uint8Array): this {
    this.#reserve(data.length);
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
    this.#pad();
    return this;
  }

  /** An attribute of any payload. */
  bytes(type: number, data: Uint8Array): this {
    this.#header(type, data.length);
    return this.raw(data);
  }

  u8(type: number, value: number): this {
    this.#header(type, 1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
    this.#pad();
    return this;
  }

  /** A 16-bit number in host order. */
  u16(type: number, value: number): this {
    this.#header(type, 2);
    this.#view.setUint16(this.#length, value, HOST_IS_LITTLE_ENDIAN);
    this.#length += 2;
    this.#pad();
    return this;
  }

  /** A 16-bit number in network order. */
  u16be(type: number, value: number): this {
    this.#header(type, 2);
    this.#view.setUint16(this.#length, value, false);
    this.#length += 2;
    this.#pad();
    return this;
  }

  /** A 32-bit number in host order. */
  u32(type: number, value: number): this {
    return this.u32s(type, [value]);
  }

  /** Several 32-bit numbers in host order: a structure made of them. */
  u32s(type: number, values: readonly number[]): this {
    this.#header(type, 4 * values.length);
    this.#reserve(4 * values.length);
    for (const value of values) {
      this.#view.setUint32(this.#length, value, HOST_IS_LITTLE_ENDIAN);
      this.#length += 4;
    }
    return this;
  }

  /** Text with its terminating NUL. */
  string(type: number, text: string): this {
    const data = utf8Bytes(text);
    this.#header(type, data.length + 1);
    this.#reserve(data.length + 1);
    this.#bytes.set(data, this.#length);
    this.#bytes[this.#length + data.length] = 0;
    this.#length += data.length + 1;
    this.#pad();
    return this;
  }

  /** An attribute whose payload is what `fill` writes; flagged NLA_F_NESTED as libnl does. */
  nest(type: number, fill: (writer: this) => void): this {
    const start = this.#length;
    this.#header(type | NLA_F_NESTED, 0);
    fill(this);
    this.#view.setUint16(start, this.#length - start, HOST_IS_LITTLE_ENDIAN);
    return this;
  }

  /** A copy of everything written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #header(type: number, payloadLength: number): void {
    this.#reserve(NLA_HEADER_LENGTH + 4);
    this.#view.setUint16(this.#length, NLA_HEADER_LENGTH + payloadLength, HOST_IS_LITTLE_ENDIAN);
    this.#view.setUint16(this.#length + 2, type, HOST_IS_LITTLE_ENDIAN);
    this.#length += NLA_HEADER_LENGTH;
  }

  #pad(): void {
    const end = align(this.#length);
    this.#reserve(end - this.#length);
    this.#bytes.fill(0, this.#length, end);
    this.#length = end;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads a list of attributes that fills `bytes`. Types come without their flag bits. */
export function readAttributes(bytes: Uint8Array): Result<Attributes, AttributeError> {
  const out = new Map<number, Uint8Array>();
  let offset = 0;
  while (offset < bytes.length) {
    if (bytes.length - offset < NLA_HEADER_LENGTH) return err({ kind: 'truncated', offset });
    const length = hostU16(bytes, offset);
    if (length < NLA_HEADER_LENGTH || offset + length > bytes.length) {
      return err({ kind: 'bad-length', offset });
    }
    const type = hostU16(bytes, offset + 2) & NLA_TYPE_MASK;
    out.set(type, bytes.subarray(offset + NLA_HEADER_LENGTH, offset + length));
    offset += align(length);
  }
  return ok(out);
}

/** The nested list of one type; empty when the attribute is absent. */
export function readNested(
  attributes: Attributes,
  type: number,
): Result<Attributes, AttributeError> {
  return readAttributes(attributes.get(type) ?? EMPTY);
}

/** Host-order 16-bit number at `offset`; missing bytes count as zero. */
export function hostU16(bytes: Uint8Array, offset: number = 0): number {
  const first = bytes[offset] ?? 0;
  const second = bytes[offset + 1] ?? 0;
  return HOST_IS_LITTLE_ENDIAN ? first | (second << 8) : (first << 8) | second;
}

/** Host-order 32-bit number at `offset`, unsigned; missing bytes count as zero. */
export function hostU32(bytes: Uint8Array, offset: number = 0): number {
  const low = hostU16(bytes, HOST_IS_LITTLE_ENDIAN ? offset : offset + 2);
  const high = hostU16(bytes, HOST_IS_LITTLE_ENDIAN ? offset + 2 : offset);
  return ((high << 16) | low) >>> 0;
}

/** Host-order 32-bit number, signed: error numbers. */
export function hostS32(bytes: Uint8Array, offset: number = 0): number {
  return hostU32(bytes, offset) | 0;
}

/** Host-order 64-bit number as a double: exact below 2^53, rounded above. */
export function hostU64(bytes: Uint8Array, offset: number = 0): number {
  const low = hostU32(bytes, HOST_IS_LITTLE_ENDIAN ? offset : offset + 4);
  const high = hostU32(bytes, HOST_IS_LITTLE_ENDIAN ? offset + 4 : offset);
  return high * 0x1_0000_0000 + low;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
