/** The sequence in which operations go to the kernel. */
import { describe, expect, it } from 'vitest';
import type { IpvsOperation } from '../../../../src/core/lvs/ipvs-table.ts';
import { orderOperations, stepsOf } from '../../../../src/core/lvs/order.ts';
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
    ];
    expect(orderOperations(wrong)).toEqual(wrong.toReversed());
  });

  it('a new service is followed by its own destinations, not by other services', () => {
    const operations = ['a', 'b'].flatMap((key): IpvsOperation[] => [
      { ...BASE, key, type: 'addService' },
      { ...BASE, key, type: 'addDestination' },
    ]);
    expect(orderOperations([{ ...BASE, type: 'removeDestination' }, ...operations])).toEqual([
      ...operations,
      { ...BASE, type: 'removeDestination' },
    ]);
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

describe('stepsOf', () => {
  const service = (key: string): IpvsOperation => ({ ...BASE, key, type: 'addService' });
  const server = (key: string, name: string): IpvsOperation => ({
    ...BASE,
    key,
    destinationKey: name,
    type: 'addDestination',
  });

  it('sends new services in front of their destinations, and the rest last', () => {
    const change: IpvsOperation = { ...BASE, type: 'updateDestination' };
    const operations = [service('a'), server('a', '1'), service('b'), server('b', '1'), change];
    expect(stepsOf(operations)).toEqual([
      [service('a'), service('b')],
      [server('a', '1'), server('b', '1')],
      [change],
    ]);
    expect(stepsOf([change])).toEqual([[change]]);
    expect(stepsOf([])).toEqual([]);
  });

  it('leaves no service without its destinations for longer than some hundred operations', () => {
    const names = Array.from({ length: 16 }, (_, index) => String(index));
    const operations = Array.from({ length: 100 }, (_, index) => `s${index}`).flatMap((key) => [
      service(key),
      ...names.map((name) => server(key, name)),
    ]);
    const sent = stepsOf(operations).flat();
    expect(new Set(sent)).toEqual(new Set(operations));
    expect(sent).toHaveLength(operations.length);
    const waits = sent.flatMap((operation, at) => {
      if (operation.type !== 'addService') return [];
      return sent.findLastIndex(({ key }) => key === operation.key) - at;
    });
    expect(Math.max(...waits)).toBeLessThan(300);
  });

  it('a service with very many destinations is one step, not all services', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => server('a', String(index)));
    const steps = stepsOf([service('a'), ...many, service('b'), server('b', '1')]);
    expect(steps.map(({ length }) => length)).toEqual([1, 1_000, 1, 1]);
  });
});
