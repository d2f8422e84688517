/**
 * One real server of one virtual server. It is alive when none of its checks is down; without checks
 * it is always alive.
 */
import type { Instant } from '../base/time.ts';
import type { RealServerConfig } from '../config/model.ts';
import type { Check } from './check.ts';
import type { RealServerView } from './types.ts';
import type { VirtualServer } from './virtual-server.ts';

/** The state of a real server. The machine is its only user. */
export class RealServer {
  readonly key: string;
  readonly virtualServer: VirtualServer;
  config: RealServerConfig;
  checks: readonly Check[] = [];
  alive = true;
  since: Instant;
  #checksDown = 0;

  constructor(key: string, virtualServer: VirtualServer, config: RealServerConfig, now: Instant) {
    this.key = key;
    this.virtualServer = virtualServer;
    this.config = config;
    this.since = now;
  }

  /** Counts the checks that are down anew; call after the list or a verdict was set from outside. */
  recount(): void {
    this.#checksDown = 0;
    for (const check of this.checks) if (!check.up) this.#checksDown += 1;
  }

  /** Counts one check that changed its verdict. */
  noteVerdict(up: boolean): void {
    this.#checksDown += up ? -1 : 1;
  }

  /** What `alive` should be by the verdicts of the checks. */
  get shouldLive(): boolean {
    return this.#checksDown === 0;
  }

  /** Its share of the living weight of the virtual server. */
  get aliveWeight(): number {
    return this.alive ? this.config.weight : 0;
  }

  /** The weight it should have in IPVS now; undefined when it should not be there. */
  get effectiveWeight(): number | undefined {
    if (this.alive && !this.virtualServer.sorryServerActive) return this.config.weight;
    return this.config.inhibitOnFailure ? 0 : undefined;
  }

  /** A snapshot. */
  view(): RealServerView {
    const effectiveWeight = this.effectiveWeight;
    return {
      key: this.key,
      alive: this.alive,
      since: this.since,
      configuredWeight: this.config.weight,
      ...(effectiveWeight === undefined ? {} : { effectiveWeight }),
      checks: this.checks.map((check) => check.view()),
    };
  }
}
