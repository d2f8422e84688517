/** Builders of IPVS records and of virtual servers, with defaults that a test overrides. */
import { type IpAddress, ipFamily, parseIp } from '../../../../src/core/base/address.ts';
import type {
  IpvsDestination,
  IpvsService,
  IpvsServiceEntry,
} from '../../../../src/core/lvs/types.ts';
import {
  endpointKey,
  type RealServerConfig,
  type ServiceIdentity,
  type ServiceProtocol,
  serviceKey,
  type VirtualServerConfig,
} from '../../../../src/core/model/config.ts';

/** A literal address; the test is wrong when it is none. */
export function ip(text: string): IpAddress {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}

/** An address service. */
export function addressService(
  address: string,
  port: number,
  protocol: ServiceProtocol = 'TCP',
): ServiceIdentity {
  const parsed = ip(address);
  return { kind: 'address', family: ipFamily(parsed), protocol, address: parsed, port };
}

/** A service of a firewall mark. */
export function markService(mark: number, family: 'ipv4' | 'ipv6' = 'ipv4'): ServiceIdentity {
  return { kind: 'fwmark', family, mark };
}

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

/** A real server, DR with weight 1. */
export function realServer(
  address: string,
  port: number,
  overrides: Partial<RealServerConfig> = {},
): RealServerConfig {
  return {
    address: ip(address),
    port,
    weight: 1,
    forwarding: { method: 'DR' },
    inhibitOnFailure: false,
    upperThreshold: 0,
    lowerThreshold: 0,
    checks: [],
    ...overrides,
  };
}

/** A virtual server of TCP 192.0.2.10:80 without real servers. */
export function virtualServer(overrides: Partial<VirtualServerConfig> = {}): VirtualServerConfig {
  const services = overrides.services ?? [addressService('192.0.2.10', 80)];
  const [first] = services;
  return {
    key: first === undefined ? 'empty' : serviceKey(first),
    title: 'virtual server',
    services,
    scheduler: 'wlc',
    schedulerFlags: [],
    onePacket: false,
    alpha: false,
    omega: false,
    quorum: 1,
    hysteresis: 0,
    realServers: [],
    ...overrides,
  };
}
