/** IP and hardware addresses: what is read, how it is printed, how addresses compare. */
import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressLength,
  compareIp,
  type IpAddress,
  inSamePrefix,
  ipBytes,
  ipFamily,
  ipFromBytes,
  isLinkLocal,
  isMulticast,
  macBytes,
  macFromBytes,
  maxPrefixLength,
  parseIp,
  parseMac,
} from '../../../../src/core/base/address.ts';
import { ip } from '../../../support/builders/addresses.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // Many zero groups, where the compressed form has its cases.
  fc
    .array(fc.constantFrom(0, 0, 0, 1, 0x0a00, 0xffff), { minLength: 8, maxLength: 8 })
    .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))),
);

describe('parseIp', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:1:0:0:0:0:1', '0:0:1::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
  ])('reads %s as %s (RFC 5952)', (text, canonical) => {
    expect(parseIp(text)).toBe(canonical);
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.-4',
    '0x1.2.3.4',
    '1..2.3',
    ':',
    ':::',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4:1',
    'fe80::1%eth0',
    '[::1]',
    '::1/128',
  ])('refuses "%s"', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it('agrees with the platform about what an address is', () => {
    const fragments = fc.constantFrom(
      '0',
      '1',
      '255',
      '256',
      'ff',
      'abcd',
      '.',
      ':',
      '::',
      '1.2.3.4',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 10 }), (parts) => {
        const text = parts.join('');
        expect(parseIp(text) !== undefined, text).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is undone by ipBytes and done again by ipFromBytes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const address = ipFromBytes(bytes);
        if (address === undefined) throw new Error('no address');
        expect(ipBytes(address)).toEqual(bytes);
        expect(parseIp(address)).toBe(address);
        expect(ipBytes(address).length).toBe(addressLength(ipFamily(address)));
        expect(maxPrefixLength(ipFamily(address))).toBe(bytes.length * 8);
      }),
    );
  });
});

it('ipFromBytes refuses other lengths', () => {
  expect(ipFromBytes(new Uint8Array(0))).toBeUndefined();
  expect(ipFromBytes(new Uint8Array(6))).toBeUndefined();
});

describe('compareIp', () => {
  it.each([
    ['192.0.2.1', '192.0.2.2', -1],
    ['127.0.0.1', '128.0.0.1', -1],
    ['255.0.0.0', '1.255.255.255', 1],
    ['192.0.2.1', '192.0.2.1', 0],
    ['fe80::1', 'fe80::2', -1],
    ['ff00::', 'fe80::ffff', 1],
    ['255.255.255.255', '::', -1],
  ])('%s against %s: %i', (a, b, sign) => {
    expect(Math.sign(compareIp(ip(a), ip(b)))).toBe(sign);
  });

  it('is a total order within a family, that of unsigned integers', () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const value = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
    fc.assert(
      fc.property(sixteen, sixteen, (a, b) => {
        const [x, y] = [ipFromBytes(a), ipFromBytes(b)];
        if (x === undefined || y === undefined) throw new Error('no address');
        const difference = value(a) - value(b);
        expect(Math.sign(compareIp(x, y))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });
});

describe('kinds of addresses', () => {
  it.each([
    ['224.0.0.18', true],
    ['239.255.255.255', true],
    ['223.255.255.255', false],
    ['240.0.0.0', false],
    ['ff02::12', true],
    ['fe80::12', false],
  ])('%s is multicast: %s', (text, expected) => {
    expect(isMulticast(ip(text))).toBe(expected);
  });

  it.each([
    ['fe80::1', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['fd00::1', false],
    ['169.254.0.1', false],
  ])('%s is link-local: %s', (text, expected) => {
    expect(isLinkLocal(ip(text))).toBe(expected);
  });
});

describe('inSamePrefix', () => {
  it.each([
    ['192.0.2.1', '192.0.2.254', 24, true],
    ['192.0.2.1', '192.0.3.1', 24, false],
    ['192.0.2.1', '192.0.3.1', 23, true],
    ['192.0.2.1', '192.0.2.2', 32, false],
    ['192.0.2.2', '192.0.2.3', 31, true],
    ['1.1.1.1', '200.1.1.1', 0, true],
    ['128.0.0.0', '255.0.0.0', 1, true],
    ['127.0.0.0', '128.0.0.0', 1, false],
    ['2001:db8::1', '2001:db8:0:0:8000::', 64, true],
    ['2001:db8::1', '2001:db8:0:1::', 64, false],
    ['2001:db8::1', '2001:db8:0:1::', 63, true],
    ['::1', '0.0.0.1', 0, false],
  ])('%s and %s under /%i: %s', (a, b, prefix, expected) => {
    expect(inSamePrefix(ip(a), ip(b), prefix)).toBe(expected);
  });

  it('agrees with arithmetic', () => {
    const value = fc.integer({ min: 0, max: 0xffffffff });
    const toIp = (n: number): IpAddress =>
      ip([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.'));
    fc.assert(
      fc.property(value, value, fc.integer({ min: 0, max: 32 }), (a, b, prefix) => {
        const shift = 2 ** (32 - prefix);
        const expected = Math.floor(a / shift) === Math.floor(b / shift);
        expect(inSamePrefix(toIp(a), toIp(b), prefix)).toBe(expected);
      }),
    );
  });
});

describe('hardware addresses', () => {
  it.each([
    ['02:00:00:00:00:0a', '02:00:00:00:00:0a'],
    ['02-00-5E-00-01-FF', '02:00:5e:00:01:ff'],
  ])('reads %s as %s', (text, canonical) => {
    expect(parseMac(text)).toBe(canonical);
  });

  it.each([
    '',
    '02:00:00:00:00',
    '02:00:00:00:00:0a:0b',
    '2:0:0:0:0:a',
    '0200.0000.000a',
    'zz:00:00:00:00:00',
  ])('refuses "%s"', (text) => expect(parseMac(text)).toBeUndefined());

  it('bytes and text are each other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
        const mac = macFromBytes(bytes);
        expect(macBytes(mac)).toEqual(bytes);
        expect(parseMac(mac)).toBe(mac);
      }),
    );
  });
});
