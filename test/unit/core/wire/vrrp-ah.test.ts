/** The authentication header against keepalived's packets (V06), and what must break it. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex, writeU16 } from '../../../../src/core/base/bytes.ts';
import { type AhSecurity, decodeAh, encodeAh } from '../../../../src/core/wire/vrrp-ah.ts';
import { advertisementVector, hex, packetOf } from '../../../vectors/vrrp.ts';

const security: AhSecurity = {
  key: hex('7333637233740000'),
  hmacMd5: (key, data) => createHmac('md5', key).update(data).digest(),
  unicast: false,
};

describe('vectors', () => {
  it.each(['V06a', 'V06b', 'V06c'])('%s opens, and encodes to the same bytes', (id) => {
    const vector = advertisementVector(id);
    const packet = packetOf(vector);
    const opened = decodeAh(packet, security);
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    expect(opened.value.sequence).toBe(vector.sequence);
    expect(opened.value.spi).toBe(0xc0000201);
    const payload = encodeAh(
      {
        source: packet.subarray(12, 16),
        destination: packet.subarray(16, 20),
        identification: vector.identification ?? 0,
        sequence: vector.sequence ?? 0,
        message: opened.value.message,
      },
      security,
    );
    expect(toHex(payload)).toBe(toHex(packet.subarray(20)));
    expect(toHex(payload.subarray(12, 24))).toBe(vector.icv);
  });
});

describe('decodeAh', () => {
  const packet = packetOf(advertisementVector('V06a'));

  it('does not cover TOS, flags and header checksum', () => {
    const changed = packet.slice();
    changed[1] = 0;
    writeU16(changed, 6, 0x4000);
    writeU16(changed, 10, 0xffff);
    expect(decodeAh(changed, security).ok).toBe(true);
  });

  it('covers the TTL in multicast mode, not in unicast mode (keepalived)', () => {
    const changed = packet.slice();
    changed[8] = 254;
    expect(decodeAh(changed, security)).toMatchObject({ error: { kind: 'bad-digest' } });
    const unicast = { ...security, unicast: true };
    const payload = encodeAh(
      {
        source: packet.subarray(12, 16),
        destination: packet.subarray(16, 20),
        identification: 1,
        sequence: 1,
        message: packet.subarray(44),
      },
      unicast,
    );
    changed.set(payload, 20);
    expect(decodeAh(changed, unicast).ok).toBe(true);
  });

  it.each([
    ['another key', packet, { ...security, key: hex('7333637233740001') }, 'bad-digest'],
    ['a changed message', mutated(30 + 16), security, 'bad-digest'],
    ['a changed sequence number', mutated(31), security, 'bad-digest'],
    ['another SPI than the source', mutated(27), security, 'bad-digest'],
    ['another protocol behind it', mutated(20), security, 'bad-value'],
    ['another length', mutated(21), security, 'bad-length'],
    ['reserved bits', mutated(22), security, 'bad-value'],
    ['another IP protocol', mutated(9), security, 'bad-value'],
  ])('refuses %s', (_what, bytes, how, kind) => {
    expect(decodeAh(bytes, how)).toMatchObject({ ok: false, error: { kind } });
  });

  it('refuses every shorter packet without throwing', () => {
    for (let length = 0; length < packet.length; length++) {
      expect(decodeAh(packet.subarray(0, length), security).ok).toBe(false);
    }
    const cut = packet.slice(0, 40);
    writeU16(cut, 2, 40);
    expect(decodeAh(cut, security)).toMatchObject({ error: { kind: 'truncated' } });
  });

  function mutated(offset: number): Uint8Array {
    const copy = packet.slice();
    copy[offset] = (copy[offset] ?? 0) ^ 1;
    return copy;
  }
});
