/** Addresses in IPVS attributes. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/core/base/bytes.ts';
import {
  decodeAddress,
  encodeAddress,
  familyFromNumber,
  familyNumber,
} from '../../../../src/core/lvs/address-codec.ts';
import { ip } from '../../../support/builders/addresses.ts';

describe('addresses', () => {
  it('has 16 bytes for both families, an IPv4 address first and zeros behind it', () => {
    expect(toHex(encodeAddress(ip('192.0.2.10')))).toBe(`c000020a${'00'.repeat(12)}`);
    expect(toHex(encodeAddress(ip('2001:db8::10')))).toBe('20010db8000000000000000000000010');
  });

  it('is read by the family that goes with it', () => {
    const bytes = encodeAddress(ip('192.0.2.10'));
    expect(decodeAddress(bytes, 'ipv4')).toBe('192.0.2.10');
    expect(decodeAddress(bytes, 'ipv6')).toBe('c000:20a::');
    expect(decodeAddress(bytes.subarray(0, 3), 'ipv4')).toBeUndefined();
    expect(decodeAddress(bytes.subarray(0, 4), 'ipv6')).toBeUndefined();
  });

  it('knows two families', () => {
    expect([familyNumber('ipv4'), familyNumber('ipv6')]).toEqual([2, 10]);
    expect([2, 10, 0, 17].map(familyFromNumber)).toEqual(['ipv4', 'ipv6', undefined, undefined]);
  });
});
