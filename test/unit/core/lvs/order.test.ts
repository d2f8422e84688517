/** The sequence in which operations go to the kernel. */
import { describe, expect, it } from 'vitest';
import type { IpvsOperation } from '../../../../src/core/lvs/ipvs-table.ts';
import { orderOperations } from '../../../../src/core/lvs/order.ts';
import { destination, service } from '../../../support/builders/ipvs.ts';
import { addressService } from '../../../support/builders/service.ts';

const BASE = {
  key: 'tcp:192.0.2.1:80',
  service: service(addressService('192.0.2.1', 80)),
  destinationKey: '198.51.100.1:80',
  destination: destination('198.51.100.1', 80),
} as const;

describe('orderOperations', () => {
  it('adds, then changes, then removes; parents are there before and gone after their children', () => {
    const wrong: IpvsOperation[] = [
      { ...BASE, type: 'removeService' },
      { ...BASE, type: 'removeDestination' },
      { ...BASE, type: 'updateDestination' },
      { ...BASE, type: 'updateService' },
      { ...BASE, type: 'addDestination' },
      { ...BASE, type: 'addService' },
    ];
    expect(orderOperations(wrong)).toEqual(wrong.toReversed());
  });

  it('keeps the sequence within a kind', () => {
    const adds: IpvsOperation[] = ['a', 'b', 'c'].map((destinationKey) => ({
      ...BASE,
      type: 'addDestination',
      destinationKey,
    }));
    expect(orderOperations(adds)).toEqual(adds);
  });
});
