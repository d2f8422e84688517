/** Orders of operators and servers that leave, in the status document. */
import type { DrainStatus, LeavingStatus, OrderStatus } from '../../core/control/status.ts';
import type { DrainView } from '../../core/health/draining.ts';
import type { RealServerView, VirtualServerView } from '../../core/health/events-and-actions.ts';
import type { LeavingServer, ServerOrder } from '../../core/health/server-orders.ts';
import { endpointKey } from '../../core/model/config.ts';
import type { BfdMoments } from './bfd-status.ts';

/** Points in time of one snapshot. */
export type OrderMoments = BfdMoments & {
  /** Seconds until a monotonic instant. */
  until(at: number): number;
};

/** The order for one server; null without one. How far a drain is, the health process knows. */
export function orderStatus(
  order: ServerOrder | undefined,
  view: RealServerView | undefined,
  moments: OrderMoments,
): OrderStatus | null {
  if (order === undefined) return null;
  const { kind, since } = order;
  return {
    kind,
    since: moments.iso(since),
    forSeconds: moments.age(since),
    weight: kind === 'weight' ? order.weight : null,
    drained: kind === 'drain' ? order.isDrained : null,
    drain:
      kind === 'drain' && !order.isDrained ? drainStatus(order.until, view?.drain, moments) : null,
  };
}

/** Servers of a virtual server that are no longer in the configuration. */
export function leavingStatus(
  leaving: readonly LeavingServer[],
  view: VirtualServerView | undefined,
  moments: OrderMoments,
): LeavingStatus[] {
  return leaving.map(({ server, since, until }) => {
    const key = endpointKey(server.address, server.port);
    const seen = view?.leaving?.find((one) => one.key === key);
    return {
      key,
      since: moments.iso(since),
      forSeconds: moments.age(since),
      drain: drainStatus(until, seen, moments),
    };
  });
}

function drainStatus(
  until: number | undefined,
  view: DrainView | undefined,
  moments: OrderMoments,
): DrainStatus {
  const { connections, emptyAt } = view ?? {};
  return {
    activeConnections: connections?.active ?? null,
    inactiveConnections: connections?.inactive ?? null,
    persistentConnections: connections?.persistent ?? null,
    emptyInSeconds: emptyAt === undefined ? null : moments.until(emptyAt),
    endsInSeconds: until === undefined ? null : moments.until(until),
  };
}
