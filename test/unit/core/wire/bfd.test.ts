/** The BFD packet: packets recorded from keepalived 2.4.3 and FRR 8.4.4 in both directions, what is refused, and properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/core/base/bytes.ts';
import { microseconds, milliseconds } from '../../../../src/core/base/time.ts';
import {
  BFD_DIAGNOSTICS,
  BFD_STATES,
  type BfdPacket,
  decodeBfd,
  encodeBfd,
} from '../../../../src/core/wire/bfd.ts';

const PLAIN: BfdPacket = {
  diagnostic: 'none',
  state: 'Down',
  poll: false,
  final: false,
  demand: false,
  multiplier: 3,
  myDiscriminator: 0x1ecc_29ac,
  yourDiscriminator: 0,
  desiredMinTx: milliseconds(1000),
  requiredMinRx: milliseconds(100),
};

/** Recorded between keepalived (100 ms, multiplier 3) and keepalived (200 and 150 ms, multiplier 5). */
const RECORDED: readonly (readonly [string, string, Partial<BfdPacket>])[] = [
  ['the first packet', '204003181ecc29ac00000000000f4240000186a000000000', {}],
  [
    'Init, which knows the neighbour',
    '2080051832a549051ecc29ac000f4240000249f000000000',
    {
      state: 'Init',
      multiplier: 5,
      myDiscriminator: 0x32a5_4905,
      yourDiscriminator: 0x1ecc_29ac,
      requiredMinRx: milliseconds(150),
    },
  ],
  [
    'Up with a poll',
    '20e003181ecc29ac32a54905000186a0000186a000000000',
    {
      state: 'Up',
      poll: true,
      yourDiscriminator: 0x32a5_4905,
      desiredMinTx: milliseconds(100),
    },
  ],
  [
    'Up with a final',
    '20d0051832a549051ecc29ac00030d40000249f000000000',
    {
      state: 'Up',
      final: true,
      multiplier: 5,
      myDiscriminator: 0x32a5_4905,
      yourDiscriminator: 0x1ecc_29ac,
      desiredMinTx: milliseconds(200),
      requiredMinRx: milliseconds(150),
    },
  ],
  [
    'Down, because the detection time expired',
    '214003182ae12dd100000000000f4240000186a000000000',
    { diagnostic: 'detection-time-expired', myDiscriminator: 0x2ae1_2dd1 },
  ],
  [
    'Down, because the neighbour said so',
    '23400518fcc6b50800000000000f4240000249f000000000',
    {
      diagnostic: 'neighbour-signalled-down',
      multiplier: 5,
      myDiscriminator: 0xfcc6_b508,
      requiredMinRx: milliseconds(150),
    },
  ],
];

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

describe('recorded packets', () => {
  it.each(RECORDED)('%s is read and written', (_title, hex, values) => {
    expect(decodeBfd(bytes(hex))).toEqual({ ok: true, value: { ...PLAIN, ...values } });
    expect(toHex(encodeBfd({ ...PLAIN, ...values }))).toBe(hex);
  });

  it('FRR, which offers an echo interval, is read', () => {
    const decoded = decodeBfd(bytes('20800418e2226ef9f7b2b0d0000f4240000f42400000c350'));
    expect(decoded).toMatchObject({ ok: true, value: { state: 'Init', multiplier: 4 } });
    const down = decodeBfd(bytes('20000418e2226ef9f7b2b0d00001fbd00001d4c00000c350'));
    expect(down).toMatchObject({ ok: true, value: { state: 'AdminDown' } });
  });
});

describe('what is refused (RFC 5880 section 6.8.6)', () => {
  const valid = bytes('20c003181ecc29ac32a54905000186a0000186a000000000');
  const changed = (offset: number, value: number): Uint8Array => valid.with(offset, value);
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'truncated'],
    ['23 bytes', valid.subarray(0, 23), 'truncated'],
    ['version 0', changed(0, 0x00), 'bad-version'],
    ['version 2', changed(0, 0x40), 'bad-version'],
    ['a length below 24', changed(3, 23), 'bad-length'],
    ['a length above the bytes there are', changed(3, 25), 'bad-length'],
    ['multiplier 0', changed(2, 0), 'bad-value'],
    ['the multipoint bit', changed(1, 0xc1), 'bad-value'],
    ['the authentication bit', changed(1, 0xc4), 'bad-value'],
    ['poll and final at once', changed(1, 0xf0), 'bad-value'],
    ['discriminator 0', bytes('20c003180000000032a54905000186a0000186a000000000'), 'bad-value'],
    [
      'Up without our discriminator',
      bytes('20c003181ecc29ac00000000000186a0000186a000000000'),
      'bad-value',
    ],
    [
      'Init without our discriminator',
      bytes('208003181ecc29ac00000000000186a0000186a000000000'),
      'bad-value',
    ],
  ])('%s', (_title, message, kind) => {
    expect(decodeBfd(message)).toMatchObject({ ok: false, error: { kind } });
  });

  it('bytes behind the length are ignored', () => {
    const longer = new Uint8Array(40);
    longer.set(valid);
    expect(decodeBfd(longer)).toEqual(decodeBfd(valid));
  });
});

describe('properties', () => {
  const u32 = fc.integer({ min: 1, max: 0xffff_ffff });
  const packets = fc.record({
    diagnostic: fc.constantFrom(...BFD_DIAGNOSTICS),
    state: fc.constantFrom(...BFD_STATES),
    flag: fc.constantFrom('none', 'poll', 'final'),
    demand: fc.boolean(),
    multiplier: fc.integer({ min: 1, max: 255 }),
    myDiscriminator: u32,
    yourDiscriminator: u32,
    desiredMinTx: u32.map(microseconds),
    requiredMinRx: u32.map(microseconds),
  });

  it('what is written is read back', () => {
    fc.assert(
      fc.property(packets, ({ flag, ...rest }) => {
        const packet = { ...rest, poll: flag === 'poll', final: flag === 'final' };
        expect(decodeBfd(encodeBfd(packet))).toEqual({ ok: true, value: packet });
      }),
    );
  });

  it('any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const decoded = decodeBfd(message);
        if (decoded.ok) expect(decoded.value.myDiscriminator).not.toBe(0);
      }),
    );
  });
});
