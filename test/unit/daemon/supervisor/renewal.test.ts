/** A process that works well makes room for another. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Renewal } from '../../../../src/daemon/supervisor/renewal.ts';

type Order = { readonly type: 'shutdown' };
const ORDER: Order = { type: 'shutdown' };
const STOP_MS_MAX = 2_000;

/** A process that notes what is done to it. */
class Noted {
  readonly told: (Order | 'kill')[] = [];

  send(order: Order): void {
    this.told.push(order);
  }

  kill(): void {
    this.told.push('kill');
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('it is asked to end, and is the one whose successor is wanted', () => {
  const renewal = new Renewal<Order>(() => STOP_MS_MAX);
  const [old, other] = [new Noted(), new Noted()];
  expect(renewal.wants(old)).toBe(false);
  renewal.begin(old, ORDER);
  expect(old.told).toEqual([ORDER]);
  expect([renewal.wants(old), renewal.wants(other)]).toEqual([true, false]);
});

test('it is killed only when it does not end in time', () => {
  const old = new Noted();
  new Renewal<Order>(() => STOP_MS_MAX).begin(old, ORDER);
  vi.advanceTimersByTime(STOP_MS_MAX - 1);
  expect(old.told).toEqual([ORDER]);
  vi.advanceTimersByTime(1);
  expect(old.told).toEqual([ORDER, 'kill']);
});

test('the next renewal is about the next process', () => {
  const renewal = new Renewal<Order>(() => STOP_MS_MAX);
  const [first, second] = [new Noted(), new Noted()];
  renewal.begin(first, ORDER);
  renewal.begin(second, ORDER);
  expect([renewal.wants(first), renewal.wants(second)]).toEqual([false, true]);
});
