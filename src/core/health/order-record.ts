/** The book of orders as a record keeps it: what a file holds is believed only as far as it has the right form. */
import { parseIp } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import type { KernelServer } from '../lvs/desired.ts';
import type { ForwardingConfig, ServiceIdentity } from '../model/config.ts';
import { type LeavingService, leavingServiceOf } from './leaving-services.ts';
import {
  type LeavingServer,
  NO_ORDERS,
  type OrderBook,
  type OrderedState,
  type ServerOrder,
  servicesOf,
} from './server-orders.ts';
import { WEIGHT_MAX } from './weight.ts';

/** The compiler asks for a method that is new. */
const METHOD_NAMES: Readonly<Record<ForwardingConfig['method'], true>> = {
  DR: true,
  NAT: true,
  TUN: true,
};
const METHODS: ReadonlySet<unknown> = new Set(Object.keys(METHOD_NAMES));
const TUNNELS: ReadonlySet<unknown> = new Set(['ipip', 'gue', 'gre']);
const CHECKSUMS: ReadonlySet<unknown> = new Set(['none', 'csum', 'remcsum']);
const PORT_MAX = 65_535;

/** The book that a value from JSON is; what is no order and no leaving server is left out. */
export function orderBookOf(value: unknown): OrderBook {
  if (typeof value !== 'object' || value === null) return NO_ORDERS;
  const { orders, leaving, services } = value as Partial<Record<string, unknown>>;
  const left = listOf(leaving, leavingOf);
  const gone = listOf(services, leavingServiceFrom);
  return {
    orders: listOf(orders, orderOf),
    leaving: left,
    ...servicesOf({ services: gone }, left),
  };
}

type Fields = Partial<Record<string, unknown>>;

function listOf<T>(value: unknown, read: (fields: Fields) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const found = read(one as Fields);
    return found === undefined ? [] : [found];
  });
}

function orderOf(fields: Fields): ServerOrder | undefined {
  const { server, since } = fields;
  const state = stateOf(fields);
  if (state === undefined || typeof server !== 'string' || !isInstant(since)) return undefined;
  return { server, since, ...state };
}

function stateOf({ kind, until, isDrained, weight }: Fields): OrderedState | undefined {
  switch (kind) {
    case 'drain':
      if (typeof isDrained !== 'boolean') return undefined;
      if (until === undefined) return { kind, isDrained };
      return isInstant(until) ? { kind, until, isDrained } : undefined;
    case 'maintenance':
      return { kind };
    case 'weight':
      return isWhole(weight, WEIGHT_MAX) ? { kind, weight } : undefined;
    default:
      return undefined;
  }
}

function leavingOf({ virtualServer, server, since, until }: Fields): LeavingServer | undefined {
  if (typeof virtualServer !== 'string' || !isInstant(since) || !isInstant(until)) return undefined;
  if (!isKernelServer(server)) return undefined;
  return { virtualServer, server, since, until };
}

const PROTOCOLS: ReadonlySet<unknown> = new Set(['TCP', 'UDP', 'SCTP']);
const FLAGS: ReadonlySet<unknown> = new Set([1, 2, 3]);
const MARK_MAX = 0xffff_ffff;
const SECONDS_MAX = 0x7fff_ffff;

function leavingServiceFrom(fields: Fields): LeavingService | undefined {
  return isLeavingService(fields) ? leavingServiceOf(fields) : undefined;
}

function isLeavingService(fields: Fields): fields is Fields & LeavingService {
  const { key, title, services, scheduler, schedulerFlags, persistence, onePacket } = fields;
  return (
    [key, title, scheduler].every((one) => typeof one === 'string') &&
    Array.isArray(services) &&
    services.every(isIdentity) &&
    Array.isArray(schedulerFlags) &&
    schedulerFlags.every((one) => FLAGS.has(one)) &&
    isPersistence(persistence) &&
    typeof onePacket === 'boolean'
  );
}

function isIdentity(value: unknown): value is ServiceIdentity {
  const { kind, family, protocol, address, port, mark } = (value ?? {}) as Fields;
  if (family !== 'ipv4' && family !== 'ipv6') return false;
  if (kind === 'fwmark') return isWhole(mark, MARK_MAX);
  const isAddress = typeof address === 'string' && parseIp(address) !== undefined;
  return kind === 'address' && PROTOCOLS.has(protocol) && isAddress && isWhole(port, PORT_MAX);
}

function isPersistence(value: unknown): value is LeavingService['persistence'] {
  if (value === undefined) return true;
  const { timeoutSeconds, granularityPrefix, engine } = (value ?? {}) as Fields;
  const isNamed = engine === undefined || typeof engine === 'string';
  return isNamed && isWhole(timeoutSeconds, SECONDS_MAX) && isWhole(granularityPrefix, 128);
}

function isKernelServer(value: unknown): value is KernelServer {
  const { address, port, forwarding, upperThreshold, lowerThreshold } = (value ?? {}) as Fields;
  return (
    typeof address === 'string' &&
    parseIp(address) !== undefined &&
    isWhole(port, PORT_MAX) &&
    isWhole(upperThreshold, WEIGHT_MAX) &&
    isWhole(lowerThreshold, WEIGHT_MAX) &&
    isForwarding(forwarding)
  );
}

function isForwarding(value: unknown): boolean {
  const { method, tunnel, port, checksum } = (value ?? {}) as Fields;
  if (!METHODS.has(method)) return false;
  return (
    method !== 'TUN' || (TUNNELS.has(tunnel) && CHECKSUMS.has(checksum) && isWhole(port, PORT_MAX))
  );
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

function isInstant(value: unknown): value is Instant {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
