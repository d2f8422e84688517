/** Gratuitous ARP and neighbour advertisements against captured frames. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipBytes, ipFromBytes, macBytes, macFromBytes } from '../../../../src/core/base/address.ts';
import { toHex } from '../../../../src/core/base/bytes.ts';
import { decodeArp, encodeGratuitousArp } from '../../../../src/core/wire/arp.ts';
import {
  decodeNeighbourAdvertisement,
  encodeUnsolicitedNa,
} from '../../../../src/core/wire/neighbour-advertisement.ts';
import { ip, mac as macAddress } from '../../../support/builders/addresses.ts';
import { hex, VECTORS } from '../../../vectors/vrrp.ts';

const address = (text: string): Uint8Array => ipBytes(ip(text));
const mac = (text: string): Uint8Array => macBytes(macAddress(text));

describe('ARP', () => {
  it.each(VECTORS.arp.map((vector) => [vector.id, vector.title, vector] as const))(
    '%s decodes: %s',
    (_id, _title, vector) => {
      const decoded = decodeArp(hex(vector.frame));
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      const { value } = decoded;
      expect(macFromBytes(value.source)).toBe(vector.sourceMac);
      expect(macFromBytes(value.destination)).toBe(vector.destinationMac);
      expect(value.operation).toBe(vector.operation);
      expect(macFromBytes(value.senderMac)).toBe(vector.senderMac);
      expect(ipFromBytes(value.senderAddress)).toBe(vector.senderAddress);
      expect(macFromBytes(value.targetMac)).toBe(vector.targetMac);
      expect(ipFromBytes(value.targetAddress)).toBe(vector.targetAddress);
    },
  );

  it.each(
    VECTORS.arp
      .filter(({ gratuitous }) => gratuitous)
      .map((vector) => [vector.id, vector.title, vector] as const),
  )('%s encodes to the same bytes: %s', (_id, _title, vector) => {
    const frame = encodeGratuitousArp(mac(vector.senderMac), address(vector.senderAddress));
    expect(toHex(frame)).toBe(vector.frame);
  });

  it('allows padding, refuses a short frame, another EtherType and other hardware', () => {
    const frame = hex(VECTORS.arp[0]?.frame ?? '');
    expect(decodeArp(Uint8Array.of(...frame, ...new Uint8Array(18))).ok).toBe(true);
    expect(decodeArp(frame.subarray(0, 41))).toMatchObject({ error: { kind: 'truncated' } });
    expect(decodeArp(change(frame, 12, 9))).toMatchObject({ error: { kind: 'bad-type' } });
    expect(decodeArp(change(frame, 15, 6))).toMatchObject({ error: { kind: 'bad-value' } });
  });
});

describe('neighbour advertisement', () => {
  it.each(
    VECTORS.neighbourAdvertisements.map((vector) => [vector.id, vector.title, vector] as const),
  )('%s decodes: %s', (_id, _title, vector) => {
    const decoded = decodeNeighbourAdvertisement(hex(vector.frame));
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
    const { value } = decoded;
    expect(macFromBytes(value.sourceMac)).toBe(vector.sourceMac);
    expect(ipFromBytes(value.source)).toBe(vector.source);
    expect(ipFromBytes(value.destination)).toBe(vector.destination);
    expect(value.hopLimit).toBe(255);
    expect(value.flags).toBe(vector.flags);
    expect(ipFromBytes(value.target)).toBe(vector.target);
    expect(macFromBytes(value.mac)).toBe(vector.mac);
  });

  it.each(
    VECTORS.neighbourAdvertisements
      .filter(({ unsolicited }) => unsolicited)
      .map((vector) => [vector.id, vector.title, vector] as const),
  )('%s encodes to the same bytes: %s', (_id, _title, vector) => {
    const router = (vector.flags & 0x80) !== 0;
    const frame = encodeUnsolicitedNa(mac(vector.mac), address(vector.target), router);
    expect(toHex(frame)).toBe(vector.frame);
  });

  it('refuses a wrong checksum, another type, and another option', () => {
    const frame = hex(VECTORS.neighbourAdvertisements[0]?.frame ?? '');
    expect(decodeNeighbourAdvertisement(change(frame, 70, 1))).toMatchObject({
      error: { kind: 'bad-checksum', offset: 56 },
    });
    expect(decodeNeighbourAdvertisement(change(frame, 54, 135))).toMatchObject({
      error: { kind: 'bad-type' },
    });
    expect(decodeNeighbourAdvertisement(frame.subarray(0, 60)).ok).toBe(false);
  });
});

it('decoders read random bytes without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      decodeArp(bytes);
      decodeNeighbourAdvertisement(bytes);
    }),
  );
});

function change(frame: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = frame.slice();
  copy[offset] = value;
  return copy;
}
