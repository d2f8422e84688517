/** Waiting for children to confirm a configuration. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Confirmations } from '../../../../src/daemon/supervisor/confirmations.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(serial: number, milliseconds?: number) {
  const stop = new AbortController();
  const confirmations = new Confirmations();
  const ended: (readonly string[])[] = [];
  const limit = { signal: stop.signal, ...(milliseconds === undefined ? {} : { milliseconds }) };
  void confirmations.wait(['vrrp', 'health'], serial, limit).then((missing) => ended.push(missing));
  return { stop, confirmations, ended };
}

test('ends when all have confirmed', async () => {
  const { confirmations, ended } = setUp(1);
  confirmations.confirmed('vrrp', 1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ended).toEqual([]);
  confirmations.confirmed('health', 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([[]]);
});

test('does not end with the confirmation of an earlier configuration', async () => {
  const { confirmations, ended } = setUp(2);
  confirmations.confirmed('vrrp', 1);
  confirmations.confirmed('health', 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([]);
});

test('ends with the confirmation of a later configuration, which took its place', async () => {
  const { confirmations, ended } = setUp(1);
  confirmations.confirmed('vrrp', 2);
  confirmations.confirmed('health', 2);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([[]]);
});

test('names those that are missing when it takes too long', async () => {
  const { confirmations, ended } = setUp(1, 500);
  confirmations.confirmed('health', 1);
  await vi.advanceTimersByTimeAsync(500);
  expect(ended).toEqual([['vrrp']]);
});

test('ends when the supervisor stops', async () => {
  const { stop, ended } = setUp(1);
  stop.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([['vrrp', 'health']]);
});

test('waits for nobody where there is nobody', async () => {
  const wait = new Confirmations().wait([], 1, { signal: new AbortController().signal });
  expect(await wait).toEqual([]);
});

test('a child that confirmed before anybody waited is not waited for', async () => {
  // The runner process confirms while a startup_script still runs; the wait for all begins after it.
  const confirmations = new Confirmations();
  confirmations.confirmed('runner', 1);
  const limit = { signal: new AbortController().signal, milliseconds: 500 };
  const first = confirmations.wait(['vrrp', 'runner'], 1, limit);
  confirmations.confirmed('vrrp', 1);
  expect(await first).toEqual([]);
  expect(await confirmations.wait(['runner'], 1, limit)).toEqual([]);

  const next = confirmations.wait(['runner'], 2, limit);
  await vi.advanceTimersByTimeAsync(500);
  expect(await next).toEqual(['runner']);
});
