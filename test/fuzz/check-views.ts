/** What holds for every answer of a decoder: an error points into the input, and so do views; numbers are numbers. */
import assert from 'node:assert/strict';
import type { Result } from '../../src/core/base/result.ts';

/** The offset of an error lies inside the input, or just behind it. */
export function checkResult(
  bytes: Uint8Array,
  result: Result<object, { readonly offset: number }>,
): void {
  if (result.ok) {
    checkViews(bytes, result.value);
    return;
  }
  const { offset } = result.error;
  assert.ok(offset >= 0 && offset <= bytes.length, `offset ${offset} of ${bytes.length}`);
}

/** Views into the input end where it ends, and numbers are numbers. */
export function checkViews(bytes: Uint8Array, value: object): void {
  for (const field of Object.values(value)) {
    if (typeof field === 'number') assert.ok(Number.isSafeInteger(field), `${field}`);
    if (!(field instanceof Uint8Array) || field.buffer !== bytes.buffer) continue;
    assert.ok(field.byteOffset + field.length <= bytes.byteOffset + bytes.length, 'a view beyond');
  }
}
