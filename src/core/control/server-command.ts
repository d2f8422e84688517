/**
 * The command `server`: what an operator orders for real servers, carried out on the book of orders, and answered in sentences. It says what it does to
 * the quorum of a virtual server, for that is what clients notice.
 */

import { err, ok, type Result } from '../base/result.ts';
import { spanText } from '../base/span-text.ts';
import { after, type Instant, seconds as span } from '../base/time.ts';
import { visible } from '../base/visible.ts';
import type { VirtualServerView } from '../health/events-and-actions.ts';
import { serverKey } from '../health/server-key.ts';
import {
  type OrderBook,
  type OrderedState,
  type ServerOrder,
  withOrder,
  withoutOrders,
} from '../health/server-orders.ts';
import { WEIGHT_MAX } from '../health/weight.ts';
import { didYouMean } from '../language/spelling.ts';
import { endpointKey, type VirtualServerConfig } from '../model/config.ts';
import type { ControlError } from './messages.ts';
import { type Selected, selectServers } from './server-selection.ts';

/** What can be ordered. */
export const SERVER_ACTIONS = ['drain', 'maintenance', 'enable', 'weight'] as const;

/** One of them. */
export type ServerAction = (typeof SERVER_ACTIONS)[number];

/** What an operator asks for. */
export interface ServerRequest {
  /** A `ServerAction`. */
  readonly action: string;
  /** Address, or address and port, of the server; absent: all servers of `service`. */
  readonly server?: string;
  /** Its virtual server; absent: all that have the server. */
  readonly service?: string;
  /** For `weight`. */
  readonly weight?: number;
  /** For `drain`: after this time it ends, whatever is left; absent: when no connection is left. */
  readonly seconds?: number;
}

/** The answer: sentences for the operator, and the same in numbers. */
export interface ServerReport {
  readonly message: string;
  /** Servers, each counted once for each virtual server, that are ordered something else than before. */
  readonly changed: number;
  /** Those that were ordered so already. */
  readonly unchanged: number;
}

/** What a command is carried out on. */
export interface ServerContext {
  readonly virtualServers: readonly VirtualServerConfig[];
  readonly book: OrderBook;
  /** As last known; by key. */
  readonly views: ReadonlyMap<string, VirtualServerView>;
  readonly now: Instant;
}

/** A command that was carried out. */
export interface ServerOutcome {
  readonly book: OrderBook;
  readonly report: ServerReport;
}

/** A drain longer than that is meant to have no limit, seconds. */
const DRAIN_SECONDS_MAX = 604_800;
/** Servers that an answer names. */
const NAMED_MAX = 20;

/** Carries one out. Errors: `bad-request`, `not-found`; the book stays as it is then. */
export function orderServers(
  request: ServerRequest,
  context: ServerContext,
): Result<ServerOutcome, ControlError> {
  const wish = wishOf(request, context.now);
  if (!wish.ok) return wish;
  const selected = selectServers(context.virtualServers, request);
  if (!selected.ok) return selected;
  const keys = selected.value.map(keyOf);
  const { book } = context;
  const next =
    wish.value === 'enable'
      ? withoutOrders(book, keys)
      : withOrder(book, keys, wish.value, context.now);
  const [before, now] = [ordersOf(book), ordersOf(next)];
  const changed = selected.value.filter((one) => before.get(keyOf(one)) !== now.get(keyOf(one)));
  const unchanged = selected.value.length - changed.length;
  const lines = [
    ...named(changed, (one) => changeText(one, request, context, now)),
    ...(changed.length === 0 || unchanged > 0 ? [unchangedText(unchanged, wish.value)] : []),
    ...quorumTexts(changed, context, now),
  ];
  return ok({
    book: next,
    report: { message: lines.join('\n'), changed: changed.length, unchanged },
  });
}

function wishOf(
  { action, weight, seconds }: ServerRequest,
  now: Instant,
): Result<OrderedState | 'enable', ControlError> {
  if (!isAction(action)) {
    const hint = didYouMean(action, SERVER_ACTIONS) ?? `there are ${SERVER_ACTIONS.join(', ')}`;
    return bad(`there is no action "${visible(action.slice(0, 64))}"; ${hint}`);
  }
  if (weight !== undefined && action !== 'weight') return bad(`${action} takes no weight`);
  if (seconds !== undefined && action !== 'drain') return bad(`${action} takes no time limit`);
  switch (action) {
    case 'drain': {
      if (seconds === undefined) return ok({ kind: 'drain', isDrained: false });
      if (!(seconds >= 1 && seconds <= DRAIN_SECONDS_MAX)) {
        return bad(`the time limit of a drain is 1 to ${DRAIN_SECONDS_MAX} seconds`);
      }
      return ok({ kind: 'drain', until: after(now, span(seconds)), isDrained: false });
    }
    case 'maintenance':
      return ok({ kind: 'maintenance' });
    case 'weight':
      if (weight === undefined) return bad('weight needs the weight, a number');
      if (!(Number.isInteger(weight) && weight >= 0 && weight <= WEIGHT_MAX)) {
        return bad(`a weight is a whole number from 0 to ${WEIGHT_MAX}`);
      }
      return ok({ kind: 'weight', weight });
    case 'enable':
      return ok('enable');
  }
}

function isAction(word: string): word is ServerAction {
  return SERVER_ACTIONS.some((action) => action === word);
}

function changeText(
  one: Selected,
  { seconds }: ServerRequest,
  { views }: ServerContext,
  orders: ReadonlyMap<string, ServerOrder>,
): string {
  const order = orders.get(keyOf(one));
  const what = `${one.realServer} in ${one.virtualServer.key}`;
  const view = viewOf(one, views);
  switch (order?.kind) {
    case undefined:
      return view?.alive === false
        ? `${what}: given back, but its checks have it down`
        : `${what}: given back`;
    case 'drain': {
      const limit =
        seconds === undefined ? '' : `, or in ${spanText(seconds)} with those that are left`;
      return order.isDrained
        ? `${what}: drained already`
        : `${what}: gets no new connections, and leaves the table when none is left${limit}`;
    }
    case 'maintenance':
      return `${what}: out of the table for maintenance`;
    case 'weight':
      return `${what}: weight ${order.weight}, whatever its configuration and its checks say`;
  }
}

function unchangedText(count: number, wish: OrderedState | 'enable'): string {
  const what = count === 1 ? '1 server' : `${count} servers`;
  if (wish === 'enable') return `${what}: nothing was ordered, nothing to take back`;
  return `${what}: ordered so already`;
}

/** What the servers that are ordered something else mean for the quorum of their virtual servers. */
function quorumTexts(
  changed: readonly Selected[],
  { views }: ServerContext,
  orders: ReadonlyMap<string, ServerOrder>,
): string[] {
  const lines: string[] = [];
  for (const virtualServer of new Set(changed.map((one) => one.virtualServer))) {
    const view = views.get(virtualServer.key);
    if (view?.quorumUp !== true) continue;
    const weight = weightAfter(virtualServer, view, orders);
    const { quorum, hysteresis, sorryServer } = virtualServer;
    if (weight > 0 && weight >= quorum - hysteresis) continue;
    const rest =
      weight === 0
        ? 'no server is left for new connections'
        : `weight ${weight} is left of quorum ${quorum}`;
    const sorry = sorryServer === undefined ? '' : '; its sorry server stands in';
    lines.push(`${virtualServer.key} loses its quorum: ${rest}${sorry}`);
  }
  return lines;
}

function weightAfter(
  { key, realServers }: VirtualServerConfig,
  view: VirtualServerView,
  orders: ReadonlyMap<string, ServerOrder>,
): number {
  const configured = new Map(
    realServers.map(({ address, port, weight }) => [endpointKey(address, port), weight]),
  );
  let sum = 0;
  for (const { key: server, alive, order: before, effectiveWeight } of view.realServers) {
    if (!alive) continue;
    const order = orders.get(serverKey(key, server));
    if (order?.kind === 'weight') sum += order.weight;
    else if (order === undefined) {
      // What its checks said of its weight is known only while nothing else was ordered.
      const known = before === undefined ? effectiveWeight : undefined;
      sum += known ?? configured.get(server) ?? 0;
    }
  }
  return sum;
}

function named(servers: readonly Selected[], text: (one: Selected) => string): string[] {
  const more = servers.length - NAMED_MAX;
  const lines = servers.slice(0, NAMED_MAX).map(text);
  return more > 0 ? [...lines, `and ${more} more in the same way`] : lines;
}

function viewOf(one: Selected, views: ServerContext['views']) {
  const view = views.get(one.virtualServer.key);
  return view?.realServers.find(({ key }) => key === one.realServer);
}

function keyOf({ virtualServer, realServer }: Selected): string {
  return serverKey(virtualServer.key, realServer);
}

function ordersOf({ orders }: OrderBook): ReadonlyMap<string, ServerOrder> {
  return new Map(orders.map((order) => [order.server, order]));
}

function bad(message: string): Result<never, ControlError> {
  return err({ code: 'bad-request', message });
}
