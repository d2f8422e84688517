/**
 * The book of orders in force: it is laid upon the tree of servers, drains are watched, and each change is reported once. What an order means for
 * the weight of a server stands in `server-tree.ts`.
 */
import type { Instant } from '../base/time.ts';
import { connectionsOf } from '../lvs/connections.ts';
import type { IpvsObservedDestination, IpvsTable } from '../lvs/ipvs-table.ts';
import { endpointKey } from '../model/config.ts';
import { reviewQuorum, reweigh, weigh } from './consequences.ts';
import { type Drain, type DrainEnd, Draining, type DrainView } from './draining.ts';
import type { HealthAction } from './events-and-actions.ts';
import { configOfLeaving } from './leaving-services.ts';
import { leftInTable } from './left-in-table.ts';
import { serverKey } from './server-key.ts';
import {
  type LeavingServer,
  leavingKey,
  NO_ORDERS,
  type OrderBook,
  type ServerOrder,
  withDrained,
  withLeft,
} from './server-orders.ts';
import { type RealServer, VirtualServer } from './server-tree.ts';

type VirtualServers = ReadonlyMap<string, VirtualServer>;

/** Orders and leaving servers, as the health core has them. */
export class Orders {
  #book: OrderBook = NO_ORDERS;
  #orders: ReadonlyMap<string, ServerOrder> = new Map();
  readonly #draining = new Draining();
  /** Virtual servers that left, with servers that leave. */
  #gone: ReadonlyMap<string, VirtualServer> = new Map();
  /** Leaving servers that are gone, which a book that was sent before may still have: key and time. */
  #left = new Set<string>();

  /** When `expire` is to be called. */
  get deadline(): Instant | undefined {
    return this.#draining.deadline;
  }

  /** The order for a server (`serverKey`). */
  of(server: string): ServerOrder | undefined {
    return this.#orders.get(server);
  }

  /** Virtual servers that left the configuration, each with servers that leave, by key. */
  get gone(): ReadonlyMap<string, VirtualServer> {
    return this.#gone;
  }

  /** How far a drain is, or a server that leaves; undefined for others. */
  drainOf(server: string): DrainView | undefined {
    return this.#draining.view(server);
  }

  /** Another book, which comes into force with `lay`; what is found drained already stays so. */
  take(book: OrderBook): void {
    const before = this.#orders;
    const orders = book.orders.map((order) => {
      const known = before.get(order.server);
      const isDrained = known?.kind === 'drain' && known.isDrained && known.since === order.since;
      return isDrained && order.kind === 'drain' ? { ...order, isDrained } : order;
    });
    const named = new Set(book.leaving.map(leftKey));
    this.#left = new Set([...this.#left].filter((key) => named.has(key)));
    const leaving = book.leaving.filter((one) => !this.#left.has(leftKey(one)));
    this.#setBook({ ...book, orders, leaving });
  }

  /** Lays the book upon the servers. Gives those that get connections again. */
  lay(virtualServers: VirtualServers, actions: HealthAction[]): readonly RealServer[] {
    const returned: RealServer[] = [];
    for (const virtualServer of virtualServers.values()) {
      for (const server of virtualServer.servers.values()) {
        const order = this.#orders.get(serverKey(virtualServer.key, server.key));
        if (server.order === order) continue;
        if (server.isWithheld && order === undefined && server.alive) returned.push(server);
        lay(server, order, actions);
      }
    }
    this.settle(virtualServers, actions);
    return returned;
  }

  /** Brings leaving servers and the watch over drains in line with the tree: after another book or configuration. */
  settle(virtualServers: VirtualServers, actions: HealthAction[]): void {
    const leaving = new Map<string, LeavingServer[]>();
    for (const one of this.#book.leaving) {
      const same = leaving.get(one.virtualServer);
      if (same === undefined) leaving.set(one.virtualServer, [one]);
      else same.push(one);
    }
    const drains = new Map<string, Drain>();
    const all = [...virtualServers.values(), ...this.#settleGone(virtualServers, leaving, actions)];
    for (const virtualServer of all) {
      this.#settleLeaving(virtualServer, leaving.get(virtualServer.key) ?? [], actions);
      for (const one of virtualServer.leaving.values()) drains.set(leavingKey(one), drainOf(one));
    }
    for (const order of this.#orders.values()) {
      if (order.kind !== 'drain' || order.isDrained) continue;
      const server = serverOf(order.server, virtualServers);
      if (server === undefined) continue;
      const { since, until } = order;
      const virtualServer = server.virtualServer.key;
      drains.set(order.server, { virtualServer, realServer: server.key, since, until });
    }
    this.#draining.set(drains);
  }

  /** Takes in what the kernel's table is. */
  look(
    now: Instant,
    table: IpvsTable<IpvsObservedDestination>,
    virtualServers: VirtualServers,
    actions: HealthAction[],
  ): void {
    const ended = this.#draining.look(now, (drain) => {
      const virtualServer = this.#ownerOf(drain, virtualServers);
      const server =
        virtualServer?.servers.get(drain.realServer)?.config ??
        virtualServer?.leaving.get(drain.realServer)?.server;
      if (virtualServer === undefined || server === undefined) return NO_CONNECTIONS;
      return connectionsOf(table, virtualServer.config.services, server);
    });
    this.#end(ended, virtualServers, actions);
  }

  /**
   * The first look of a start: what a predecessor left in the table, and the configuration does not have, leaves as with a reload. Behind it comes
   * `look`.
   */
  adopt(
    now: Instant,
    table: IpvsTable<IpvsObservedDestination>,
    virtualServers: VirtualServers,
    actions: HealthAction[],
  ): void {
    const configsOf = (all: VirtualServers) => Array.from(all.values(), ({ config }) => config);
    const known = {
      virtualServers: configsOf(virtualServers),
      gone: configsOf(this.#gone),
      leaving: this.#book.leaving,
    };
    const left = leftInTable(table, known, now);
    if (left.leaving.length === 0) return;
    this.#setBook(withLeft(this.#book, left));
    actions.push({ type: 'serversLeft', left });
    this.settle(virtualServers, actions);
  }

  /** Ends drains whose time is over. */
  expire(now: Instant, virtualServers: VirtualServers, actions: HealthAction[]): void {
    this.#end(this.#draining.expire(now), virtualServers, actions);
  }

  #end(ended: readonly DrainEnd[], virtualServers: VirtualServers, actions: HealthAction[]): void {
    if (ended.length === 0) return;
    const keyOf = ({ virtualServer, realServer }: Drain) => serverKey(virtualServer, realServer);
    this.#setBook(withDrained(this.#book, new Set(ended.map(({ drain }) => keyOf(drain)))));
    for (const { drain, left, isInTime, took } of ended) {
      const { virtualServer, realServer } = drain;
      const owner = this.#ownerOf(drain, virtualServers);
      const leaving = owner?.leaving.get(realServer);
      if (leaving !== undefined) this.#left.add(leftKey(leaving));
      const server = owner?.servers.get(realServer);
      // Its weight counts for nothing already: only the table changes.
      if (server !== undefined) server.order = this.#orders.get(keyOf(drain));
      const leaves = leaving !== undefined;
      actions.push({
        type: 'serverDrained',
        virtualServer,
        realServer,
        leaves,
        isInTime,
        left,
        took,
      });
      if (!leaves) actions.push({ type: 'replan', virtualServer });
    }
    this.settle(virtualServers, actions);
  }

  /** One that is new, or has no more servers that leave, is a change of the table as a whole. */
  #settleGone(
    virtualServers: VirtualServers,
    leaving: ReadonlyMap<string, readonly LeavingServer[]>,
    actions: HealthAction[],
  ): Iterable<VirtualServer> {
    const next = new Map<string, VirtualServer>();
    for (const service of this.#book.services ?? []) {
      const { key } = service;
      if (virtualServers.has(key) || !leaving.has(key)) continue;
      next.set(key, this.#gone.get(key) ?? new VirtualServer(configOfLeaving(service)));
    }
    const isSame =
      next.size === this.#gone.size && [...next.keys()].every((key) => this.#gone.has(key));
    if (!isSame) actions.push({ type: 'replan' });
    this.#gone = next;
    return next.values();
  }

  #ownerOf({ virtualServer }: Drain, virtualServers: VirtualServers): VirtualServer | undefined {
    return virtualServers.get(virtualServer) ?? this.#gone.get(virtualServer);
  }

  #settleLeaving(
    virtualServer: VirtualServer,
    leaving: readonly LeavingServer[],
    actions: HealthAction[],
  ): void {
    const before = virtualServer.leaving;
    if (leaving.length === 0 && before.size === 0) return;
    const next = new Map<string, LeavingServer>();
    for (const one of leaving) {
      const key = endpointKey(one.server.address, one.server.port);
      if (!virtualServer.servers.has(key)) next.set(key, one);
    }
    virtualServer.leaving = next;
    const isSame =
      next.size === before.size && [...next].every(([key, one]) => before.get(key) === one);
    if (isSame) return;
    const isGone = this.#gone.has(virtualServer.key);
    actions.push(
      isGone ? { type: 'replan' } : { type: 'replan', virtualServer: virtualServer.key },
    );
  }

  #setBook(book: OrderBook): void {
    this.#book = book;
    this.#orders = new Map(book.orders.map((order) => [order.server, order]));
  }
}

const NO_CONNECTIONS = { active: 0, inactive: 0, persistent: 0, takesNew: false };

/** Lays an order upon a server, or takes it away, and reports what that is. */
function lay(server: RealServer, order: ServerOrder | undefined, actions: HealthAction[]): void {
  const before = server.order;
  const weight = weigh(server);
  server.order = order;
  reweigh(server, weight);
  const { virtualServer, key: realServer } = server;
  const isNews = before?.since !== order?.since || before?.kind !== order?.kind;
  if (isNews) {
    actions.push({
      type: 'serverOrdered',
      virtualServer: virtualServer.key,
      realServer,
      order: order ?? { kind: 'none' },
    });
  }
  reviewQuorum(virtualServer, actions);
  actions.push({ type: 'replan', virtualServer: virtualServer.key });
}

function serverOf(key: string, virtualServers: VirtualServers): RealServer | undefined {
  // The key of a virtual server may have blanks, that of a real server has none.
  const at = key.lastIndexOf(' ');
  return virtualServers.get(key.slice(0, at))?.servers.get(key.slice(at + 1));
}

function drainOf({ virtualServer, server, since, until }: LeavingServer): Drain {
  return { virtualServer, realServer: endpointKey(server.address, server.port), since, until };
}

function leftKey(one: LeavingServer): string {
  return `${leavingKey(one)} ${one.since}`;
}
