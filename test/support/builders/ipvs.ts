/** Records of the kernel: IPVS services and destinations, with values that a test changes. */

import { ipFamily } from '../../../src/core/base/address.ts';
import type {
  IpvsDestination,
  IpvsService,
  IpvsServiceEntry,
} from '../../../src/core/lvs/ipvs-table.ts';
import { endpointKey, type ServiceIdentity, serviceKey } from '../../../src/core/model/config.ts';
import { ip } from './addresses.ts';

/** The kernel's record of a service. */
export function service(
  identity: ServiceIdentity,
  overrides: Partial<IpvsService> = {},
): IpvsService {
  return {
    identity,
    scheduler: 'rr',
    flags: 0,
    timeoutSeconds: 0,
    netmaskPrefix: identity.family === 'ipv4' ? 32 : 128,
    ...overrides,
  };
}

/** The kernel's record of a destination, DR with weight 1. */
export function destination(
  address: string,
  port: number,
  overrides: Partial<IpvsDestination> = {},
): IpvsDestination {
  const parsed = ip(address);
  return {
    family: ipFamily(parsed),
    address: parsed,
    port,
    forwarding: 'direct',
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    ...overrides,
  };
}

/** A table entry with its key. */
export function entry(
  record: IpvsService,
  destinations: readonly IpvsDestination[] = [],
): [string, IpvsServiceEntry] {
  const byKey = destinations.map((one) => [endpointKey(one.address, one.port), one] as const);
  return [serviceKey(record.identity), { service: record, destinations: new Map(byKey) }];
}
