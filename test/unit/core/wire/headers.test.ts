/** IP and Ethernet headers against captured frames, and their refusals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipFromBytes, macFromBytes } from '../../../../src/core/base/address.ts';
import { toHex } from '../../../../src/core/base/bytes.ts';
import { decodeEthernetHeader, writeEthernetHeader } from '../../../../src/core/wire/ethernet.ts';
import {
  decodeIpv4Header,
  encodeIpv4Header,
  hasValidIpv4Checksum,
} from '../../../../src/core/wire/ipv4.ts';
import { decodeIpv6Header, writeIpv6Header } from '../../../../src/core/wire/ipv6.ts';
import { hex, packetOf, VECTORS } from '../../../vectors/vrrp.ts';

const ipv4 = VECTORS.advertisements.filter(({ family }) => family === 'ipv4');
const ipv6 = VECTORS.advertisements.filter(({ family }) => family === 'ipv6');

describe('IPv4', () => {
  it.each(ipv4.map((vector) => [vector.id, vector] as const))(
    '%s decodes, and encodes to the same bytes',
    (_id, vector) => {
      const packet = packetOf(vector);
      const decoded = decodeIpv4Header(packet);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      const { value } = decoded;
      expect(value.totalLength).toBe(packet.length);
      expect(value.tos).toBe(0xc0);
      expect(value.ttl).toBe(vector.ttl);
      expect(value.identification).toBe(vector.identification);
      expect(value.dontFragment).toBe(vector.dontFragment);
      expect(ipFromBytes(value.source)).toBe(vector.source);
      expect(ipFromBytes(value.destination)).toBe(vector.destination);
      expect(hasValidIpv4Checksum(packet, value.headerLength)).toBe(true);
      const header = encodeIpv4Header({ ...value, payloadLength: packet.length - 20 });
      expect(toHex(header)).toBe(toHex(packet.subarray(0, 20)));
    },
  );

  const packet = packetOf(ipv4[0] ?? { id: '', title: '', origin: '', frame: '' });
  const changed = (offset: number, value: number): Uint8Array => {
    const copy = packet.slice();
    copy[offset] = value;
    return copy;
  };

  it.each([
    ['a short packet', packet.subarray(0, 19), 'truncated'],
    ['version 6', changed(0, 0x65), 'bad-version'],
    ['a header below 20 bytes', changed(0, 0x44), 'bad-length'],
    ['a total length below the header', changed(3, 19), 'bad-length'],
    ['a total length beyond the packet', changed(2, 1), 'truncated'],
  ])('refuses %s', (_what, bytes, kind) => {
    expect(decodeIpv4Header(bytes)).toMatchObject({ ok: false, error: { kind } });
  });

  it('allows padding behind the packet, and options', () => {
    expect(decodeIpv4Header(Uint8Array.of(...packet, 0, 0, 0)).ok).toBe(true);
    const options = changed(0, 0x46);
    expect(decodeIpv4Header(options)).toMatchObject({ value: { headerLength: 24 } });
  });

  it('reads random bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        decodeIpv4Header(bytes);
        decodeIpv6Header(bytes);
        decodeEthernetHeader(bytes);
      }),
    );
  });
});

describe('what a header says', () => {
  const packet = packetOf(ipv4[0] ?? { id: '', title: '', origin: '', frame: '' });

  it('ends the packet, whatever follows it in the frame (VR-RX-32)', () => {
    const padded = Uint8Array.of(...packet, ...new Uint8Array(18));
    expect(decodeIpv4Header(padded)).toMatchObject({
      ok: true,
      value: { totalLength: packet.length },
    });
  });

  it('of TOS, identification and fragments does not matter (VR-RX-35)', () => {
    const other = packet.slice();
    other.set([0x00, packet[2] ?? 0, packet[3] ?? 0, 0xab, 0xcd, 0x40], 1);
    expect(decodeIpv4Header(other)).toMatchObject({ ok: true, value: { ttl: 255 } });
  });
});

describe('IPv6', () => {
  it.each(ipv6.map((vector) => [vector.id, vector] as const))(
    '%s decodes, and encodes to the same bytes',
    (_id, vector) => {
      const packet = packetOf(vector);
      const decoded = decodeIpv6Header(packet);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      const { value } = decoded;
      expect(value.payloadLength).toBe(packet.length - 40);
      expect(value.nextHeader).toBe(112);
      expect(value.hopLimit).toBe(vector.ttl);
      expect(ipFromBytes(value.source)).toBe(vector.source);
      expect(ipFromBytes(value.destination)).toBe(vector.destination);
      const out = new Uint8Array(40);
      writeIpv6Header(out, 0, value);
      expect(toHex(out)).toBe(toHex(packet.subarray(0, 40)));
    },
  );

  const packet = packetOf(ipv6[0] ?? { id: '', title: '', origin: '', frame: '' });

  it.each([
    ['a short packet', packet.subarray(0, 39), 'truncated'],
    ['version 4', Uint8Array.of(0x45, ...packet.subarray(1)), 'bad-version'],
    ['a payload beyond the packet', packet.subarray(0, packet.length - 1), 'truncated'],
  ])('refuses %s', (_what, bytes, kind) => {
    expect(decodeIpv6Header(bytes)).toMatchObject({ ok: false, error: { kind } });
  });
});

describe('Ethernet', () => {
  it.each(VECTORS.advertisements.map((vector) => [vector.id, vector] as const))(
    '%s decodes, and encodes to the same bytes',
    (_id, vector) => {
      const frame = hex(vector.frame);
      const decoded = decodeEthernetHeader(frame);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      expect(macFromBytes(decoded.value.source)).toBe(vector.sourceMac);
      expect(decoded.value.etherType).toBe(vector.family === 'ipv4' ? 0x0800 : 0x86dd);
      const out = new Uint8Array(14);
      writeEthernetHeader(out, decoded.value);
      expect(toHex(out)).toBe(toHex(frame.subarray(0, 14)));
    },
  );

  it('refuses 13 bytes', () => {
    expect(decodeEthernetHeader(new Uint8Array(13))).toMatchObject({
      error: { kind: 'truncated', offset: 13 },
    });
  });
});
