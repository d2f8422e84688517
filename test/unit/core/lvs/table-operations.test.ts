/** From observed to desired: properties over random tables, and the cases that operators notice. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameEntry } from '../../../../src/core/lvs/diff.ts';
import type {
  IpvsDestination,
  IpvsOperation,
  IpvsService,
  IpvsTable,
} from '../../../../src/core/lvs/ipvs-table.ts';
import { applyOperations, planTable } from '../../../../src/core/lvs/table-operations.ts';
import { destination, entry, service } from '../../../support/builders/ipvs.ts';
import { addressService } from '../../../support/builders/service.ts';

const NOTHING_OWNED: ReadonlySet<string> = new Set();

const anyDestination: fc.Arbitrary<IpvsDestination> = fc
  .record({
    host: fc.integer({ min: 1, max: 5 }),
    port: fc.constantFrom(80, 8080),
    weight: fc.integer({ min: 0, max: 2 }),
    forwarding: fc.constantFrom('direct', 'masquerade', 'tunnel'),
    upperThreshold: fc.constantFrom(0, 10),
    gue: fc.boolean(),
  })
  .map(({ host, port, weight, forwarding, upperThreshold, gue }) =>
    destination(`198.51.100.${host}`, port, {
      weight,
      forwarding,
      upperThreshold,
      ...(forwarding === 'tunnel'
        ? { tunnel: { type: gue ? 'gue' : 'ipip', port: gue ? 6080 : 0, flags: 0 } }
        : {}),
    }),
  );

const anyService: fc.Arbitrary<IpvsService> = fc
  .record({
    host: fc.integer({ min: 1, max: 4 }),
    scheduler: fc.constantFrom('rr', 'wlc'),
    flags: fc.constantFrom(0, 1),
    timeoutSeconds: fc.constantFrom(0, 300),
    engine: fc.boolean(),
  })
  .map(({ host, scheduler, flags, timeoutSeconds, engine }) =>
    service(addressService(`192.0.2.${host}`, 80), {
      scheduler,
      flags,
      timeoutSeconds,
      ...(engine ? { persistenceEngine: 'sip' } : {}),
    }),
  );

const anyTable: fc.Arbitrary<IpvsTable> = fc
  .array(fc.tuple(anyService, fc.array(anyDestination, { maxLength: 5 })), { maxLength: 4 })
  .map((entries) => new Map(entries.map(([record, targets]) => entry(record, targets))));

const anyOwned: fc.Arbitrary<ReadonlySet<string>> = fc
  .subarray([1, 2, 3, 4])
  .map((hosts) => new Set(hosts.map((host) => `tcp:192.0.2.${host}:80`)));

describe('planTable', () => {
  it('leads to the desired table, with every service that is not ours as it was', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        const result = applyOperations(observed, planTable({ observed, desired, owned }));
        const foreign = [...observed].filter(([key]) => !owned.has(key) && !desired.has(key));
        expect(result).toEqual(new Map([...desired, ...foreign]));
      }),
    );
  });

  it('plans nothing where the table is as desired, so that running twice is running once', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        const after = applyOperations(observed, planTable({ observed, desired, owned }));
        expect(planTable({ observed: after, desired, owned })).toEqual([]);
        expect(planTable({ observed: desired, desired, owned })).toEqual([]);
      }),
    );
  });

  it('names no service that is neither desired nor ours', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        for (const { key } of planTable({ observed, desired, owned })) {
          expect(desired.has(key) || owned.has(key)).toBe(true);
        }
      }),
    );
  });

  it('never removes what it adds again: established flows stay', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        const names = planTable({ observed, desired, owned }).map(nameOf);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('is refused nowhere by the kernel: parents before children, children removed before parents', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        let table = observed;
        for (const operation of planTable({ observed, desired, owned })) {
          expect(refusal(table, operation)).toBeUndefined();
          table = applyOperations(table, [operation]);
        }
      }),
    );
  });

  it('adds before it takes away: a service never has fewer servers on the way than at both ends', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        let table = observed;
        for (const operation of planTable({ observed, desired, owned })) {
          table = applyOperations(table, [operation]);
          for (const [key, { destinations }] of desired) {
            const before = observed.get(key)?.destinations.size ?? 0;
            const now = table.get(key)?.destinations.size ?? 0;
            expect(now).toBeGreaterThanOrEqual(Math.min(before, destinations.size));
          }
        }
      }),
    );
  });

  it('a new service gets its destinations before anything else happens', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (observed, desired, owned) => {
        const plan = planTable({ observed, desired, owned });
        for (const [at, { type, key }] of plan.entries()) {
          if (type !== 'addService') continue;
          const servers = desired.get(key)?.destinations.size ?? 0;
          const next = plan.slice(at + 1, at + 1 + servers);
          expect(next.every((one) => one.type === 'addDestination' && one.key === key)).toBe(true);
        }
      }),
    );
  });

  it('from A to B to A leaves what is equal in both untouched, as the same objects', () => {
    check(
      fc.property(anyTable, anyTable, anyOwned, (first, second, owned) => {
        const there = applyOperations(
          first,
          planTable({
            observed: first,
            desired: second,
            owned: new Set([...owned, ...first.keys()]),
          }),
        );
        const back = planTable({ observed: there, desired: first, owned: new Set(there.keys()) });
        const again = applyOperations(there, back);
        for (const [key, entry] of first) {
          const other = second.get(key);
          if (other === undefined || !sameEntry(entry, other)) continue;
          expect(there.get(key)).toBe(entry);
          expect(again.get(key)).toBe(entry);
        }
      }),
    );
  });

  it('removes a service of ours that is desired no more, its servers first', () => {
    const observed = new Map([
      entry(service(addressService('192.0.2.1', 80)), [destination('198.51.100.1', 80)]),
    ]);
    const owned = new Set(observed.keys());
    const types = planTable({ observed, desired: new Map(), owned }).map(({ type }) => type);
    expect(types).toEqual(['removeDestination', 'removeService']);
  });

  it('adopts a service that is there already, whoever made it, and sets it right', () => {
    const identity = addressService('192.0.2.1', 80);
    const observed = new Map([entry(service(identity), [destination('198.51.100.7', 80)])]);
    const desired = new Map([
      entry(service(identity, { scheduler: 'wlc' }), [destination('198.51.100.1', 80)]),
    ]);
    const plan = planTable({ observed, desired, owned: NOTHING_OWNED });
    expect(plan.map(({ type }) => type)).toEqual([
      'addDestination',
      'updateService',
      'removeDestination',
    ]);
  });

  it('does not look at counters', () => {
    const identity = addressService('192.0.2.1', 80);
    const desired = new Map([entry(service(identity), [destination('198.51.100.1', 80)])]);
    const stats = { connections: 9, packetsIn: 9, packetsOut: 9, bytesIn: 9, bytesOut: 9 };
    const busy = { ...destination('198.51.100.1', 80), activeConnections: 5, stats };
    const observed = new Map([entry(service(identity), [busy])]);
    expect(planTable({ observed, desired, owned: NOTHING_OWNED })).toEqual([]);
  });
});

describe('applyOperations', () => {
  it('leaves the table that it was given alone', () => {
    const identity = addressService('192.0.2.1', 80);
    const observed = new Map([entry(service(identity), [destination('198.51.100.1', 80)])]);
    const copy = structuredClone(observed);
    const plan = planTable({ observed, desired: new Map(), owned: new Set(observed.keys()) });
    applyOperations(observed, plan);
    expect(observed).toEqual(copy);
  });

  it('changes nothing where the kernel would refuse', () => {
    const identity = addressService('192.0.2.1', 80);
    const observed = new Map([entry(service(identity), [destination('198.51.100.1', 80)])]);
    const [key] = entry(service(identity));
    const absent = destination('198.51.100.2', 80);
    const operations: IpvsOperation[] = [
      { type: 'addService', key, service: service(identity, { scheduler: 'wlc' }) },
      { type: 'updateService', key: 'tcp:x', service: service(identity) },
      {
        type: 'updateDestination',
        key,
        service: service(identity),
        destinationKey: '198.51.100.2:80',
        destination: absent,
      },
      {
        type: 'addDestination',
        key: 'tcp:x',
        service: service(identity),
        destinationKey: '198.51.100.2:80',
        destination: absent,
      },
    ];
    expect(applyOperations(observed, operations)).toEqual(observed);
  });
});

function check(property: fc.IPropertyWithHooks<[IpvsTable, IpvsTable, ReadonlySet<string>]>): void {
  void fc.assert(property);
}

/** What an operation is about. */
function nameOf(operation: IpvsOperation): string {
  return 'destinationKey' in operation
    ? `${operation.key} ${operation.destinationKey}`
    : operation.key;
}

/** Why the kernel would refuse an operation on this table. */
function refusal(table: IpvsTable, operation: IpvsOperation): string | undefined {
  const present = table.get(operation.key);
  if (operation.type === 'addService') return present === undefined ? undefined : 'EEXIST';
  if (present === undefined) return 'ESRCH';
  if (operation.type === 'updateService') return undefined;
  if (operation.type === 'removeService') {
    return present.destinations.size === 0 ? undefined : 'servers are left';
  }
  const exists = present.destinations.has(operation.destinationKey);
  if (operation.type === 'addDestination') return exists ? 'EEXIST' : undefined;
  return exists ? undefined : 'ENOENT';
}
