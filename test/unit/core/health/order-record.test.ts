/** The book of orders in a record: what was written is read, and what has another form is not believed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../../../../src/core/base/time.ts';
import type { LeavingService } from '../../../../src/core/health/leaving-services.ts';
import { orderBookOf } from '../../../../src/core/health/order-record.ts';
import {
  NO_ORDERS,
  type OrderBook,
  type ServerOrder,
} from '../../../../src/core/health/server-orders.ts';
import type { ForwardingConfig } from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { addressService } from '../../../support/builders/service.ts';

const time = fc.nat().map((us) => us as Instant);
const order: fc.Arbitrary<ServerOrder> = fc
  .record({
    server: fc.string(),
    since: time,
    state: fc.oneof(
      fc.record({ kind: fc.constant('drain' as const), isDrained: fc.boolean() }),
      fc.record({ kind: fc.constant('drain' as const), until: time, isDrained: fc.boolean() }),
      fc.record({ kind: fc.constant('maintenance' as const) }),
      fc.record({ kind: fc.constant('weight' as const), weight: fc.nat() }),
    ),
  })
  .map(({ state, ...rest }) => ({ ...rest, ...state }));
const forwarding = fc.constantFrom<ForwardingConfig>(
  { method: 'DR' },
  { method: 'NAT' },
  { method: 'TUN', tunnel: 'gue', port: 6080, checksum: 'remcsum' },
);
const leaving = fc.record({
  virtualServer: fc.string(),
  server: fc.record({
    address: fc.constantFrom(ip('10.0.1.1'), ip('2001:db8::1')),
    port: fc.nat(65_535),
    forwarding,
    upperThreshold: fc.nat(),
    lowerThreshold: fc.nat(),
  }),
  since: time,
  until: time,
});
const service: fc.Arbitrary<Omit<LeavingService, 'key'>> = fc.record({
  title: fc.string(),
  services: fc.constantFrom(
    [addressService('10.0.0.1', 80)],
    [{ kind: 'fwmark', family: 'ipv6', mark: 7 } as const],
  ),
  scheduler: fc.string(),
  schedulerFlags: fc.constantFrom([], [1, 3] as const),
  persistence: fc.record({ timeoutSeconds: fc.nat(), granularityPrefix: fc.nat(128) }),
  onePacket: fc.boolean(),
});
const plain: fc.Arbitrary<OrderBook> = fc.record({
  orders: fc.array(order, { maxLength: 4 }),
  leaving: fc.array(leaving, { maxLength: 4 }),
});
/** Some with a virtual server that left: it is the one of the first server that leaves. */
const book: fc.Arbitrary<OrderBook> = fc.tuple(plain, fc.option(service)).map(([one, left]) => {
  const [first] = one.leaving;
  if (left === null || first === undefined) return one;
  return { ...one, services: [{ key: first.virtualServer, ...left }] };
});

test('every book comes back from JSON as it was', () => {
  fc.assert(
    fc.property(book, (one) => {
      expect(orderBookOf(JSON.parse(JSON.stringify(one)))).toEqual(one);
    }),
  );
});

test('any JSON gives a book, and what is no order is left out', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { orders, leaving: gone } = orderBookOf({ orders: [value], leaving: [value] });
      expect(orders.length + gone.length).toBeLessThanOrEqual(2);
    }),
  );
  expect(orderBookOf(undefined)).toEqual(NO_ORDERS);
  expect(orderBookOf({ orders: 'x', leaving: { length: 3 } })).toEqual(NO_ORDERS);
});

test.each([
  [{ server: 'a b', since: 1, kind: 'weight', weight: -1 }],
  [{ server: 'a b', since: 1, kind: 'weight', weight: 1.5 }],
  [{ server: 'a b', since: -1, kind: 'maintenance' }],
  [{ server: 'a b', since: 1, kind: 'drain', until: '5', isDrained: false }],
  [{ server: 'a b', since: 1, kind: 'drain' }],
  [{ server: 1, since: 1, kind: 'maintenance' }],
  [{ server: 'a b', since: 1, kind: 'explode' }],
  [null],
])('%j is no order', (value) => {
  expect(orderBookOf({ orders: [value] }).orders).toEqual([]);
});

test('a server that leaves needs an address, a port and a method that the kernel takes', () => {
  const good = {
    address: '10.0.1.1',
    port: 80,
    forwarding: { method: 'NAT' },
    upperThreshold: 0,
    lowerThreshold: 0,
  };
  const read = (server: unknown) =>
    orderBookOf({ leaving: [{ virtualServer: 'a', server, since: 1, until: 2 }] }).leaving;
  expect(read(good)).toHaveLength(1);
  for (const bad of [
    { ...good, address: '10.0.1' },
    { ...good, port: 65_536 },
    { ...good, forwarding: { method: 'LOCAL' } },
    { ...good, forwarding: { method: 'TUN', tunnel: 'vxlan', port: 0, checksum: 'none' } },
    { ...good, upperThreshold: undefined },
    null,
  ]) {
    expect(read(bad)).toEqual([]);
  }
});
