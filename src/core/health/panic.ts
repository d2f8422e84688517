/**
 * When most servers of a virtual server fail at the same time, it is likelier that the check or the way to them is broken than that all have died: with
 * `panic_threshold` they stay in service then, and it is said. Servers that had failed before are not believed in.
 */
import { elapsed, type Instant, seconds } from '../base/time.ts';
import type { RealServer, VirtualServer } from './server-tree.ts';

/** Failures within this time are "at the same time", or within two periods of the checks, when that is longer. */
const AT_ONCE = seconds(60);

/** How many servers count, and how many of them pass their checks. */
export interface PanicCount {
  readonly passing: number;
  readonly servers: number;
}

/** Counts the servers that are in service, or were until a moment ago; those that an operator has taken out do not count. */
export function panicCount(virtualServer: VirtualServer, now: Instant): PanicCount {
  let [passing, servers] = [0, 0];
  for (const server of virtualServer.servers.values()) {
    if (server.isWithheld || !(server.alive || hasJustFailed(server, now))) continue;
    servers += 1;
    if (server.shouldLive) passing += 1;
  }
  return { passing, servers };
}

/** Whether checks are not to be believed. A single server has nobody to be compared with. */
export function isPanic({ config }: VirtualServer, { passing, servers }: PanicCount): boolean {
  const { panicThreshold } = config;
  return panicThreshold !== undefined && servers > 1 && passing * 100 < panicThreshold * servers;
}

/** True for a server that failed with the others. */
export function hasJustFailed({ failedAt, checks }: RealServer, now: Instant): boolean {
  if (failedAt === undefined) return false;
  const period = Math.max(0, ...checks.map(({ config }) => config.delayLoop));
  return elapsed(failedAt, now) <= Math.max(AT_ONCE, 2 * period);
}
