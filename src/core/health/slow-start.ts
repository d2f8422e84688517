/**
 * Servers that have come back get their weight in steps (`slow_start`), so that one whose caches are cold is not run over. The quorum counts the whole weight
 * from the start.
 */
import { after, type Duration, earliest, elapsed, type Instant, seconds } from '../base/time.ts';
import type { HealthAction } from './events-and-actions.ts';
import type { RealServer } from './server-tree.ts';

/** Steps of a slow start, and the shortest time between two. */
const STEPS = 20;
const STEP_MIN = seconds(1);

/** All slow starts. */
export class SlowStarts {
  readonly #since = new Map<RealServer, Instant>();
  #deadline: Instant | undefined;

  /** When `step` is to be called. */
  get deadline(): Instant | undefined {
    return this.#deadline;
  }

  /** A server gets connections again. */
  begin(server: RealServer, now: Instant): void {
    const { slowStart } = server.virtualServer.config;
    if (slowStart === undefined) return;
    this.#since.set(server, now);
    server.startShare = 1 / STEPS;
    this.#deadline = earliest(this.#deadline, after(now, stepOf(slowStart)));
  }

  /** The next step of all that are due. */
  step(now: Instant, actions: HealthAction[]): void {
    if (this.#deadline === undefined || this.#deadline > now) return;
    this.#deadline = undefined;
    for (const [server, since] of this.#since) {
      const { slowStart } = server.virtualServer.config;
      const share = slowStart === undefined ? 1 : elapsed(since, now) / slowStart;
      if (slowStart === undefined || share >= 1 || !server.alive) {
        this.#since.delete(server);
        server.startShare = undefined;
      } else {
        server.startShare = Math.max(server.startShare ?? 0, share);
        this.#deadline = earliest(this.#deadline, after(now, stepOf(slowStart)));
      }
      actions.push({ type: 'replan', virtualServer: server.virtualServer.key });
    }
  }
}

function stepOf(slowStart: Duration): Duration {
  return Math.max(STEP_MIN, Math.ceil(slowStart / STEPS)) as Duration;
}
