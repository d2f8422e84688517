/** Byte tools against the platform's own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asciiText,
  compareBytes,
  concatBytes,
  equalBytes,
  equalBytesConstantTime,
  fromHex,
  readU16,
  readU32,
  toHex,
  utf8Bytes,
  writeU16,
  writeU32,
} from '../../../../src/core/base/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 40 });

describe('big-endian numbers', () => {
  it('read what they wrote, as DataView does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 0, max: 4 }),
        (value, offset) => {
          const buffer = new Uint8Array(8);
          writeU32(buffer, offset, value);
          expect(readU32(buffer, offset)).toBe(value);
          expect(new DataView(buffer.buffer).getUint32(offset)).toBe(value);
          writeU16(buffer, offset, value & 0xffff);
          expect(readU16(buffer, offset)).toBe(value & 0xffff);
          expect(new DataView(buffer.buffer).getUint16(offset)).toBe(value & 0xffff);
        },
      ),
    );
  });

  it('reads zero beyond the end', () => {
    expect(readU32(Uint8Array.of(1), 0)).toBe(0x01000000);
    expect(readU16(new Uint8Array(0), 0)).toBe(0);
  });
});

it('concatBytes puts parts behind one another', () => {
  fc.assert(
    fc.property(fc.array(bytes), (parts) => {
      expect(concatBytes(parts)).toEqual(new Uint8Array(Buffer.concat(parts)));
    }),
  );
});

describe('comparison', () => {
  it('equality in both forms is that of the bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const expected = Buffer.compare(a, b) === 0;
        expect(equalBytes(a, b)).toBe(expected);
        expect(equalBytesConstantTime(a, b)).toBe(expected);
        expect(equalBytes(a, a.slice())).toBe(true);
        expect(equalBytesConstantTime(a, a.slice())).toBe(true);
      }),
    );
  });

  it('notices any single changed byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(), (a, place) => {
        const b = a.slice();
        const at = place % b.length;
        b[at] = (b[at] ?? 0) ^ 0x10;
        expect(equalBytes(a, b)).toBe(false);
        expect(equalBytesConstantTime(a, b)).toBe(false);
      }),
    );
  });

  it('compareBytes orders as Buffer.compare', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
  });
});

describe('hex', () => {
  it('goes both ways', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(fromHex(toHex(value))).toEqual(value);
      }),
    );
  });

  it.each([
    ['00 ff', '00ff'],
    ['0a:0B', '0a0b'],
    ['', ''],
  ])('reads "%s"', (text, expected) => {
    expect(toHex(fromHex(text) ?? Uint8Array.of(1))).toBe(expected);
  });

  it.each(['0', '0g', 'xyz', '0x00'])('refuses "%s"', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe('text', () => {
  it('utf8Bytes writes what TextEncoder writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Bytes(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
    expect(utf8Bytes('\ud800a')).toEqual(new TextEncoder().encode('\ud800a'));
  });

  it('asciiText stops at NUL and marks what is not ASCII', () => {
    expect(asciiText(Uint8Array.of(97, 98, 0, 99))).toBe('ab');
    expect(asciiText(Uint8Array.of(0x7f, 0x80, 0xff))).toBe('\x7f??');
  });
});
