/** The largest advertisement against the MTU. */
import { describe, expect, it } from 'vitest';
import {
  ADVERTISED_ADDRESSES_MAX,
  advertisedAddressesMax,
  advertisementPacketBytes,
} from '../../../../src/core/wire/vrrp-limits.ts';

describe('V3: addresses that fit an MTU', () => {
  it.each([
    [3, 'ipv4', 'none', 1500, 255],
    [2, 'ipv4', 'none', 1500, 255],
    [3, 'ipv6', 'none', 1500, 90],
    [2, 'ipv6', 'none', 1500, 90],
    [3, 'ipv4', 'none', 576, 137],
    [2, 'ipv4', 'AH', 576, 129],
    [3, 'ipv6', 'none', 4128, 255],
    [3, 'ipv6', 'none', 4127, 254],
    [2, 'ipv6', 'none', 4136, 255],
    [3, 'ipv6', 'none', 65_536, 255],
    [3, 'ipv4', 'none', 20, 0],
  ] as const)('version %i %s, %s, MTU %i: %i', (version, family, seal, mtu, count) => {
    const form = { version, family, seal };
    expect(advertisedAddressesMax(form, mtu)).toBe(count);
    if (count === 0) return;
    expect(advertisementPacketBytes(form, count)).toBeLessThanOrEqual(mtu);
    if (count === ADVERTISED_ADDRESSES_MAX) return;
    expect(advertisementPacketBytes(form, count + 1)).toBeGreaterThan(mtu);
  });
});
