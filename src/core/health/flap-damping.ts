/**
 * Servers that come and go: one whose checks have failed so often within a time (`flap_damping`) stays out until they have not failed for that time. Each return
 * of such a server would take connections in, and lose them.
 */
import { after, earliest, elapsed, type Instant } from '../base/time.ts';
import type { RealServer } from './server-tree.ts';

/** Which servers flap. */
export class FlapDamping {
  /** When the checks of a server failed, within the time that counts. */
  readonly #failures = new WeakMap<RealServer, readonly Instant[]>();
  /** Servers that are held, and until when. */
  readonly #held = new Map<RealServer, Instant>();

  /** When `release` is to be called. */
  get deadline(): Instant | undefined {
    let first: Instant | undefined;
    for (const until of this.#held.values()) first = earliest(first, until);
    return first;
  }

  /** A check of a server has failed. True when the server is held from now on, and was not before. */
  failed(server: RealServer, now: Instant): boolean {
    const { flapLimit, flapTime } = server.virtualServer.config;
    if (flapLimit === undefined || flapTime === undefined) return false;
    const recent = (this.#failures.get(server) ?? []).filter((at) => elapsed(at, now) < flapTime);
    const failures = [...recent, now].slice(-flapLimit);
    this.#failures.set(server, failures);
    if (failures.length < flapLimit) return false;
    this.#held.set(server, after(now, flapTime));
    const isNew = !server.isDamped;
    server.isDamped = true;
    return isNew;
  }

  /** Those whose time is over, or that have no such word any more: their checks count again. */
  release(now: Instant): readonly RealServer[] {
    const free: RealServer[] = [];
    for (const [server, until] of this.#held) {
      if (until > now && server.virtualServer.config.flapLimit !== undefined) continue;
      this.#held.delete(server);
      this.#failures.delete(server);
      server.isDamped = false;
      free.push(server);
    }
    return free;
  }
}
