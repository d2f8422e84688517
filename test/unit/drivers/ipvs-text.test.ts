/** Operations in words. */
import { expect, it } from 'vitest';
import { describeOperation } from '../../../src/drivers/ipvs-text.ts';
import { destination, service } from '../../support/builders/ipvs.ts';
import { addressService } from '../../support/builders/service.ts';

const BASE = {
  key: 'tcp:192.0.2.1:80',
  service: service(addressService('192.0.2.1', 80)),
  destinationKey: '198.51.100.1:80',
  destination: destination('198.51.100.1', 80),
} as const;

it.each([
  ['addService', 'add service tcp:192.0.2.1:80'],
  ['updateService', 'change service tcp:192.0.2.1:80'],
  ['removeService', 'remove service tcp:192.0.2.1:80'],
  ['addDestination', 'add server 198.51.100.1:80 to tcp:192.0.2.1:80'],
  ['updateDestination', 'change server 198.51.100.1:80 of tcp:192.0.2.1:80'],
  ['removeDestination', 'remove server 198.51.100.1:80 from tcp:192.0.2.1:80'],
] as const)('%s names service and server', (type, words) => {
  expect(describeOperation({ ...BASE, type })).toBe(words);
});
