/** The reconciler that applies address plans to the kernel. */
import { expect, test } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import { instant } from '../../../../src/core/base/time.ts';
import type { HoldingWish } from '../../../../src/core/holdings/wish.ts';
import type { VirtualAddressConfig } from '../../../../src/core/model/address.ts';
import { HoldingsReconciler } from '../../../../src/daemon/vrrp/holdings-reconciler.ts';

function vip(last: number): VirtualAddressConfig {
  return {
    address: `192.0.2.${last}` as IpAddress,
    prefixLength: 24,
    interface: 'eth0',
    scope: 0,
    noPrefixRoute: false,
  };
}

/** What one turn of the vrrp process does with the wishes of the router. */
function give(reconciler: HoldingsReconciler, ...wishes: readonly HoldingWish[]): void {
  for (const wish of wishes) reconciler.declare(wish);
  reconciler.carryOut(wishes.map(({ instance }) => instance));
}

function setUp(errno?: string) {
  const calls: string[] = [];
  const failures: string[] = [];
  const batches: number[] = [];
  const reconciler = new HoldingsReconciler({
    kernel: async (operations) => {
      batches.push(operations.length);
      for (const one of operations) {
        const { type } = one.operation;
        if (one.of === 'routing') calls.push(`${type} ${one.operation.kind}`);
        else calls.push(`${type} ${one.operation.ifindex} ${one.operation.address.address}`);
      }
      return operations.map(() => (errno === undefined ? undefined : { errno, explanation: '' }));
    },
    links: {
      ifindexOf: (name) => (name === 'eth0' ? 2 : undefined),
      vrfTableOf: () => undefined,
      isUp: () => true,
    },
    now: () => instant(0),
    onNotice: () => undefined,
    onLost: () => undefined,
    onFailed: (operation, name) => failures.push(`${operation.type} ${name}`),
  });
  return { reconciler, calls, failures, batches };
}

test('a wish is in the kernel when wish() returns, and is not sent twice', () => {
  const { reconciler, calls } = setUp();
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(calls).toEqual(['add 2 192.0.2.1']);
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(calls).toHaveLength(1);
});

test('an address that somebody deleted comes back with the next picture', () => {
  const { reconciler, calls } = setUp();
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  reconciler.observe({ addresses: [] });
  expect(calls).toEqual(['add 2 192.0.2.1', 'add 2 192.0.2.1']);
});

test('says what is wanted, what is there, and how often somebody else removed it', () => {
  const { reconciler } = setUp();
  const fact = { ifindex: 2, address: vip(1).address, prefixLength: 24, flags: 0, scope: 0 };
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  const view = () => reconciler.view().map((v) => [v.expected, v.present, v.restored]);
  reconciler.observe({ addresses: [] });
  expect(view(), 'a dump from before the request is nobody else').toEqual([[true, true, 0]]);
  reconciler.observe({ addresses: [fact] });
  reconciler.observe({ addresses: [] });
  expect(view()).toEqual([[true, true, 1]]);
  give(reconciler, { instance: 'VI_1', present: false, addresses: [vip(1)] });
  reconciler.observe({ addresses: [] });
  expect(view()).toEqual([[false, false, 1]]);
});

test('an address that another instance still wants stays', () => {
  const { reconciler, calls } = setUp();
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  give(reconciler, { instance: 'VI_2', present: true, addresses: [vip(1)] });
  give(reconciler, { instance: 'VI_1', present: false, addresses: [vip(1)] });
  expect(calls).toEqual(['add 2 192.0.2.1']);
  give(reconciler, { instance: 'VI_2', present: false, addresses: [vip(1)] });
  expect(calls.slice(1)).toEqual(['remove 2 192.0.2.1']);
});

test('an address that a reload dropped is removed', () => {
  const { reconciler, calls } = setUp();
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1), vip(2)] });
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(calls.slice(2)).toEqual(['remove 2 192.0.2.2']);
});

test.each([
  ['EEXIST', []],
  ['EPERM', ['add EPERM']],
])('adding that the kernel answers with %s reports %j', async (errno, expected) => {
  const { reconciler, failures } = setUp(errno);
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  await reconciler.settled();
  expect(failures).toEqual(expected);
});

test('an address that the kernel refused is tried again when it is wished again', async () => {
  const { reconciler, calls } = setUp('EPERM');
  const wish = { instance: 'VI_1', present: true, addresses: [vip(1)] };
  give(reconciler, wish);
  await reconciler.settled();
  give(reconciler, wish);
  expect(calls).toEqual(['add 2 192.0.2.1', 'add 2 192.0.2.1']);
});

test('the wishes of several instances are one batch', () => {
  const { reconciler, batches } = setUp();
  give(
    reconciler,
    ...[1, 2, 3].map((last) => ({
      instance: `VI_${last}`,
      present: true,
      addresses: [vip(last), vip(last + 10)],
    })),
  );
  expect(batches).toEqual([6]);
});

test('an address with another label is removed and added in one batch', () => {
  const { reconciler, calls } = setUp();
  const labelled = { ...vip(1), label: 'eth0:1' };
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  give(
    reconciler,
    { instance: 'VI_1', present: true, addresses: [] },
    { instance: 'VI_1', present: true, addresses: [labelled] },
  );
  expect(calls.slice(1)).toEqual(['remove 2 192.0.2.1', 'add 2 192.0.2.1']);
});

function fact(last: number) {
  return { ifindex: 2, address: vip(last).address, prefixLength: 24, flags: 0, scope: 0 };
}

test('the notification of a request of ours is no news, once; that of anybody else is', async () => {
  const { reconciler } = setUp();
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(reconciler.confirms({ type: 'address', address: fact(2) })).toBe(false);
  expect(reconciler.confirms({ type: 'address', address: fact(1) })).toBe(true);
  expect(reconciler.confirms({ type: 'address', address: fact(1) })).toBe(false);
  expect(reconciler.confirms({ type: 'addressRemoved', address: fact(1) })).toBe(false);
  expect(reconciler.confirms({ type: 'linkRemoved', ifindex: 2 })).toBe(false);
});

test('after lost notifications, and after a refusal, nothing is awaited', async () => {
  const lost = setUp().reconciler;
  give(lost, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  lost.lostNotifications();
  expect(lost.confirms({ type: 'address', address: fact(1) })).toBe(false);
  const refused = setUp('EEXIST').reconciler;
  give(refused, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  await refused.settled();
  expect(refused.confirms({ type: 'address', address: fact(1) })).toBe(false);
});

test('an address that left with the configuration is not taken from whoever adds it later', () => {
  const { reconciler, calls } = setUp();
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1), vip(2)] });
  give(reconciler, { instance: 'VI_2', present: true, addresses: [vip(3)] });
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  give(reconciler, { instance: 'VI_2', present: false, addresses: [vip(3)] });
  reconciler.keep((instance) => instance === 'VI_1');
  expect(reconciler.view()).toHaveLength(1);
  expect(calls.slice(3)).toEqual(['remove 2 192.0.2.2', 'remove 2 192.0.2.3']);
  reconciler.observe({ addresses: [fact(1), fact(3)] });
  expect(calls.slice(5), 'still there: the request was too late for the dump').toEqual([
    'remove 2 192.0.2.3',
  ]);
  reconciler.observe({ addresses: [fact(1)] });
  reconciler.observe({ addresses: [fact(1), fact(2), fact(3)] });
  expect(calls).toHaveLength(6);
});

test('an interface that was replaced by another of its name gets the addresses again', () => {
  let ifindex = 2;
  const calls: string[] = [];
  const reconciler = new HoldingsReconciler({
    kernel: async (operations) => {
      for (const one of operations) {
        if (one.of === 'address') calls.push(`${one.operation.type} ${one.operation.ifindex}`);
      }
      return operations.map(() => undefined);
    },
    links: { ifindexOf: () => ifindex, vrfTableOf: () => undefined, isUp: () => true },
    now: () => instant(0),
    onNotice: () => undefined,
    onLost: () => undefined,
    onFailed: () => undefined,
  });
  give(reconciler, { instance: 'VI_1', present: true, addresses: [vip(1)] });
  ifindex = 9;
  reconciler.observe({ addresses: [] });
  give(reconciler, { instance: 'VI_1', present: false, addresses: [vip(1)] });
  expect(calls).toEqual(['add 2', 'add 9', 'remove 9']);
});

test('V24: an interface that has lost IPv6 has nothing left to remove', async () => {
  const { reconciler, failures } = setUp('ENXIO');
  reconciler.observe({ addresses: [{ ...fact(1), flags: 0, scope: 0 }] });
  give(reconciler, { instance: 'VI_1', present: false, addresses: [vip(1)] });
  await reconciler.settled();
  expect(failures).toEqual([]);
});
