/** Static entries of the configuration: set, ordered again after a refusal, removed. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { HoldingWish } from '../../../../src/core/holdings/wish.ts';
import type { StaticAddressConfig, StaticsConfig } from '../../../../src/core/model/statics.ts';
import { StaticEntries } from '../../../../src/daemon/vrrp/static-entries.ts';

const ADDRESS: StaticAddressConfig = {
  address: '198.51.100.1' as IpAddress,
  prefixLength: 24,
  interface: 'eth1',
  scope: 0,
  noPrefixRoute: false,
};
const STATICS: StaticsConfig = { addresses: [ADDRESS], routes: [], rules: [], trackGroups: [] };
const REFUSED = { type: 'add', instance: 'static entries', ifindex: 3, address: ADDRESS } as const;

function setUp() {
  const wishes: HoldingWish[] = [];
  let operations = 0;
  const entries = new StaticEntries({
    declare: (wish) => wishes.push(wish),
    carryOut: () => {
      operations += wishes.at(-1)?.addresses.length ?? 0;
    },
    mark: () => ({ addresses: operations, routing: 0 }),
  });
  return { entries, wishes };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('static entries', () => {
  test('are one wish of one owner; whether addresses were asked for is told', () => {
    const { entries, wishes } = setUp();
    expect(entries.set(STATICS)).toBe(true);
    expect(entries.set(undefined)).toBe(false);
    entries.remove(STATICS);
    expect(
      wishes.map(({ instance, present, addresses }) => [instance, present, addresses.length]),
    ).toEqual([
      ['static entries', true, 1],
      ['static entries', true, 0],
      ['static entries', false, 1],
    ]);
  });

  test('that the kernel refused are ordered again with growing pauses; each refusal is said once', () => {
    const { entries, wishes } = setUp();
    entries.set(STATICS);
    expect(entries.failed(REFUSED, 'EINVAL')).toBe(true);
    const pauses: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      const before = wishes.length;
      let waited = 0;
      while (wishes.length === before) {
        vi.advanceTimersByTime(500);
        waited += 500;
      }
      pauses.push(waited);
      expect(entries.failed(REFUSED, 'EINVAL')).toBe(false);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(entries.failed(REFUSED, 'ENOBUFS'), 'for another reason').toBe(true);
  });

  test('that were removed are not ordered again', () => {
    const { entries, wishes } = setUp();
    entries.set(STATICS);
    entries.failed(REFUSED, 'EINVAL');
    entries.remove(STATICS);
    entries.failed(REFUSED, 'EINVAL');
    vi.advanceTimersByTime(60_000);
    expect(wishes).toHaveLength(2);
  });
});
