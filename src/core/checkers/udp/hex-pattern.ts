/** Bytes as hexadecimal digits, with `x` for a digit that may be any. */
import type { WrittenValue } from '../types.ts';

/** Bytes and, for each, the bits that count. */
export interface BytePattern {
  readonly bytes: Uint8Array;
  readonly masks: Uint8Array;
}

/** The digits of a value of the kind `hex`, in lower case; undefined for another kind. */
export function hexPattern(value: WrittenValue | undefined): string | undefined {
  if (typeof value !== 'object' || value.kind !== 'hex') return undefined;
  const { bytes, masks } = value;
  let text = '';
  bytes.forEach((byte, index) => {
    const mask = masks[index] ?? 0xff;
    text += mask & 0xf0 ? (byte >> 4).toString(16) : 'x';
    text += mask & 0x0f ? (byte & 0x0f).toString(16) : 'x';
  });
  return text;
}

/** What `hexPattern` wrote, to compare with. */
export function patternBytes(text: string): BytePattern {
  const length = text.length >> 1;
  const pattern = { bytes: new Uint8Array(length), masks: new Uint8Array(length) };
  for (let index = 0; index < length; index++) {
    const digits = text.slice(2 * index, 2 * index + 2);
    pattern.bytes[index] = Number.parseInt(digits.replaceAll('x', '0'), 16);
    pattern.masks[index] = Number.parseInt(digits.replace(/[^x]/g, 'f').replaceAll('x', '0'), 16);
  }
  return pattern;
}

/** Whether the bytes that both have are the same where they count. */
export function matchesStart({ bytes, masks }: BytePattern, actual: Uint8Array): boolean {
  const length = Math.min(bytes.length, actual.length);
  for (let index = 0; index < length; index++) {
    const difference = (bytes[index] ?? 0) ^ (actual[index] ?? 0);
    if ((difference & (masks[index] ?? 0)) !== 0) return false;
  }
  return true;
}
