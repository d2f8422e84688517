/** Counters in lists, the order of lists, and that a saved table is read as the same table. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IpAddress, ipFromBytes } from '../../../../src/core/base/address.ts';
import { readCommandLine } from '../../../../src/core/ipvsadm/command-line.ts';
import { operationOf } from '../../../../src/core/ipvsadm/operations.ts';
import { sortServices } from '../../../../src/core/ipvsadm/order.ts';
import { restoreWords } from '../../../../src/core/ipvsadm/restore-line.ts';
import { NO_PORT_NAMES } from '../../../../src/core/ipvsadm/service-names.ts';
import { type ListedEntry, renderSave, renderTable } from '../../../../src/core/ipvsadm/table.ts';
import { addressText, counterText, NUMERIC } from '../../../../src/core/ipvsadm/text.ts';
import type { ListedDestination } from '../../../../src/core/lvs/destination-codec.ts';
import type { IpvsDestination, IpvsService } from '../../../../src/core/lvs/ipvs-table.ts';
import { netmaskOf } from '../../../../src/core/lvs/netmask.ts';
import { NO_TRAFFIC } from '../../../../src/core/lvs/stats-codec.ts';
import { type ServiceIdentity, serviceKey } from '../../../../src/core/model/config.ts';
import { destination, service } from '../../../support/builders/ipvs.ts';
import { addressService, markService } from '../../../support/builders/service.ts';
import { modelIpvs } from '../../../support/model-ipvs.ts';

const IDLE = {
  activeConnections: 0,
  inactiveConnections: 0,
  persistentConnections: 0,
  stats: NO_TRAFFIC,
  rates: NO_TRAFFIC,
};

function listed(record: IpvsService, destinations: readonly IpvsDestination[] = []): ListedEntry {
  const servers: ListedDestination[] = destinations.map((one) => ({ ...one, ...IDLE }));
  return { service: record, stats: NO_TRAFFIC, rates: NO_TRAFFIC, destinations: servers };
}

describe('counters', () => {
  const entry = listed(service(addressService('10.9.0.1', 9, 'UDP')), [
    destination('10.9.0.77', 9, { forwarding: 'masquerade' }),
  ]);
  const stats = { ...NO_TRAFFIC, connections: 1, packetsIn: 1_700, bytesIn: 110_547_600 };
  const rates = { ...NO_TRAFFIC, packetsIn: 55, bytesIn: 3_591_027 };
  const busy: ListedEntry = {
    ...entry,
    stats,
    rates,
    destinations: entry.destinations.map((one) => ({ ...one, stats, rates })),
  };

  it.each([
    ['stats', false, '        1     1700        0  110547K        0'],
    ['stats', true, '        1     1700        0 110547600        0'],
    ['rate', false, '        0       55        0  3591027        0'],
  ] as const)('of --%s, exact: %s', (view, exact, columns) => {
    const lines = renderTable([busy], { view, exact, names: NUMERIC }).split('\n');
    expect(lines.slice(2)).toEqual([
      `UDP  10.9.0.1:9                  ${columns}`,
      `  -> 10.9.0.77:9                 ${columns}`,
      '',
    ]);
  });

  it.each([
    [0, '        0'],
    [99_999_999, ' 99999999'],
    [100_000_000, '  100000K'],
    [999_999_999, '  999999K'],
    [1_000_000_000, '    1000M'],
    [99_999_999_999, '   99999M'],
    [100_000_000_000, '     100G'],
    [99_999_999_999_999, '   99999G'],
    [100_000_000_000_000, '     100T'],
    [2 ** 64, '18446744T'],
  ])('%i is %j', (value, text) => {
    expect(counterText(value, false)).toBe(text);
  });

  it('has all digits where they are wanted', () => {
    expect(counterText(2 ** 53, true)).toBe(' 9007199254740992');
    expect(counterText(7, true)).toBe('        7');
  });
});

describe('order', () => {
  it('of services with numbers far apart is that of 32-bit subtraction', () => {
    const addresses = ['10.0.0.1', '192.0.2.1', '100.0.0.1', '1.1.1.1'];
    const entries = [
      listed(service(markService(0xffff_ffff))),
      ...addresses.map((one) => listed(service(addressService(one, 80)))),
      listed(service(markService(7, 'ipv6'))),
      listed(service(markService(7))),
    ];
    expect(sortServices(entries).map(({ service: { identity } }) => serviceKey(identity))).toEqual([
      'fwmark:4294967295:ipv4',
      'tcp:192.0.2.1:80',
      'tcp:1.1.1.1:80',
      'tcp:10.0.0.1:80',
      'tcp:100.0.0.1:80',
      'fwmark:7:ipv4',
      'fwmark:7:ipv6',
    ]);
  });
});

it.each([
  ['::1', '::1'],
  ['::5', '::5'],
  ['::102:304', '::1.2.3.4'],
  ['::2:1', '::0.2.0.1'],
  ['::ffff:102:304', '::ffff:1.2.3.4'],
  ['::ffff:0:1', '::ffff:0.0.0.1'],
  ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ['64:ff9b::1', '64:ff9b::1'],
])('%s is written as glibc does: %s', (address, text) => {
  expect(addressText(address as IpAddress)).toBe(text);
});

const family = fc.constantFrom('ipv4', 'ipv6');
const port = fc.integer({ min: 1, max: 0xffff });

function addressOf(kind: 'ipv4' | 'ipv6'): fc.Arbitrary<IpAddress> {
  const length = kind === 'ipv4' ? 4 : 16;
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
    // Unicast, and neither 0.0.0.0 nor `::`.
    bytes[0] = kind === 'ipv4' ? 1 + ((bytes[0] ?? 0) % 220) : 0x20;
    return ipFromBytes(bytes) as IpAddress;
  });
}

const identity: fc.Arbitrary<ServiceIdentity> = family.chain((kind) =>
  fc.oneof(
    fc.record({
      kind: fc.constant('fwmark' as const),
      family: fc.constant(kind),
      // A larger one is printed as a negative number, which ipvsadm itself does not read.
      mark: fc.integer({ min: 1, max: 0x7fff_ffff }),
    }),
    fc.record({
      kind: fc.constant('address' as const),
      family: fc.constant(kind),
      protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const),
      address: addressOf(kind),
      port,
    }),
  ),
);

const record: fc.Arbitrary<IpvsService> = identity.chain((one) => {
  const mayBeOps = one.kind === 'fwmark' || one.protocol === 'UDP';
  return fc
    .record({
      scheduler: fc.constantFrom('rr', 'wlc', 'sh', 'mh'),
      scheduling: fc.integer({ min: 0, max: 7 }),
      ops: fc.boolean(),
      seconds: fc.option(fc.integer({ min: 1, max: 2_678_400 })),
      mask: fc.oneof(fc.constant(0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff })),
      prefix: fc.integer({ min: 1, max: 128 }),
      engine: fc.option(fc.constant('sip')),
    })
    .map(({ scheduler, scheduling, ops, seconds, mask, prefix, engine }): IpvsService => {
      // The third flag has no name where the first two have names of their own.
      const named = scheduler === 'sh' || scheduler === 'mh' ? scheduling & 3 : scheduling;
      const usual = one.family === 'ipv4' ? 0xffff_ffff : 128;
      const granularity = one.family === 'ipv4' ? mask : prefix;
      return {
        identity: one,
        scheduler,
        flags: (named << 3) | (ops && mayBeOps ? 4 : 0) | (seconds === null ? 0 : 1),
        timeoutSeconds: seconds ?? 0,
        ...netmaskOf(one.family, seconds === null ? usual : granularity),
        ...(engine === null ? {} : { persistenceEngine: engine }),
      };
    });
});

const tunnel = fc.oneof(
  fc.constant({ type: 'ipip' as const, port: 0, flags: 0 }),
  fc.record({ type: fc.constant('gue' as const), port, flags: fc.integer({ min: 0, max: 2 }) }),
  fc.record({
    type: fc.constant('gre' as const),
    port: fc.constant(0),
    flags: fc.integer({ min: 0, max: 1 }),
  }),
);

function serverOf(one: ServiceIdentity): fc.Arbitrary<IpvsDestination> {
  return fc
    .record({
      forwarding: fc.constantFrom('masquerade' as const, 'tunnel' as const, 'direct' as const),
      other: family,
      asked: fc.integer({ min: 0, max: 0xffff }),
      weight: fc.integer({ min: 0, max: 0x7fff_ffff }),
      tunnel,
    })
    .chain(({ forwarding, other, asked, weight, tunnel: how }) => {
      const kind = forwarding === 'tunnel' ? other : one.family;
      const isFixed = forwarding !== 'masquerade' && one.kind === 'address';
      return addressOf(kind).map((address) =>
        destination(address, isFixed && one.kind === 'address' ? one.port : asked, {
          forwarding,
          weight,
          ...(forwarding === 'tunnel' ? { tunnel: how } : {}),
        }),
      );
    });
}

const table = fc
  .uniqueArray(record, { selector: (one) => serviceKey(one.identity), maxLength: 6 })
  .chain((records) =>
    fc.tuple(
      ...records.map((one) =>
        fc
          .uniqueArray(serverOf(one.identity), {
            selector: ({ address, port: number }) => `${address} ${number}`,
            maxLength: 5,
          })
          .map((servers) => listed(one, servers)),
      ),
    ),
  );

it('a saved table is read as the same table', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (entries) => {
      const kernel = modelIpvs();
      for (const line of renderSave(entries, NUMERIC).trimEnd().split('\n')) {
        const words = restoreWords(line);
        if (words.length === 0) continue;
        const read = readCommandLine(words, { hosts: new Map(), ports: NO_PORT_NAMES });
        const operation = read.kind === 'request' ? operationOf(read.request) : undefined;
        expect(operation, line).toBeDefined();
        if (operation !== undefined) {
          expect((await kernel.apply([operation])).errors, line).toEqual([]);
        }
      }
      const found: ListedEntry[] = [];
      for (const one of await kernel.listServices()) {
        const newestFirst = await kernel.listDestinations(one.service.identity);
        found.push({ ...one, destinations: [...newestFirst].reverse() });
      }
      expect(found).toEqual(entries);
    }),
  );
});
