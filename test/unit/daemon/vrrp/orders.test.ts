/** What the machine orders, carried out: addresses and announcements in slices. */
import { expect, test } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { AnnounceResult, VrrpAction } from '../../../../src/core/vrrp/events-and-actions.ts';
import { VrrpOrders } from '../../../../src/daemon/vrrp/orders.ts';

function setUp() {
  const done: string[] = [];
  const declared = new Map<string, boolean>();
  const told: AnnounceResult[] = [];
  const orders = new VrrpOrders({
    advertise: ({ instance }) => {
      done.push(`advertise ${instance}`);
      return undefined;
    },
    onSent: ({ instance, left }) => done.push(`${left} of ${instance} left`),
    report: ({ type }) => done.push(type),
    onTransition: () => done.push('changed'),
    declare: ({ instance, present }) => declared.set(instance, present),
    carryOut: (instances) => {
      const [first = ''] = instances;
      if (instances.length === 0) return;
      const one = `${declared.get(first) === true ? '+' : '-'}${first}`;
      done.push(instances.length === 1 ? one : `${instances.length} wishes`);
    },
    announce: ({ instance }) => {
      done.push(instance);
      return instance === 'JAM' ? 'ENOBUFS' : undefined;
    },
    onAnnounced: (results) => told.push(...results),
  });
  return { orders, done, declared, told };
}

function wish(instance: string, present: boolean): VrrpAction {
  return { type: 'setAddresses', instance, present, addresses: [] };
}

function announcement(instance: string): VrrpAction {
  const address = '192.0.2.1' as IpAddress;
  return { type: 'announce', instance, kind: 'arp', ifindex: 2, address, frame: new Uint8Array(0) };
}

test('what one instance asks for is done when run() returns, addresses before announcements', () => {
  const { orders, done } = setUp();
  orders.execute([wish('A', true)]);
  orders.execute([announcement('A')]);
  orders.execute([announcement('A')]);
  expect(done).toEqual([]);
  orders.run();
  expect(done).toEqual(['+A', 'A', 'A']);
});

test('of a thousand instances a slice is done at once, the rest in later turns, all in order', async () => {
  const { orders, done } = setUp();
  for (let i = 0; i < 1_000; i++) {
    orders.execute([wish(`${i}`, true)]);
    orders.execute([announcement(`${i}`)]);
  }
  orders.run();
  const atOnce = done.filter((entry) => !entry.includes('wishes')).length;
  expect(atOnce).toBeLessThan(100);
  orders.run();
  expect(
    done.filter((entry) => !entry.includes('wishes')),
    'once in a turn',
  ).toHaveLength(atOnce);
  while (done.at(-1) !== '999') await new Promise((resolve) => setImmediate(resolve));
  const announced = done.filter((entry) => !entry.includes('wishes')).map(Number);
  expect(announced).toEqual(announced.toSorted((a, b) => a - b));
  expect(announced).toHaveLength(1_000);
});

test('an instance that has given its addresses up meanwhile announces nothing (it is no longer Master)', () => {
  const { orders, done } = setUp();
  orders.execute([wish('A', true)]);
  orders.execute([announcement('A')]);
  orders.execute([wish('B', true)]);
  orders.execute([announcement('B')]);
  orders.execute([wish('A', false)]);
  orders.finish();
  expect(done).toEqual(['3 wishes', 'B']);
  orders.execute([wish('A', true)]);
  orders.execute([announcement('A')]);
  orders.run();
  expect(done.slice(2)).toEqual(['+A', 'A']);
});

test('finish() leaves nothing', () => {
  const { orders, done } = setUp();
  for (let i = 0; i < 100; i++) orders.execute([wish(`${i}`, false)]);
  orders.run();
  orders.finish();
  expect(done).toEqual(['32 wishes', '32 wishes', '32 wishes', '4 wishes']);
});

test('V7: all wishes are declared before the first slice is carried out', () => {
  const { orders, done, declared } = setUp();
  for (let i = 0; i < 100; i++) orders.execute([wish(`${i}`, true)]);
  expect(declared.size).toBe(100);
  expect(done).toEqual([]);
});

test('V4: what became of each announcement is told after its slice', () => {
  const { orders, told } = setUp();
  orders.execute([wish('A', true)]);
  orders.execute([announcement('A')]);
  orders.execute([announcement('JAM')]);
  orders.run();
  expect(told.map(({ action, errno }) => `${action.instance} ${errno}`)).toEqual([
    'A undefined',
    'JAM ENOBUFS',
  ]);
});

test('advertisements leave at once, and what became of them is told before a change of state', () => {
  const { orders, done } = setUp();
  const state = { from: 'BACKUP', to: 'MASTER', reason: 'startup' } as const;
  orders.execute([
    { type: 'transition', instance: 'A', ...state },
    wish('A', true),
    {
      type: 'sendAdvertisement',
      instance: 'A',
      family: 'ipv4',
      ifindex: 2,
      source: '192.0.2.1' as IpAddress,
      destination: '224.0.0.18' as IpAddress,
      protocol: 112,
      priority: 100,
      message: new Uint8Array(0),
      ttl: 255,
      ipId: 1,
    },
  ]);
  expect(done).toEqual(['transition', 'advertise A', '1 of A left', 'changed']);
  orders.run();
  expect(done.at(-1)).toBe('+A');
});
