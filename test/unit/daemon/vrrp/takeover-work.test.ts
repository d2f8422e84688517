/** Addresses and announcements in slices. */
import { expect, test } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { AnnounceResult } from '../../../../src/core/vrrp/events-and-actions.ts';
import { type TakeoverAction, TakeoverWork } from '../../../../src/daemon/vrrp/takeover-work.ts';

function setUp() {
  const done: string[] = [];
  const declared = new Map<string, boolean>();
  const told: AnnounceResult[] = [];
  const work = new TakeoverWork({
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
  return { work, done, declared, told };
}

function wish(instance: string, present: boolean): TakeoverAction {
  return { type: 'setAddresses', instance, present, addresses: [] };
}

function announcement(instance: string): TakeoverAction {
  const address = '192.0.2.1' as IpAddress;
  return { type: 'announce', instance, kind: 'arp', ifindex: 2, address, frame: new Uint8Array(0) };
}

test('what one instance asks for is done when run() returns, addresses before announcements', () => {
  const { work, done } = setUp();
  work.add(wish('A', true));
  work.add(announcement('A'));
  work.add(announcement('A'));
  expect(done).toEqual([]);
  work.run();
  expect(done).toEqual(['+A', 'A', 'A']);
});

test('of a thousand instances a slice is done at once, the rest in later turns, all in order', async () => {
  const { work, done } = setUp();
  for (let i = 0; i < 1_000; i++) {
    work.add(wish(`${i}`, true));
    work.add(announcement(`${i}`));
  }
  work.run();
  const atOnce = done.filter((entry) => !entry.includes('wishes')).length;
  expect(atOnce).toBeLessThan(100);
  work.run();
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
  const { work, done } = setUp();
  work.add(wish('A', true));
  work.add(announcement('A'));
  work.add(wish('B', true));
  work.add(announcement('B'));
  work.add(wish('A', false));
  work.finish();
  expect(done).toEqual(['3 wishes', 'B']);
  work.add(wish('A', true));
  work.add(announcement('A'));
  work.run();
  expect(done.slice(2)).toEqual(['+A', 'A']);
});

test('finish() leaves nothing', () => {
  const { work, done } = setUp();
  for (let i = 0; i < 100; i++) work.add(wish(`${i}`, false));
  work.run();
  work.finish();
  expect(done).toEqual(['32 wishes', '32 wishes', '32 wishes', '4 wishes']);
});

test('V7: all wishes are declared before the first slice is carried out', () => {
  const { work, done, declared } = setUp();
  for (let i = 0; i < 100; i++) work.add(wish(`${i}`, true));
  expect(declared.size).toBe(100);
  expect(done).toEqual([]);
});

test('V4: what became of each announcement is told after its slice', () => {
  const { work, told } = setUp();
  work.add(wish('A', true));
  work.add(announcement('A'));
  work.add(announcement('JAM'));
  work.run();
  expect(told.map(({ action, errno }) => `${action.instance} ${errno}`)).toEqual([
    'A undefined',
    'JAM ENOBUFS',
  ]);
});
