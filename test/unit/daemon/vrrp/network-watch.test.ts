/** Readings of the network that overlap. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type NetworkReading,
  NetworkWatch,
  NO_READER,
} from '../../../../src/daemon/vrrp/network-watch.ts';
import { mac } from '../../../support/builders/addresses.ts';

/** The link as it is. */
let up: boolean;
/** Answers that the kernel owes to questions about routes and rules, the oldest first. */
let owed: (() => void)[];
let readings: NetworkReading[];
let asksRouting: boolean;
let watch: NetworkWatch;

beforeEach(() => {
  vi.useFakeTimers();
  up = false;
  owed = [];
  readings = [];
  asksRouting = true;
  watch = new NetworkWatch({
    kernel: {
      routeTo: async () => undefined,
      readRouting: () =>
        new Promise((answer) => {
          owed.push(() => answer([]));
        }),
    },
    dump: async () => ({
      interfaces: [
        { name: 'eth0', ifindex: 2, up, mac: mac('02:00:00:00:00:02'), mtu: 1500, noArp: false },
      ],
      addresses: [],
      linkProblems: [],
      asOf: { addresses: 0, routing: 0 },
    }),
    routing: () => (asksRouting ? { tables: [], protocols: [] } : undefined) as never,
    reader: () => NO_READER,
    onReading: (reading) => readings.push(reading),
    onTrouble: () => undefined,
  });
});

afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

const isUp = ({ interfaces }: NetworkReading): boolean | undefined => interfaces[0]?.up;

test('a reading that a later one has overtaken is made again: its picture is older', async () => {
  watch.changed();
  await vi.advanceTimersByTimeAsync(20);
  // The link comes up, and a configuration that asks for less reads it.
  up = true;
  asksRouting = false;
  const later = await watch.readForSure(NO_READER, () => true);
  expect(later && isUp(later)).toBe(true);
  for (const answer of owed.splice(0)) answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(readings.map(isUp)).toEqual([true]);
  expect(watch.interfaces.get('eth0')?.up).toBe(true);
});

test('a reading that began later is handed out, whoever asked', async () => {
  const first = watch.readForSure(NO_READER, () => true);
  await vi.advanceTimersByTimeAsync(0);
  watch.changed();
  up = true;
  await vi.advanceTimersByTimeAsync(20);
  for (const answer of owed.splice(0)) answer();
  await first;
  await vi.advanceTimersByTimeAsync(0);
  expect(readings.map(isUp)).toEqual([true]);
  expect(watch.interfaces.get('eth0')?.up).toBe(true);
});
