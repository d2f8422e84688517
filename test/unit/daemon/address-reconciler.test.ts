/** The reconciler that applies address plans to the kernel. */
import { expect, test } from 'vitest';
import type { IpAddress } from '../../../src/core/base/address.ts';
import type { VirtualAddressConfig } from '../../../src/core/config/model.ts';
import { AddressReconciler } from '../../../src/daemon/address-reconciler.ts';

function vip(last: number): VirtualAddressConfig {
  return {
    address: `192.0.2.${last}` as IpAddress,
    prefixLength: 24,
    interface: 'eth0',
    scope: 0,
    noPrefixRoute: false,
  };
}

function setUp(errno?: string) {
  const calls: string[] = [];
  const failures: string[] = [];
  const reconciler = new AddressReconciler({
    kernel: {
      addAddress: async (ifindex, { address }) => {
        calls.push(`add ${ifindex} ${address}`);
        return errno;
      },
      removeAddress: async (ifindex, { address }) => {
        calls.push(`remove ${ifindex} ${address}`);
        return errno;
      },
    },
    ifindexOf: (name) => (name === 'eth0' ? 2 : undefined),
    onFailed: (operation, name) => failures.push(`${operation.type} ${name}`),
  });
  return { reconciler, calls, failures };
}

test('a wish is in the kernel when wish() returns, and is not sent twice', () => {
  const { reconciler, calls } = setUp();
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(calls).toEqual(['add 2 192.0.2.1']);
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(calls).toHaveLength(1);
});

test('an address that somebody deleted comes back with the next picture', () => {
  const { reconciler, calls } = setUp();
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  reconciler.observe([]);
  expect(calls).toEqual(['add 2 192.0.2.1', 'add 2 192.0.2.1']);
});

test('says what is wanted, what is there, and how often somebody else removed it', () => {
  const { reconciler } = setUp();
  const fact = { ifindex: 2, address: vip(1).address, prefixLength: 24, flags: 0, scope: 0 };
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  const view = () => reconciler.view().map((v) => [v.expected, v.present, v.restored]);
  reconciler.observe([]);
  expect(view(), 'a dump from before the request is nobody else').toEqual([[true, true, 0]]);
  reconciler.observe([fact]);
  reconciler.observe([]);
  expect(view()).toEqual([[true, true, 1]]);
  reconciler.wish({ instance: 'VI_1', present: false, addresses: [vip(1)] });
  reconciler.observe([]);
  expect(view()).toEqual([[false, false, 1]]);
});

test('an address that another instance still wants stays', () => {
  const { reconciler, calls } = setUp();
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  reconciler.wish({ instance: 'VI_2', present: true, addresses: [vip(1)] });
  reconciler.wish({ instance: 'VI_1', present: false, addresses: [vip(1)] });
  expect(calls).toEqual(['add 2 192.0.2.1']);
  reconciler.wish({ instance: 'VI_2', present: false, addresses: [vip(1)] });
  expect(calls.slice(1)).toEqual(['remove 2 192.0.2.1']);
});

test('an address that a reload dropped is removed', () => {
  const { reconciler, calls } = setUp();
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1), vip(2)] });
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  expect(calls.slice(2)).toEqual(['remove 2 192.0.2.2']);
});

test.each([
  ['EEXIST', []],
  ['EPERM', ['add EPERM']],
])('adding that the kernel answers with %s reports %j', async (errno, expected) => {
  const { reconciler, failures } = setUp(errno);
  reconciler.wish({ instance: 'VI_1', present: true, addresses: [vip(1)] });
  await reconciler.settled();
  expect(failures).toEqual(expected);
});

test('an address that the kernel refused is tried again when it is wished again', async () => {
  const { reconciler, calls } = setUp('EPERM');
  const wish = { instance: 'VI_1', present: true, addresses: [vip(1)] };
  reconciler.wish(wish);
  await reconciler.settled();
  reconciler.wish(wish);
  expect(calls).toEqual(['add 2 192.0.2.1', 'add 2 192.0.2.1']);
});
