/** What operators have ordered for real servers, and who leaves, as an operator reads it below a virtual server. */
import { spanText } from '../core/base/span-text.ts';
import type {
  DrainStatus,
  LeavingStatus,
  OrderStatus,
  RealServerStatus,
  VirtualServerStatus,
} from '../core/control/status.ts';
import type { Cell } from './table.ts';

/** The word for the state of a server that an operator has taken out; undefined for others. */
export function orderWord({ order }: RealServerStatus): string | undefined {
  if (order?.kind === 'maintenance') return 'MAINTENANCE';
  if (order?.kind !== 'drain') return undefined;
  return order.drained === true ? 'DRAINED' : 'DRAINING';
}

/** A remark for each server that something is ordered for, and each that leaves. */
export function orderRemarks({ realServers, leaving }: VirtualServerStatus): Cell[] {
  return [
    ...realServers.flatMap(({ key, order }) =>
      order === null || order === undefined
        ? []
        : [{ text: `${key}: ${orderText(order)}`, color: 'unsure' } satisfies Cell],
    ),
    ...realServers.flatMap(({ key, damped }) =>
      damped === true
        ? [{ text: `${key}: came and went, held out (flap_damping)`, color: 'bad' } satisfies Cell]
        : [],
    ),
    ...(leaving ?? []).map((one): Cell => ({ text: leavingText(one), color: 'unsure' })),
  ];
}

function orderText(order: OrderStatus): string {
  const span = `for ${spanText(order.forSeconds)}`;
  if (order.kind === 'maintenance') return `in maintenance by an operator ${span}`;
  if (order.kind === 'weight') return `weight ${order.weight} by an operator ${span}`;
  if (order.drain === null)
    return `drained by an operator, ordered ${spanText(order.forSeconds)} ago`;
  return `draining by an operator ${span}: ${drainText(order.drain)}`;
}

function leavingText({ key, forSeconds, drain }: LeavingStatus): string {
  return `${key}: no longer in the configuration for ${spanText(forSeconds)}, draining: ${drainText(drain)}`;
}

/** `3 active, 1 inactive connections left, none in about 40 s, ends in 4 min at the latest`. */
function drainText(drain: DrainStatus): string {
  const { emptyInSeconds, endsInSeconds } = drain;
  const limit =
    endsInSeconds === null ? 'no time limit' : `ends in ${spanText(endsInSeconds)} at the latest`;
  const pace = emptyInSeconds === null ? [] : [`none in about ${spanText(emptyInSeconds)}`];
  return [leftText(drain), ...pace, limit].join(', ');
}

function leftText(drain: DrainStatus): string {
  const { activeConnections, inactiveConnections, persistentConnections } = drain;
  if (activeConnections === null) return 'connections not counted yet';
  const counts = [
    `${activeConnections} active`,
    `${inactiveConnections ?? 0} inactive`,
    ...((persistentConnections ?? 0) > 0 ? [`${persistentConnections} persistent`] : []),
  ];
  return `${counts.join(', ')} connections left`;
}
