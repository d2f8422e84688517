/** The plan that makes the kernel's addresses agree with what the instances want. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { VirtualAddressConfig } from '../../../../src/core/config/model.ts';
import {
  type AddressWish,
  addressKey,
  planAddresses,
} from '../../../../src/core/vrrp/address-plan.ts';
import type { AddressFact } from '../../../../src/core/vrrp/types.ts';

function vip(last: number, name = 'eth0', prefixLength = 24): VirtualAddressConfig {
  return {
    address: `192.0.2.${last}` as IpAddress,
    prefixLength,
    interface: name,
    scope: 0,
    noPrefixRoute: false,
  };
}

function fact(last: number, ifindex = 2, prefixLength = 24): AddressFact {
  return { ifindex, address: `192.0.2.${last}` as IpAddress, prefixLength, flags: 0, scope: 0 };
}

const INDEXES: Readonly<Record<string, number>> = { eth0: 2, eth1: 3 };
const ifindexOf = (name: string): number | undefined => INDEXES[name];

function keysOf(facts: Iterable<AddressFact>): Set<string> {
  return new Set([...facts].map((f) => addressKey(f.ifindex, f.address, f.prefixLength)));
}

function plan(wishes: AddressWish[], observed: AddressFact[], old: VirtualAddressConfig[] = []) {
  const present = keysOf(observed);
  return planAddresses({
    wishes,
    isPresent: (key) => present.has(key),
    isWantedByOthers: (key) => key === `2|192.0.2.7/24`,
    managed: old.map((address) => ({ instance: 'VI_1', ifindex: 2, address })),
    ifindexOf,
  }).map(({ type, ifindex, address }) => `${type} ${ifindex} ${address.address}`);
}

describe('planAddresses', () => {
  test('adds what a master wants and the kernel lacks', () => {
    const wish = { instance: 'VI_1', present: true, addresses: [vip(1), vip(2, 'eth1')] };
    expect(plan([wish], [fact(1)])).toEqual(['add 3 192.0.2.2']);
  });

  test('removes what a backup still has: left over by a crash (VR-ST-21)', () => {
    const wish = { instance: 'VI_1', present: false, addresses: [vip(1)] };
    expect(plan([wish], [fact(1)])).toEqual(['remove 2 192.0.2.1']);
  });

  test('never touches an address that no instance names', () => {
    const wish = { instance: 'VI_1', present: false, addresses: [vip(1)] };
    expect(plan([wish], [fact(9)])).toEqual([]);
  });

  test('keeps an address that one instance wants and another does not', () => {
    const wishes = [
      { instance: 'VI_1', present: false, addresses: [vip(1)] },
      { instance: 'VI_2', present: true, addresses: [vip(1)] },
    ];
    expect(plan(wishes, [fact(1)])).toEqual([]);
  });

  test('keeps an address that an instance outside the plan wants', () => {
    const wish = { instance: 'VI_1', present: false, addresses: [vip(7)] };
    expect(plan([wish], [fact(7)])).toEqual([]);
  });

  test('removes an address that a reload dropped from the list', () => {
    const wish = { instance: 'VI_1', present: true, addresses: [vip(1)] };
    expect(plan([wish], [fact(1), fact(2)], [vip(2)])).toEqual(['remove 2 192.0.2.2']);
  });

  test('an address with another prefix length is another address', () => {
    const wish = { instance: 'VI_1', present: true, addresses: [vip(1, 'eth0', 32)] };
    expect(plan([wish], [fact(1)])).toEqual(['add 2 192.0.2.1']);
  });

  test('leaves addresses of interfaces that do not exist alone', () => {
    const wish = { instance: 'VI_1', present: true, addresses: [vip(1, 'ppp0')] };
    expect(plan([wish], [])).toEqual([]);
  });

  test('applying the plan reaches the wish, and a second plan is empty', () => {
    const wishes = fc.array(
      fc.record({
        instance: fc.constantFrom('VI_1', 'VI_2', 'VI_3'),
        present: fc.boolean(),
        addresses: fc.array(
          fc.integer({ min: 1, max: 6 }).map((n) => vip(n)),
          { maxLength: 4 },
        ),
      }),
      { maxLength: 4 },
    );
    const observed = fc
      .uniqueArray(fc.integer({ min: 1, max: 9 }))
      .map((all) => all.map((n) => fact(n)));
    fc.assert(
      fc.property(wishes, observed, (wanted, before) => {
        const kernel = new Map(
          before.map((f) => [addressKey(f.ifindex, f.address, f.prefixLength), f]),
        );
        const input = { wishes: wanted, managed: [], ifindexOf, isWantedByOthers: () => false };
        const isPresent = (key: string): boolean => kernel.has(key);
        for (const operation of planAddresses({ ...input, isPresent })) {
          const { address, prefixLength } = operation.address;
          const key = addressKey(operation.ifindex, address, prefixLength);
          expect(kernel.has(key)).toBe(operation.type === 'remove');
          if (operation.type === 'remove') kernel.delete(key);
          else kernel.set(key, fact(Number(address.split('.')[3])));
        }
        expect(planAddresses({ ...input, isPresent })).toEqual([]);
      }),
    );
  });
});
