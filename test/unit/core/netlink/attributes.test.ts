/** Netlink attributes: layout, nesting, and bytes from anywhere. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/core/base/bytes.ts';
import {
  AttributeWriter,
  hostS32,
  hostU16,
  hostU32,
  hostU64,
  NLA_TYPE_MASK,
  readAttributes,
  readNested,
} from '../../../../src/core/netlink/attributes.ts';

describe('AttributeWriter', () => {
  it('pads every payload to 4 bytes, and counts the padding in no length', () => {
    const bytes = new AttributeWriter().u8(1, 0xaa).u16(2, 0x1122).string(3, 'wlc').finish();
    expect(toHex(bytes)).toBe('05000100aa000000' + '0600020022110000' + '08000300776c6300');
  });

  it('writes ports in network order and everything else in host order', () => {
    const bytes = new AttributeWriter().u16be(4, 80).u32(5, 7).u32s(7, [1, 0xffff_ffff]).finish();
    expect(toHex(bytes)).toBe('0600040000500000' + '0800050007000000' + '0c00070001000000ffffffff');
  });

  it('flags nested attributes and gives them the length of what is inside', () => {
    const bytes = new AttributeWriter().nest(1, (inner) => inner.u32(1, 2)).finish();
    expect(toHex(bytes)).toBe('0c000180' + '0800010002000000');
  });

  it('grows past its first buffer, inside a nest too', () => {
    const large = new Uint8Array(5000).fill(7);
    const writer = new AttributeWriter();
    writer.nest(1, (inner) => inner.bytes(2, large).bytes(3, large));
    const outer = readAttributes(writer.finish());
    const inner = outer.ok ? readNested(outer.value, 1) : outer;
    expect(inner.ok && inner.value.get(3)).toEqual(large);
  });

  it('is read back as it was written', () => {
    const attribute = fc.tuple(
      fc.integer({ min: 1, max: NLA_TYPE_MASK }),
      fc.uint8Array({ maxLength: 40 }),
    );
    void fc.assert(
      fc.property(fc.array(attribute, { maxLength: 12 }), (attributes) => {
        const writer = new AttributeWriter();
        for (const [type, data] of attributes) writer.bytes(type, data);
        const read = readAttributes(writer.finish());
        expect(read.ok && [...read.value]).toEqual([...new Map(attributes)]);
      }),
    );
  });
});

describe('readAttributes', () => {
  it.each([
    ['a header cut off', [8, 0, 1], 'truncated', 0],
    ['a payload cut off', [8, 0, 1, 0, 1, 2], 'bad-length', 0],
    ['a length without room for its header', [3, 0, 1, 0], 'bad-length', 0],
    ['rubbish behind a good attribute', [4, 0, 1, 0, 9], 'truncated', 4],
  ])('reports %s', (_name, bytes, kind, offset) => {
    const error = { kind, offset };
    expect(readAttributes(Uint8Array.from(bytes))).toEqual({ ok: false, error });
  });

  it('masks the flag bits of types', () => {
    const read = readAttributes(Uint8Array.of(4, 0, 1, 0xc0));
    expect(read.ok && [...read.value.keys()]).toEqual([1]);
  });

  it('takes an absent nested attribute for an empty list', () => {
    expect(readNested(new Map(), 1)).toEqual({ ok: true, value: new Map() });
  });

  it('never throws, whatever the bytes', () => {
    void fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        readAttributes(bytes);
      }),
    );
  });
});

describe('host-order numbers', () => {
  it('are unsigned, but for error numbers', () => {
    const bytes = Uint8Array.of(0xef, 0xff, 0xff, 0xff, 1, 0, 0, 0);
    expect(hostU16(bytes)).toBe(0xffef);
    expect(hostU32(bytes)).toBe(0xffff_ffef);
    expect(hostS32(bytes)).toBe(-17);
    expect(hostU64(bytes)).toBe(0x1_ffff_ffef);
  });
});
