/** The advertisement codec: captured frames in both directions, and properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipBytes, ipFromBytes } from '../../../../src/core/base/address.ts';
import { toHex } from '../../../../src/core/base/bytes.ts';
import { sumWords } from '../../../../src/core/base/checksum.ts';
import { IPV4_HEADER_LENGTH } from '../../../../src/core/wire/ipv4.ts';
import { IPV6_HEADER_LENGTH } from '../../../../src/core/wire/ipv6.ts';
import {
  type Advertisement,
  type ChecksumStyle,
  checksumStyleOf,
  decodeAdvertisement,
  encodeAdvertisement,
  intervalOf,
  messageLength,
} from '../../../../src/core/wire/vrrp.ts';
import { AH_LENGTH } from '../../../../src/core/wire/vrrp-ah.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { type AdvertisementVector, hex, packetOf, VECTORS } from '../../../vectors/vrrp.ts';

const address = (text: string): Uint8Array => ipBytes(ip(text));

function messageOf(vector: AdvertisementVector): Uint8Array {
  const header = vector.family === 'ipv4' ? IPV4_HEADER_LENGTH : IPV6_HEADER_LENGTH;
  return packetOf(vector).subarray(header + (vector.sequence === undefined ? 0 : AH_LENGTH));
}

function valuesOf(vector: AdvertisementVector): Advertisement {
  const { version, vrid, priority, interval } = vector;
  const values = { version, vrid, priority, interval, addresses: vector.addresses.map(address) };
  if (version === 3) return values;
  return {
    ...values,
    authentication: { type: vector.authType ?? 0, data: hex(vector.authData ?? '') },
  };
}

const packetAddresses = (vector: AdvertisementVector) => ({
  source: address(vector.source),
  destination: address(vector.destination),
});

const sumOf = (vector: AdvertisementVector): number =>
  sumWords(address(vector.source), sumWords(address(vector.destination)));

describe('vectors', () => {
  it.each(VECTORS.advertisements.map((vector) => [vector.id, vector.title, vector] as const))(
    '%s decodes: %s',
    (_id, _title, vector) => {
      const decoded = decodeAdvertisement(messageOf(vector), vector.family);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      const { version, vrid, priority, interval, addresses, checksum } = decoded.value;
      expect({ version, vrid, priority, interval }).toEqual({
        version: vector.version,
        vrid: vector.vrid,
        priority: vector.priority,
        interval: vector.interval,
      });
      expect(addresses.map((bytes) => ipFromBytes(bytes))).toEqual(vector.addresses);
      expect(checksum.toString(16).padStart(4, '0')).toBe(vector.checksum);
      const { authentication } = decoded.value;
      expect(authentication?.type).toBe(vector.authType);
      expect(authentication && toHex(authentication.data)).toBe(vector.authData);
    },
  );

  it.each(VECTORS.advertisements.map((vector) => [vector.id, vector.title, vector] as const))(
    '%s encodes to the same bytes: %s',
    (_id, _title, vector) => {
      const { family, checksumStyle } = vector;
      const encoded = encodeAdvertisement(
        valuesOf(vector),
        family,
        packetAddresses(vector),
        checksumStyle,
      );
      expect(toHex(encoded)).toBe(toHex(messageOf(vector)));
    },
  );

  it.each(VECTORS.advertisements.map((vector) => [vector.id, vector.title, vector] as const))(
    '%s has a right checksum: %s',
    (_id, _title, vector) => {
      const { version, family } = vector;
      const style = checksumStyleOf(messageOf(vector), version, family, sumOf(vector));
      expect(style).toBe(family === 'ipv6' ? 'pseudo-header' : vector.checksumStyle);
    },
  );

  it('a checksum over the group is wrong for a unicast packet (keepalived 1.3.6, V15)', () => {
    const [old] = VECTORS.rejected;
    if (old === undefined) throw new Error('vector missing');
    const packet = packetOf(old);
    const sum = sumWords(packet.subarray(12, 20));
    expect(checksumStyleOf(packet.subarray(20), 3, 'ipv4', sum)).toBeUndefined();
  });

  it('IPv6 without a pseudo-header is wrong (RFC 9568 5.2.8)', () => {
    const vector = VECTORS.advertisements.find(({ id }) => id === 'V12a');
    if (vector === undefined) throw new Error('vector missing');
    const message = messageOf(vector).slice();
    message.set([0x3c, 0x21], 6);
    expect(checksumStyleOf(message, 3, 'ipv6', sumOf(vector))).toBeUndefined();
  });
});

describe('checksum', () => {
  it('notices every single bit flipped, in every vector', () => {
    for (const vector of VECTORS.advertisements) {
      const message = messageOf(vector).slice();
      for (let bit = 0; bit < message.length * 8; bit++) {
        const at = bit >> 3;
        const mask = 1 << (bit & 7);
        message[at] = (message[at] ?? 0) ^ mask;
        const style = checksumStyleOf(message, vector.version, vector.family, sumOf(vector));
        expect(style, `${vector.id} bit ${bit}`).toBeUndefined();
        message[at] = (message[at] ?? 0) ^ mask;
      }
    }
  });
});

describe('decodeAdvertisement', () => {
  const v2 = hex('213364010001b865c00002640000000000000000');
  const v3 = hex('31336401006405 72c0000264'.replace(' ', ''));

  it.each([
    ['nothing', new Uint8Array(0), 'truncated', 0],
    ['seven bytes', v3.subarray(0, 7), 'truncated', 7],
    ['version 1', Uint8Array.of(0x11, ...v2.subarray(1)), 'bad-version', 0],
    ['version 4', Uint8Array.of(0x41, ...v3.subarray(1)), 'bad-version', 0],
    ['type 0', Uint8Array.of(0x20, ...v2.subarray(1)), 'bad-type', 0],
    ['type 15', Uint8Array.of(0x3f, ...v3.subarray(1)), 'bad-type', 0],
    ['version 2 without authentication data', v2.subarray(0, 12), 'bad-length', 3],
    ['a surplus byte', Uint8Array.of(...v3, 0), 'bad-length', 3],
    ['a missing byte', v3.subarray(0, 11), 'bad-length', 3],
    [
      'a count above the list',
      Uint8Array.of(0x31, 0x33, 0x64, 3, ...v3.subarray(4)),
      'bad-length',
      3,
    ],
  ])('refuses %s', (_what, message, kind, offset) => {
    const decoded = decodeAdvertisement(message, 'ipv4');
    expect(decoded).toEqual({ ok: false, error: { kind, offset } });
  });

  it('reads random bytes without throwing', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 1500 }),
        fc.constantFrom('ipv4' as const, 'ipv6' as const),
        (bytes, family) => {
          const decoded = decodeAdvertisement(bytes, family);
          if (decoded.ok) {
            const { version, addresses } = decoded.value;
            expect(bytes.length).toBe(messageLength(version, family, addresses.length));
          }
        },
      ),
    );
  });

  it('masks the reserved bits of version 3 (RFC 9568 5.2.6)', () => {
    expect(intervalOf(hex('31336401f0640000'), 3)).toBe(100);
  });
});

describe('encodeAdvertisement', () => {
  const scenario = fc
    .record({
      version: fc.constantFrom(2 as const, 3 as const),
      family: fc.constantFrom('ipv4' as const, 'ipv6' as const),
      style: fc.constantFrom<ChecksumStyle>('pseudo-header', 'message-only'),
      vrid: fc.integer({ min: 1, max: 255 }),
      priority: fc.integer({ min: 0, max: 255 }),
      interval: fc.integer({ min: 1, max: 4095 }),
      count: fc.integer({ min: 0, max: 30 }),
      bytes: fc.uint8Array({ minLength: 640, maxLength: 640 }),
      authType: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ version, family, style, count, bytes, authType, ...rest }) => {
      const size = family === 'ipv4' ? 4 : 16;
      const slice = (i: number): Uint8Array => bytes.slice(i * size, (i + 1) * size);
      const advertisement: Advertisement = {
        ...rest,
        version,
        interval: version === 2 ? (rest.interval % 255) + 1 : rest.interval,
        addresses: Array.from({ length: count }, (_, i) => slice(i + 2)),
        ...(version === 2 && {
          authentication: { type: authType, data: bytes.slice(600, 608) },
        }),
      };
      return { advertisement, family, style, packet: { source: slice(0), destination: slice(1) } };
    });

  it('is undone by decodeAdvertisement, and its checksum is right in its own style', () => {
    fc.assert(
      fc.property(scenario, ({ advertisement, family, style, packet }) => {
        const message = encodeAdvertisement(advertisement, family, packet, style);
        const decoded = decodeAdvertisement(message, family);
        expect(decoded).toMatchObject({ ok: true, value: advertisement });
        const sum = sumWords(packet.source, sumWords(packet.destination));
        const found = checksumStyleOf(message, advertisement.version, family, sum);
        const isCovered =
          family === 'ipv6' || (advertisement.version === 3 && style === 'pseudo-header');
        expect(found).toBe(isCovered ? 'pseudo-header' : 'message-only');
      }),
    );
  });
});
