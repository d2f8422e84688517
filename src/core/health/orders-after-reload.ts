/**
 * What a reload makes of the book of orders: an order goes with its server, and a server that was in service and has left the configuration
 * keeps its connections for a time (`drain_time`). One that comes back stays as if it had never left. A virtual server that left stays in the kernel, with
 * nothing but such servers, until the last of them has gone.
 */
import { type Instant, after as later } from '../base/time.ts';
import { endpointKey, serviceKey, type VirtualServerConfig } from '../model/config.ts';
import { configOfLeaving, leavingServiceOf } from './leaving-services.ts';
import { serverKey } from './server-key.ts';
import { type LeavingServer, leavingKey, type OrderBook, servicesOf } from './server-orders.ts';

/** A reload. */
export interface ConfigChange {
  readonly before: readonly VirtualServerConfig[];
  readonly after: readonly VirtualServerConfig[];
  /** Whether a server (`serverKey`) is alive and in the table. */
  readonly isInService: (server: string) => boolean;
  readonly now: Instant;
}

/** The book after a reload. */
export function afterReload(book: OrderBook, change: ConfigChange): OrderBook {
  const next = new Map(change.after.map((one) => [one.key, one]));
  const known = new Set(change.after.flatMap(serverKeysOf));
  const leaving = new Map<string, LeavingServer>();
  const add = (one: LeavingServer): void => {
    const key = leavingKey(one);
    if (!known.has(key) && !leaving.has(key)) leaving.set(key, one);
  };
  const left = (book.services ?? []).map(configOfLeaving);
  const before = new Map([...left, ...change.before].map((one) => [one.key, one]));
  for (const one of book.leaving) {
    const old = before.get(one.virtualServer);
    const heir = old === undefined ? undefined : heirOf(old, next);
    if (heir === undefined && old !== undefined) add(one);
    else if (heir !== undefined && heir.drainTime > 0) add({ ...one, virtualServer: heir.key });
  }
  for (const old of change.before) {
    const heir = heirOf(old, next) ?? old;
    if (heir.drainTime === 0) continue;
    const { now, isInService } = change;
    const until = later(now, heir.drainTime);
    for (const { address, port, forwarding, upperThreshold, lowerThreshold } of old.realServers) {
      if (known.has(serverKey(heir.key, endpointKey(address, port)))) continue;
      if (!isInService(serverKey(old.key, endpointKey(address, port)))) continue;
      const server = { address, port, forwarding, upperThreshold, lowerThreshold };
      add({ virtualServer: heir.key, server, since: now, until });
    }
  }
  const orders = book.orders.filter(({ server }) => known.has(server));
  const all = [...leaving.values()];
  const gone = change.before.filter((old) => heirOf(old, next) === undefined);
  return { orders, leaving: all, ...servicesOf(book, all, gone.map(leavingServiceOf)) };
}

/** The virtual server that has the services of an old one: that of the same name, or of one of its services. */
function heirOf(
  old: VirtualServerConfig,
  next: ReadonlyMap<string, VirtualServerConfig>,
): VirtualServerConfig | undefined {
  const same = next.get(old.key);
  if (same !== undefined) return same;
  const services = new Set(old.services.map(serviceKey));
  return [...next.values()].find((one) =>
    one.services.some((service) => services.has(serviceKey(service))),
  );
}

function serverKeysOf({ key, realServers }: VirtualServerConfig): string[] {
  return realServers.map(({ address, port }) => serverKey(key, endpointKey(address, port)));
}
