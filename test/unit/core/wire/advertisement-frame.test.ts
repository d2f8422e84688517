/** Farewells as whole frames. */
import { expect, it } from 'vitest';
import { ipBytes } from '../../../../src/core/base/address.ts';
import { toHex } from '../../../../src/core/base/bytes.ts';
import { encodeAdvertisementFrame } from '../../../../src/core/wire/advertisement-frame.ts';
import { decodeIpv4Header } from '../../../../src/core/wire/ipv4.ts';
import { decodeIpv6Header } from '../../../../src/core/wire/ipv6.ts';
import { ip } from '../../../support/builders/addresses.ts';

const MAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
const MESSAGE = Uint8Array.of(0x31, 7, 0, 1);

it('V23: an IPv6 frame goes to 33:33 and the end of the group (RFC 2464)', () => {
  const frame = encodeAdvertisementFrame({
    mac: MAC,
    source: ipBytes(ip('fe80::1')),
    destination: ipBytes(ip('ff02::12')),
    protocol: 112,
    ipId: 1,
    message: MESSAGE,
  });
  expect(toHex(frame.subarray(0, 14))).toBe('33330000001202000000000186dd');
  expect(decodeIpv6Header(frame.subarray(14))).toMatchObject({
    ok: true,
    value: { hopLimit: 255, nextHeader: 112, payloadLength: 4, source: ipBytes(ip('fe80::1')) },
  });
  expect(frame.subarray(54)).toEqual(MESSAGE);
});

it('V23: an IPv4 frame goes to 01:00:5e and 23 bits of the group (RFC 1112)', () => {
  const frame = encodeAdvertisementFrame({
    mac: MAC,
    source: ipBytes(ip('192.0.2.1')),
    destination: ipBytes(ip('224.0.0.18')),
    protocol: 51,
    ipId: 9,
    message: MESSAGE,
  });
  expect(toHex(frame.subarray(0, 14))).toBe('01005e0000120200000000010800');
  expect(decodeIpv4Header(frame.subarray(14))).toMatchObject({
    ok: true,
    value: { ttl: 255, protocol: 51, identification: 9, totalLength: 24 },
  });
  expect(frame.subarray(34)).toEqual(MESSAGE);
});
