/**
 * The health core: every check of every real server, the quorum of every virtual server, and from them
 * the weight each server should have in IPVS. It says when to probe and what a result means; probing,
 * planning and notifying are others' work. A reload goes through `reload.ts`, which keeps what is known.
 */

import { unreachable } from '../base/assert.ts';
import type { Machine } from '../base/machine.ts';
import type { RandomSource } from '../base/seeded-random.ts';
import {
  after,
  type Duration,
  earliest,
  type Instant,
  microseconds,
  seconds,
  ZERO_DURATION,
} from '../base/time.ts';
import type { ProbeResult } from '../checkers/outcome.ts';
import { checkerOf } from '../checkers/table.ts';
import type { KernelServer, ServerVerdicts } from '../lvs/desired.ts';
import type { VirtualServerConfig } from '../model/config.ts';
import { namesOf, reasonOf, reviewServer, reviewWeight, reweigh, weigh } from './consequences.ts';
import type {
  HealthAction,
  HealthEvent,
  HealthView,
  VirtualServerView,
} from './events-and-actions.ts';
import { FlapDamping } from './flap-damping.ts';
import { KnownState } from './known-state.ts';
import { Orders } from './orders.ts';
import { Phases } from './phases.ts';
import {
  adoptKnownState,
  applyConfiguration,
  type Registry,
  type ReloadOptions,
} from './reload.ts';
import { Schedule } from './schedule.ts';
import type { Check, RealServer, VirtualServer } from './server-tree.ts';
import { SlowStarts } from './slow-start.ts';
import { Suspension } from './suspension.ts';
import { isTracked, TrackedChecks } from './tracked-checks.ts';
import type { Judgement } from './verdict-rules.ts';

/** Checks that go on after they rested are spread over this time. */
const RESUME_SPREAD = seconds(1);

const NOBODY: readonly KernelServer[] = [];

/** What a health machine is built with. */
export interface HealthMachineOptions {
  /** Spreads the first probes over the warm-up time. */
  readonly random: RandomSource;
  /** Most probes at a time; `RUNNING_PROBES_MAX` when absent. */
  readonly runningProbesMax?: number;
}

/** The machine of the health process. Keys of virtual and of real servers within one are unique. */
export class HealthMachine
  implements Machine<HealthEvent, HealthAction, HealthView>, ServerVerdicts
{
  readonly #registry: Registry;
  readonly #known = new KnownState();
  readonly #tracked = new TrackedChecks();
  readonly #suspension = new Suspension();
  readonly #slowStarts = new SlowStarts();
  readonly #flaps = new FlapDamping();
  #isConfigured = false;
  /** The table was not seen since the start. */
  #adoptsTable = false;

  constructor(options: HealthMachineOptions) {
    this.#registry = {
      virtualServers: new Map(),
      checks: new Map(),
      schedule: new Schedule(options.runningProbesMax),
      orders: new Orders(),
      phases: new Phases(options.random),
      nextCheckId: 1,
    };
  }

  /** When the next probes are due, at the end of a 20 ms slot, or the time of a drain is over. */
  get deadline(): Instant | undefined {
    const { schedule, orders } = this.#registry;
    const slow = earliest(this.#slowStarts.deadline, this.#flaps.deadline);
    return earliest(earliest(schedule.deadline, orders.deadline), slow);
  }

  /** Takes in one event. A `deadline` before its time does nothing. */
  handle(now: Instant, event: HealthEvent): readonly HealthAction[] {
    const actions: HealthAction[] = [];
    switch (event.type) {
      case 'deadline':
        this.#registry.schedule.startDue(now, actions);
        this.#registry.orders.expire(now, this.#registry.virtualServers, actions);
        this.#slowStarts.step(now, actions);
        this.#release(now, actions);
        return actions;
      case 'orders':
        this.#registry.orders.take(event.book);
        this.#layOrders(now, actions);
        return actions;
      case 'table': {
        const { orders, virtualServers } = this.#registry;
        if (this.#adoptsTable) orders.adopt(now, event.table, virtualServers, actions);
        if (this.#isConfigured) this.#adoptsTable = false;
        orders.look(now, event.table, virtualServers, actions);
        return actions;
      }
      case 'probeEnded':
        this.#probeEnded(now, event, actions);
        return actions;
      case 'configure': {
        const isReload = this.#isConfigured;
        this.#adoptsTable ||= !isReload && event.emptiesTable !== true;
        this.#isConfigured = true;
        this.#registry.schedule.limit(event.limits ?? {}, this.#registry.checks.values(), actions);
        // Before the servers: one that leaves takes its order with it, and is not given back.
        if (event.book !== undefined) this.#registry.orders.take(event.book);
        applyConfiguration({ ...this.#context(now, actions), isReload }, event.virtualServers);
        if (event.book !== undefined) this.#layOrders(now, actions);
        this.#known.clear();
        const unheard = this.#tracked.configure(this.#registry.checks.values());
        this.#reviewSuspension(now, actions);
        this.#takeTracked(now, unheard, actions);
        return actions;
      }
      case 'heldAddresses':
        this.#suspension.learn(event.held);
        this.#reviewSuspension(now, actions);
        return actions;
      case 'trackers':
        this.#takeTracked(now, this.#tracked.learn(event.facts, event.isComplete), actions);
        return actions;
      case 'adoptDown':
        this.#known.add(event);
        if (!this.#isConfigured) return actions;
        adoptKnownState(this.#context(now, actions));
        this.#known.clear();
        return actions;
      default:
        return unreachable(event);
    }
  }

  /** Everything as plain data; costs time in proportion to the number of checks. */
  view(): HealthView {
    return { virtualServers: this.viewOf(this.#registry.virtualServers.keys()) };
  }

  /** Some virtual servers as plain data, in the order of the keys; unknown ones are left out. */
  viewOf(virtualServerKeys: Iterable<string>): VirtualServerView[] {
    const views: VirtualServerView[] = [];
    const drainOf = (server: string) => this.#registry.orders.drainOf(server);
    for (const key of virtualServerKeys) {
      const virtualServer = this.#virtualServer(key);
      if (virtualServer !== undefined) views.push(virtualServer.view(drainOf));
    }
    return views;
  }

  /** See `ServerVerdicts`; undefined for servers that are not configured, too. */
  effectiveWeight(virtualServerKey: string, realServerKey: string): number | undefined {
    return this.#registry.virtualServers.get(virtualServerKey)?.servers.get(realServerKey)
      ?.effectiveWeight;
  }

  /** See `ServerVerdicts`. */
  sorryServerActive(virtualServerKey: string): boolean {
    return this.#registry.virtualServers.get(virtualServerKey)?.sorryServerActive ?? false;
  }

  /** See `ServerVerdicts`. */
  leaving(virtualServerKey: string): readonly KernelServer[] {
    const leaving = this.#virtualServer(virtualServerKey)?.leaving;
    if (leaving === undefined || leaving.size === 0) return NOBODY;
    return [...leaving.values()].map(({ server }) => server);
  }

  /** See `ServerVerdicts`. */
  leavingServices(): readonly VirtualServerConfig[] {
    return Array.from(this.#registry.orders.gone.values(), ({ config }) => config);
  }

  /** One of the configuration, or one that has left it. */
  #virtualServer(key: string): VirtualServer | undefined {
    const { virtualServers, orders } = this.#registry;
    return virtualServers.get(key) ?? orders.gone.get(key);
  }

  #layOrders(now: Instant, actions: HealthAction[]): void {
    const { orders, virtualServers } = this.#registry;
    for (const server of orders.lay(virtualServers, actions)) this.#slowStarts.begin(server, now);
  }

  #context(now: Instant, actions: HealthAction[]): Omit<ReloadOptions, 'isReload'> {
    return { registry: this.#registry, known: this.#known, now, actions };
  }

  #probeEnded(
    now: Instant,
    event: Extract<HealthEvent, { readonly type: 'probeEnded' }>,
    actions: HealthAction[],
  ): void {
    const { schedule, checks } = this.#registry;
    const check = checks.get(event.checkId);
    if (check === undefined || !check.running || check.generation !== event.generation) return;
    const { plannedAt, settlesAt } = check;
    const sharing = schedule.finish(check, actions);
    this.#takeResult(now, check, event.result, actions);
    for (const other of sharing) {
      other.plannedAt = plannedAt;
      other.settlesAt = settlesAt;
      this.#takeResult(now, other, event.result, actions);
    }
  }

  #takeResult(now: Instant, check: Check, result: ProbeResult, actions: HealthAction[]): void {
    if (result.outcome === 'local-error') {
      // No statement about the server: keepalived leaves the verdict alone and tries again, and so do we.
      if (check.noteImpossible(now, result)) {
        actions.push({ type: 'probeImpossible', ...namesOf(check), result });
      }
      this.#registry.schedule.plan(check, now, check.config.delayLoop);
      return;
    }
    const before = weigh(check.server);
    const judgement = check.judge(now, result);
    reweigh(check.server, before);
    this.#planNext(now, check, result, judgement, actions);
    this.#follow(now, check, result, judgement, actions);
    reviewWeight(check.server, before, reasonOf(check, result), actions);
  }

  /** A retry comes its pause behind the end; the next period begins where it was planned, however long the probe took. */
  #planNext(
    now: Instant,
    check: Check,
    result: ProbeResult,
    { verdict, delay }: Judgement,
    actions: HealthAction[],
  ): void {
    const { schedule } = this.#registry;
    const isPeriod = verdict !== 'forgiven' && delay >= check.config.delayLoop;
    const pause = pauseAfter(check, result, delay);
    if (pause <= 0) {
      check.plannedAt = now;
      schedule.request(check, actions);
    } else if (isPeriod) schedule.repeat(check, now, delay);
    else schedule.plan(check, now, pause);
  }

  /** Lets checks rest or go on, as `ha_suspend` has it: after a configuration and when addresses came or went. */
  #reviewSuspension(now: Instant, actions: HealthAction[]): void {
    for (const virtualServer of this.#registry.virtualServers.values()) {
      const suspended = this.#suspension.applies(virtualServer.config);
      const goesOn = virtualServer.suspended && !suspended;
      virtualServer.suspended = suspended;
      if (this.#suspension.isKnown && virtualServer.toldSuspended !== suspended) {
        virtualServer.toldSuspended = suspended;
        actions.push({ type: 'checksSuspended', virtualServer: virtualServer.key, suspended });
      }
      if (suspended) this.#rest(virtualServer, actions);
      else if (goesOn) this.#goOn(now, virtualServer, actions);
    }
  }

  #rest(virtualServer: VirtualServer, actions: HealthAction[]): void {
    for (const server of virtualServer.servers.values()) {
      for (const check of server.checks) this.#registry.schedule.drop(check, actions);
    }
  }

  /** Nothing is known of the servers since the checks rested: each is asked soon, and not all at once. */
  #goOn(now: Instant, virtualServer: VirtualServer, actions: HealthAction[]): void {
    const checks = [...virtualServer.servers.values()].flatMap((server) => server.checks);
    for (const check of checks) {
      if (isTracked(check.config)) continue;
      const { delayLoop } = check.config;
      const { schedule, phases } = this.#registry;
      schedule.plan(check, now, phases.next(microseconds(Math.min(delayLoop, RESUME_SPREAD))));
      check.settlesAt = after(now, phases.next(delayLoop));
    }
    this.#takeTracked(now, checks, actions);
  }

  /** The results of checks that ask nobody. */
  #takeTracked(now: Instant, checks: readonly Check[], actions: HealthAction[]): void {
    for (const check of checks) {
      if (check.server.virtualServer.suspended) continue;
      const result = this.#tracked.resultFor(check);
      if (result === undefined) continue;
      const before = weigh(check.server);
      const judgement = check.judge(now, result);
      reweigh(check.server, before);
      this.#follow(now, check, result, judgement, actions);
      reviewWeight(check.server, before, reasonOf(check, result), actions);
    }
  }

  #follow(
    now: Instant,
    check: Check,
    result: ProbeResult,
    judgement: Judgement,
    actions: HealthAction[],
  ): void {
    switch (judgement.verdict) {
      case 'kept':
        if (result.outcome !== 'ok' && check.config.logAllFailures) {
          actions.push({
            type: 'checkFailedOnce',
            ...namesOf(check),
            result,
            retriesLeft: 0,
          });
        }
        return;
      case 'forgiven':
        actions.push({
          type: 'checkFailedOnce',
          ...namesOf(check),
          result,
          retriesLeft: judgement.retriesLeft,
        });
        return;
      case 'stillDown':
        this.#reportVerdict(check, result, actions);
        return;
      case 'up':
      case 'down':
        this.#reportVerdict(check, result, actions);
        this.#followVerdict(now, check, result, actions);
        return;
      default:
        unreachable(judgement.verdict);
    }
  }

  #followVerdict(now: Instant, check: Check, result: ProbeResult, actions: HealthAction[]): void {
    const { server } = check;
    server.noteVerdict(check.up);
    if (!check.up && this.#flaps.failed(server, now)) this.#tellFlap(server, actions);
    this.#review(now, server, reasonOf(check, result), actions);
  }

  /** Servers that were held because they came and went, and are calm. */
  #release(now: Instant, actions: HealthAction[]): void {
    for (const server of this.#flaps.release(now)) {
      if (
        this.#registry.virtualServers.get(server.virtualServer.key)?.servers.get(server.key) !==
        server
      )
        continue;
      this.#tellFlap(server, actions);
      this.#review(now, server, 'it has been calm for the time of flap_damping', actions);
    }
  }

  #tellFlap({ virtualServer, key, isDamped }: RealServer, actions: HealthAction[]): void {
    const names = { virtualServer: virtualServer.key, realServer: key };
    actions.push({ type: 'flapDamped', ...names, isHeld: isDamped });
  }

  #review(now: Instant, server: RealServer, reason: string, actions: HealthAction[]): void {
    const wasAlive = server.alive;
    reviewServer(server, now, reason, actions);
    // Behind the orders of this batch, before any plan is made of them.
    if (server.alive && !wasAlive) this.#slowStarts.begin(server, now);
  }

  #reportVerdict(check: Check, result: ProbeResult, actions: HealthAction[]): void {
    actions.push({
      type: 'checkChanged',
      ...namesOf(check),
      up: check.up,
      result,
      attempts: Math.max(1, check.failuresInRow),
    });
  }
}

/** The pause between two probes: behind the end of the first, or, for some checkers, behind its start. */
function pauseAfter(check: Check, { elapsed }: ProbeResult, delay: Duration): Duration {
  if (checkerOf(check.config).pausesFromStart !== true) return delay;
  return delay > elapsed ? microseconds(delay - elapsed) : ZERO_DURATION;
}
