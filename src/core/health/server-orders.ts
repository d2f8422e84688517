/**
 * What operators have ordered for real servers, and which servers are on their way out of the configuration: plain data that the
 * supervisor keeps (over reloads and restarts) and the health core obeys. Each change gives a new book; the last word counts.
 */
import type { Instant } from '../base/time.ts';
import type { KernelServer } from '../lvs/desired.ts';
import { endpointKey } from '../model/config.ts';
import type { LeavingService } from './leaving-services.ts';
import { serverKey } from './server-key.ts';

/** What an operator wants of a real server, until it is taken back. */
export type OrderedState =
  /** Weight 0 while connections are left, then out of the table; `until` ends the wait. */
  | { readonly kind: 'drain'; readonly until?: Instant; readonly isDrained: boolean }
  /** Out of the table at once; checks go on and do not matter. */
  | { readonly kind: 'maintenance' }
  /** This weight in the place of the configured one and of what checks say. */
  | { readonly kind: 'weight'; readonly weight: number };

/** An order for one real server in one virtual server. */
export type ServerOrder = OrderedState & {
  /** `serverKey`. */
  readonly server: string;
  /** When it was given, on the clock that all processes of one boot share. */
  readonly since: Instant;
};

/** A server that was in service when a reload took it away: it keeps its connections for a while. */
export interface LeavingServer {
  /** Key of the virtual server that it serves. */
  readonly virtualServer: string;
  readonly server: KernelServer;
  readonly since: Instant;
  /** When it goes at the latest. */
  readonly until: Instant;
}

/** All of it. No two orders, and no two leaving servers, are for the same server. */
export interface OrderBook {
  readonly orders: readonly ServerOrder[];
  readonly leaving: readonly LeavingServer[];
  /** Virtual servers that left too, for as long as servers of theirs leave; absent: none. */
  readonly services?: readonly LeavingService[];
}

/** Nothing is ordered, and nobody leaves. */
export const NO_ORDERS: OrderBook = { orders: [], leaving: [] };

/** `serverKey` of a leaving server. */
export function leavingKey({ virtualServer, server }: LeavingServer): string {
  return serverKey(virtualServer, endpointKey(server.address, server.port));
}

/**
 * The book after an operator has ordered `state` for these servers (`serverKey`s). What is so already stays as it is, with its
 * time; another time limit for a drain that is under way changes the limit alone.
 */
export function withOrder(
  book: OrderBook,
  servers: readonly string[],
  state: OrderedState,
  now: Instant,
): OrderBook {
  const orders = new Map(book.orders.map((order) => [order.server, order]));
  for (const server of servers) {
    const before = orders.get(server);
    if (before !== undefined && isSameState(before, state)) continue;
    if (before?.kind === 'drain' && state.kind === 'drain') {
      const { until: _, ...kept } = before;
      const { until } = state;
      orders.set(server, { ...kept, ...(until !== undefined && { until }) });
    } else orders.set(server, { server, since: now, ...state });
  }
  return { ...book, orders: [...orders.values()] };
}

/** The book without orders for these servers. */
export function withoutOrders(book: OrderBook, servers: readonly string[]): OrderBook {
  const gone = new Set(servers);
  return { ...book, orders: book.orders.filter(({ server }) => !gone.has(server)) };
}

/** The book after the health core has found that servers (`serverKey`s) have no connections any more, or no time. */
export function withDrained(book: OrderBook, servers: ReadonlySet<string>): OrderBook {
  const leaving = book.leaving.filter((one) => !servers.has(leavingKey(one)));
  return {
    orders: book.orders.map((order) =>
      servers.has(order.server) && order.kind === 'drain' ? { ...order, isDrained: true } : order,
    ),
    leaving,
    ...servicesOf(book, leaving),
  };
}

/** The book with servers that leave, and virtual servers that left with them. What leaves already goes on as it began. */
export function withLeft(book: OrderBook, left: Left): OrderBook {
  const known = new Set(book.leaving.map(leavingKey));
  const leaving = [...book.leaving, ...left.leaving.filter((one) => !known.has(leavingKey(one)))];
  return { ...book, leaving, ...servicesOf(book, leaving, left.services) };
}

/** Servers that leave, and virtual servers that left with them. */
export type Left = Required<Pick<OrderBook, 'leaving' | 'services'>>;

/** Virtual servers that left, as far as servers of theirs leave. */
export function servicesOf(
  { services = [] }: Pick<OrderBook, 'services'>,
  leaving: readonly LeavingServer[],
  more: readonly LeavingService[] = [],
): Pick<OrderBook, 'services'> {
  const needed = new Set(leaving.map(({ virtualServer }) => virtualServer));
  const kept = [...services, ...more].filter(({ key }) => needed.delete(key));
  return kept.length === 0 ? {} : { services: kept };
}

function isSameState(a: OrderedState, b: OrderedState): boolean {
  switch (a.kind) {
    case 'drain':
      return b.kind === 'drain' && a.until === b.until;
    case 'maintenance':
      return b.kind === 'maintenance';
    case 'weight':
      return b.kind === 'weight' && a.weight === b.weight;
  }
}
