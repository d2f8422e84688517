/**
 * A configuration takes effect: at the start and at a reload. Virtual servers and real servers are
 * matched by key, checks by what they ask; what matches keeps its state and its timers. A new check of
 * a server that is known already takes over the server's verdict until its first result, so a reload
 * by itself neither removes a living server nor puts a dead one back (keepalived does the latter).
 */

import { after, type Instant, microseconds, milliseconds, seconds } from '../base/time.ts';
import { checkerOf } from '../checkers/table.ts';
import type { CheckConfig, RealServerConfig, VirtualServerConfig } from '../model/config.ts';
import { endpointKey } from '../model/config.ts';
import { hasSameRhythm, matchChecks } from './check-matching.ts';
import {
  REMOVED,
  reportQuorum,
  reviewPanic,
  reviewQuorum,
  reweigh,
  setAlive,
  weigh,
} from './consequences.ts';
import type { HealthAction } from './events-and-actions.ts';
import type { KnownState } from './known-state.ts';
import type { Orders } from './orders.ts';
import type { Phases } from './phases.ts';
import type { Schedule } from './schedule.ts';
import { serverKey } from './server-key.ts';
import { Check, type CheckStart, RealServer, VirtualServer } from './server-tree.ts';
import { isTracked } from './tracked-checks.ts';

/** From a start or reload to the earliest first probe; the random warm-up comes on top (as keepalived has it). */
const START_DELAY = seconds(1);

/** Servers that are held down are asked within this time behind it: many of them, but not all at once. */
const SOON_SPREAD = milliseconds(200);

/** All objects of the health core. */
export interface Registry {
  virtualServers: Map<string, VirtualServer>;
  readonly checks: Map<number, Check>;
  readonly schedule: Schedule;
  readonly orders: Orders;
  readonly phases: Phases;
  nextCheckId: number;
}

/** What one configuration is applied with. */
export interface ReloadOptions {
  readonly registry: Registry;
  readonly known: KnownState;
  /** False for the first configuration: then one failure suffices to take a server out. */
  readonly isReload: boolean;
  readonly now: Instant;
  /** Where the consequences are reported. */
  readonly actions: HealthAction[];
}

/**
 * Makes the registry what the configuration says. Of two virtual servers with one key, or two real
 * servers with one key in one of them, the first counts; the front end reports them.
 */
export function applyConfiguration(
  options: ReloadOptions,
  virtualServers: readonly VirtualServerConfig[],
): void {
  new Reload(options).run(virtualServers);
}

/** Takes in what was known before a restart, where nothing has been checked since. */
export function adoptKnownState(options: Omit<ReloadOptions, 'isReload'>): void {
  const { registry, known, now, actions } = options;
  for (const virtualServer of registry.virtualServers.values()) {
    if (known.hadQuorum(virtualServer.key) === true) virtualServer.quorumUp = true;
    for (const server of virtualServer.servers.values()) {
      const wasAlive = known.wasAlive(serverKey(virtualServer.key, server.key));
      if (wasAlive === undefined || server.checks.some((check) => check.hasRun)) continue;
      const before = weigh(server);
      for (const check of server.checks) {
        check.up = wasAlive;
        check.tries = 0;
        rememberShare(check, known);
      }
      reweigh(server, before);
      server.recount();
      setAlive(server, server.shouldLive, now, 'known from before a restart', actions);
    }
    reviewQuorum(virtualServer, actions);
  }
  actions.push({ type: 'replan' });
}

function rememberShare(check: Check, known: KnownState): void {
  const { server, config } = check;
  if (check.up)
    check.share = known.shareOf(serverKey(server.virtualServer.key, server.key), config.label);
}

class Reload {
  readonly #options: ReloadOptions;

  constructor(options: ReloadOptions) {
    this.#options = options;
  }

  run(configs: readonly VirtualServerConfig[]): void {
    const { registry, actions } = this.#options;
    const old = registry.virtualServers;
    const next = new Map<string, VirtualServer>();
    const wanted = new Set(configs.map((config) => config.key));
    for (const virtualServer of old.values()) {
      if (!wanted.has(virtualServer.key)) this.#removeVirtualServer(virtualServer);
    }
    for (const config of configs) {
      if (next.has(config.key)) continue;
      const known = old.get(config.key);
      next.set(config.key, known === undefined ? this.#add(config) : this.#update(known, config));
    }
    registry.virtualServers = next;
    registry.orders.settle(next, actions);
    if (!this.#options.isReload) actions.push({ type: 'replan' });
  }

  #removeVirtualServer(virtualServer: VirtualServer): void {
    const { actions } = this.#options;
    for (const server of virtualServer.servers.values()) this.#removeServer(server);
    if (virtualServer.reviewQuorum()) reportQuorum(virtualServer, actions, { removed: true });
    actions.push({ type: 'replan', virtualServer: virtualServer.key });
  }

  #removeServer(server: RealServer): void {
    for (const check of server.checks) this.#removeCheck(check);
    setAlive(server, false, this.#options.now, REMOVED, this.#options.actions);
  }

  #removeCheck(check: Check): void {
    const { registry, actions } = this.#options;
    registry.schedule.drop(check, actions);
    registry.schedule.part(check, actions);
    registry.checks.delete(check.id);
  }

  #add(config: VirtualServerConfig): VirtualServer {
    const { known, actions, isReload } = this.#options;
    const virtualServer = new VirtualServer(config);
    virtualServer.servers = this.#servers(virtualServer, config);
    virtualServer.recount();
    const hadQuorum = known.hadQuorum(config.key);
    virtualServer.quorumUp = hadQuorum ?? false;
    const changed = virtualServer.reviewQuorum();
    // Without the quorum a start is worth a report only when the sorry server has to stand in.
    const isNews = changed || (hadQuorum === undefined && virtualServer.sorryServerActive);
    if (isNews) reportQuorum(virtualServer, actions);
    if (isReload) actions.push({ type: 'replan', virtualServer: config.key });
    return virtualServer;
  }

  #update(virtualServer: VirtualServer, config: VirtualServerConfig): VirtualServer {
    // The same object: nothing of it has changed.
    if (virtualServer.config === config) return virtualServer;
    virtualServer.config = config;
    virtualServer.servers = this.#servers(virtualServer, config);
    virtualServer.recount();
    const { now, actions } = this.#options;
    reviewPanic(virtualServer, now, actions);
    reviewQuorum(virtualServer, actions);
    actions.push({ type: 'replan', virtualServer: config.key });
    return virtualServer;
  }

  #servers(
    virtualServer: VirtualServer,
    config: VirtualServerConfig,
  ): ReadonlyMap<string, RealServer> {
    const old = virtualServer.servers;
    const next = new Map<string, RealServer>();
    const wanted = new Map<string, RealServerConfig>();
    for (const server of config.realServers) {
      const key = endpointKey(server.address, server.port);
      if (!wanted.has(key)) wanted.set(key, server);
    }
    for (const server of old.values()) {
      if (!wanted.has(server.key)) this.#removeServer(server);
    }
    for (const [key, serverConfig] of wanted) {
      const known = old.get(key);
      const server = known ?? new RealServer(key, virtualServer, serverConfig, this.#options.now);
      if (known === undefined) this.#startServer(server);
      else this.#updateServer(known, serverConfig);
      next.set(key, server);
    }
    return next;
  }

  #startServer(server: RealServer): void {
    const key = serverKey(server.virtualServer.key, server.key);
    server.order = this.#options.registry.orders.of(key);
    const wasAlive = this.#options.known.wasAlive(key);
    const firstFailureCounts = !this.#options.isReload && wasAlive === undefined;
    server.checks = server.config.checks.map((config) =>
      this.#newCheck(server, config, {
        up: wasAlive ?? !config.alpha,
        firstFailureCounts: firstFailureCounts && checkerOf(config).forgivesAtStart !== true,
      }),
    );
    for (const check of server.checks) rememberShare(check, this.#options.known);
    server.recount();
    server.alive = server.shouldLive;
  }

  #updateServer(server: RealServer, config: RealServerConfig): void {
    const { now, actions, registry } = this.#options;
    const matches = matchChecks(server.checks, config.checks);
    const kept = new Set(matches);
    const gone = server.checks.filter((check) => !kept.has(check));
    for (const check of gone) this.#removeCheck(check);
    const heldDown = !server.alive && gone.some((check) => !check.up);
    server.checks = config.checks.map((checkConfig, index) => {
      const match = matches[index];
      if (match === undefined) {
        const up = server.alive || (!heldDown && !checkConfig.alpha);
        return this.#newCheck(server, checkConfig, { up, firstFailureCounts: false });
      }
      this.#reconfigure(match, checkConfig);
      registry.schedule.hasten(match, now, match.pause);
      return match;
    });
    server.config = config;
    server.recount();
    setAlive(server, server.mayLive, now, 'its failed check was taken out', actions);
  }

  #reconfigure(check: Check, config: CheckConfig): void {
    const { schedule } = this.#options.registry;
    if (isTracked(config) || hasSameRhythm(check.config, config)) {
      check.reconfigure(config);
      return;
    }
    schedule.part(check, this.#options.actions);
    check.reconfigure(config);
    schedule.add(check);
  }

  #newCheck(server: RealServer, config: CheckConfig, start: CheckStart): Check {
    const { registry, now } = this.#options;
    const check = new Check(registry.nextCheckId, server, config, start, now);
    registry.nextCheckId += 1;
    registry.checks.set(check.id, check);
    if (isTracked(config)) return check;
    const other = registry.schedule.add(check);
    // A server that is held down is asked soon; the others are spread to spare network and servers.
    const isHeldDown = !start.up && !config.alpha;
    const spread = isHeldDown ? SOON_SPREAD : config.warmup;
    if (isHeldDown) {
      const place = registry.phases.next(config.delayLoop);
      check.settlesAt = after(now, microseconds(START_DELAY + place));
    }
    const span = microseconds(Math.min(spread, config.warmup));
    const first = after(now, START_DELAY);
    if (other !== undefined && other.plannedAt >= first && other.plannedAt <= after(first, span)) {
      registry.schedule.planWith(check, other);
      return check;
    }
    registry.schedule.plan(check, now, microseconds(START_DELAY + registry.phases.next(span)));
    return check;
  }
}
