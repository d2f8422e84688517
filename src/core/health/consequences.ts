/**
 * What follows from a changed verdict: the server lives or fails, its virtual server gains or loses the
 * quorum, and the table is planned again. Each step is reported once and in this order.
 */
import type { Instant } from '../base/time.ts';
import type { ProbeResult } from '../checkers/outcome.ts';
import type { HealthAction } from './events-and-actions.ts';
import { hasJustFailed, isPanic, panicCount } from './panic.ts';
import type { Check, RealServer, VirtualServer } from './server-tree.ts';

/** Reason given when a living server leaves with the configuration. */
export const REMOVED = 'no longer in the configuration';

/** The names by which actions speak of a check. */
export function namesOf(check: Check): {
  readonly virtualServer: string;
  readonly realServer: string;
  readonly check: string;
} {
  return {
    virtualServer: check.server.virtualServer.key,
    realServer: check.server.key,
    check: check.config.label,
  };
}

/** One line why a check's result changed a server. */
export function reasonOf(check: Check, result: ProbeResult): string {
  return `${check.config.label}: ${result.detail}`;
}

/** Brings `alive` in line with the verdicts; reports and orders a new plan when it changed. */
export function reviewServer(
  server: RealServer,
  now: Instant,
  reason: string,
  actions: HealthAction[],
): void {
  const { virtualServer } = server;
  const changesPanic = reviewPanic(virtualServer, now, actions);
  if (!setAlive(server, server.mayLive, now, reason, actions) && !changesPanic) return;
  reviewQuorum(virtualServer, actions);
  actions.push({ type: 'replan', virtualServer: virtualServer.key });
}

/**
 * Brings the disbelief in checks up to date (`panic_threshold`); true when it changed. Servers that failed with the others come back into
 * service when it begins, and go when it ends.
 */
export function reviewPanic(
  virtualServer: VirtualServer,
  now: Instant,
  actions: HealthAction[],
): boolean {
  const { config, inPanic: before, key } = virtualServer;
  if (config.panicThreshold === undefined && !before) return false;
  const count = panicCount(virtualServer, now);
  const inPanic = isPanic(virtualServer, count);
  if (inPanic === before) return false;
  virtualServer.inPanic = inPanic;
  actions.push({ type: 'panicChanged', virtualServer: key, inPanic, ...count });
  for (const server of virtualServer.servers.values()) {
    const comesBack = inPanic && hasJustFailed(server, now);
    const reason = inPanic ? 'too many failed at once: panic_threshold' : 'its checks count again';
    setAlive(server, comesBack || server.mayLive, now, reason, actions);
  }
  return true;
}

/** What a server weighed before something was taken in. */
export interface WeightBefore {
  readonly weight: number;
  readonly aliveWeight: number;
}

/** Remembers what a server weighs. */
export function weigh({ weight, aliveWeight }: RealServer): WeightBefore {
  return { weight, aliveWeight };
}

/** Brings the sum of the virtual server in line with what the server weighs now; nothing else has changed since. */
export function reweigh(server: RealServer, before: WeightBefore): void {
  server.virtualServer.aliveWeight += server.aliveWeight - before.aliveWeight;
}

/** Reports another weight and orders a new plan. */
export function reviewWeight(
  server: RealServer,
  before: WeightBefore,
  reason: string,
  actions: HealthAction[],
): void {
  const { weight, virtualServer } = server;
  if (weight === before.weight) return;
  const { key } = virtualServer;
  actions.push({
    type: 'weightChanged',
    virtualServer: key,
    realServer: server.key,
    weight,
    reason,
  });
  if (!server.alive) return;
  reviewQuorum(virtualServer, actions);
  actions.push({ type: 'replan', virtualServer: key });
}

/** Changes `alive` and the living weight, and reports it; false when it was so already. */
export function setAlive(
  server: RealServer,
  alive: boolean,
  now: Instant,
  reason: string,
  actions: HealthAction[],
): boolean {
  if (server.alive === alive) return false;
  const virtualServer = server.virtualServer;
  virtualServer.aliveWeight -= server.aliveWeight;
  server.alive = alive;
  server.since = now;
  // One that is kept against its checks has not recovered: it still counts among those that failed.
  if (!alive) server.failedAt = now;
  else if (server.shouldLive) server.failedAt = undefined;
  virtualServer.aliveWeight += server.aliveWeight;
  actions.push({
    type: 'serverChanged',
    virtualServer: virtualServer.key,
    realServer: server.key,
    up: alive,
    reason,
    ...(reason === REMOVED ? { removed: true } : {}),
  });
  return true;
}

/** Brings the quorum up to date and reports a change. */
export function reviewQuorum(virtualServer: VirtualServer, actions: HealthAction[]): void {
  if (virtualServer.reviewQuorum()) reportQuorum(virtualServer, actions);
}

/** Reports the quorum as it is; `removed` when the virtual server leaves with the configuration. */
export function reportQuorum(
  virtualServer: VirtualServer,
  actions: HealthAction[],
  how: { readonly removed?: true } = {},
): void {
  actions.push({
    type: 'quorumChanged',
    virtualServer: virtualServer.key,
    up: virtualServer.quorumUp,
    aliveWeight: virtualServer.aliveWeight,
    quorum: virtualServer.config.quorum,
    ...how,
  });
}
