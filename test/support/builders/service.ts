/** Virtual and real servers of a configuration, with values that a test changes. */

import { ipFamily } from '../../../src/core/base/address.ts';
import { ZERO_DURATION } from '../../../src/core/base/time.ts';
import {
  type RealServerConfig,
  type ServiceIdentity,
  type ServiceProtocol,
  serviceKey,
  type VirtualServerConfig,
} from '../../../src/core/model/config.ts';
import { ip } from './addresses.ts';

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
    haSuspend: false,
    quorum: 1,
    hysteresis: 0,
    drainTime: ZERO_DURATION,
    realServers: [],
    ...overrides,
  };
}
