/** When two records are the same to the kernel; whole tables are in plan.test.ts. */
import { describe, expect, it } from 'vitest';
import { diffTables, sameDestination, sameService } from '../../../../src/core/lvs/diff.ts';
import type { IpvsDestination, IpvsService } from '../../../../src/core/lvs/ipvs-table.ts';
import { destination, entry, service } from '../../../support/builders/ipvs.ts';
import { addressService } from '../../../support/builders/service.ts';

const IDENTITY = addressService('192.0.2.1', 80);

describe('sameService', () => {
  it.each([
    { scheduler: 'wlc' },
    { flags: 1 },
    { timeoutSeconds: 5 },
    { netmaskPrefix: 24 },
    { persistenceEngine: 'sip' },
  ] satisfies Partial<IpvsService>[])('%j makes a difference', (change) => {
    expect(sameService(service(IDENTITY), service(IDENTITY))).toBe(true);
    expect(sameService(service(IDENTITY), service(IDENTITY, change))).toBe(false);
  });
});

describe('sameDestination', () => {
  const tunnel = { type: 'gue', port: 6080, flags: 0 } as const;
  const base = destination('198.51.100.1', 80, { forwarding: 'tunnel', tunnel });

  it.each([
    { forwarding: 'direct' },
    { weight: 2 },
    { upperThreshold: 1 },
    { lowerThreshold: 1 },
    { tunnel: { ...tunnel, type: 'gre' } },
    { tunnel: { ...tunnel, port: 6081 } },
    { tunnel: { ...tunnel, flags: 1 } },
  ] satisfies Partial<IpvsDestination>[])('%j makes a difference', (change) => {
    expect(sameDestination(base, { ...base })).toBe(true);
    expect(sameDestination(base, { ...base, ...change })).toBe(false);
  });
});

describe('diffTables', () => {
  it('changes the weight of a server in place', () => {
    const observed = new Map([entry(service(IDENTITY), [destination('198.51.100.1', 80)])]);
    const target = destination('198.51.100.1', 80, { weight: 0 });
    const desired = new Map([entry(service(IDENTITY), [target])]);
    expect(diffTables({ observed, desired, owned: new Set() })).toEqual([
      {
        type: 'updateDestination',
        key: 'tcp:192.0.2.1:80',
        service: service(IDENTITY),
        destinationKey: '198.51.100.1:80',
        destination: target,
      },
    ]);
  });
});
