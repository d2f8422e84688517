/** The Internet checksum: the example of RFC 1071, and its algebra. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldSum, internetChecksum, sumWords } from '../../../../src/core/base/checksum.ts';

it('sums the example of RFC 1071 section 3', () => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  expect(sumWords(bytes)).toBe(0x2ddf0);
  expect(foldSum(sumWords(bytes))).toBe(0xddf2);
  expect(internetChecksum(bytes)).toBe(0x220d);
});

it('pads an odd last byte with zero', () => {
  expect(sumWords(Uint8Array.of(0x12, 0x34, 0x56))).toBe(0x1234 + 0x5600);
});

it('does not depend on how even parts are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), (bytes, place) => {
      const cut = (place % (bytes.length + 1)) & ~1;
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(internetChecksum(...parts)).toBe(internetChecksum(bytes));
    }),
  );
});

it('makes the whole sum up to 0xffff once it is filled in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), (bytes) => {
      const message = bytes.slice(0, bytes.length & ~1);
      message.fill(0, 0, 2);
      const checksum = internetChecksum(message);
      message.set([checksum >> 8, checksum & 0xff]);
      expect(foldSum(sumWords(message))).toBe(0xffff);
    }),
  );
});

it('folds sums beyond 32 bits', () => {
  expect(foldSum(0xffff * 0x10000 * 4)).toBe(0xffff);
  expect(foldSum(0)).toBe(0);
  const long = new Uint8Array(65_534).fill(0xff);
  expect(foldSum(sumWords(long))).toBe(0xffff);
});
