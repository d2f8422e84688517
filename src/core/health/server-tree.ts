/**
 * Virtual servers, their real servers and the checks of these: the tree of states that the machine walks. It is the only user. The rules of a
 * check are in `verdict-rules.ts`; when one runs is decided by the machine.
 */
import type { IpAddress } from '../base/address.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { SlotEntry } from '../base/timing/slot-queue.ts';
import type { ProbeResult, WeightShare } from '../checkers/outcome.ts';
import { checkerOf } from '../checkers/table.ts';
import type { CheckConfig, RealServerConfig, VirtualServerConfig } from '../model/config.ts';
import type { DrainView } from './draining.ts';
import type { CheckView, RealServerView, VirtualServerView } from './events-and-actions.ts';
import { nextQuorum } from './quorum.ts';
import { serverKey } from './server-key.ts';
import type { LeavingServer, ServerOrder } from './server-orders.ts';
import { type Judgement, judge, type Progress, type Rhythm } from './verdict-rules.ts';
import { weightOf } from './weight.ts';

/** How far the drain of a server (`serverKey`) is; undefined for one that is not drained. */
export type DrainOf = (server: string) => DrainView | undefined;

/** One virtual server: its real servers, the weight of those alive, and its quorum. */
export class VirtualServer {
  readonly key: string;
  config: VirtualServerConfig;
  servers: ReadonlyMap<string, RealServer> = new Map();
  /** Servers that have left the configuration and keep their connections for a time, by `endpointKey`. */
  leaving: ReadonlyMap<string, LeavingServer> = new Map();
  /** Sum of the weights of the servers that are alive; kept up to date by the machine. */
  aliveWeight = 0;
  /** A virtual server begins without its quorum, so that gaining it is an event. */
  quorumUp = false;
  /** Its checks rest (`ha_suspend`). */
  suspended = false;
  /** What was reported of that last. */
  toldSuspended = false;
  /** Checks are not believed (`panic_threshold`). */
  inPanic = false;

  constructor(config: VirtualServerConfig) {
    this.key = config.key;
    this.config = config;
  }

  /** True when the sorry server has to stand in. */
  get sorryServerActive(): boolean {
    return !this.quorumUp && this.config.sorryServer !== undefined;
  }

  /** Adds up the living weight anew, after servers or weights were changed by a configuration. */
  recount(): void {
    this.aliveWeight = 0;
    for (const server of this.servers.values()) this.aliveWeight += server.aliveWeight;
  }

  /** Brings `quorumUp` up to date; true when it changed. */
  reviewQuorum(): boolean {
    const wasUp = this.quorumUp;
    this.quorumUp = nextQuorum(wasUp, {
      aliveWeight: this.aliveWeight,
      quorum: this.config.quorum,
      hysteresis: this.config.hysteresis,
    });
    return this.quorumUp !== wasUp;
  }

  /** A snapshot. */
  view(drainOf: DrainOf = () => undefined): VirtualServerView {
    const leaving = [...this.leaving].map(([key, { since, until }]) => {
      return { key, since, until, ...drainOf(serverKey(this.key, key)) };
    });
    return {
      key: this.key,
      title: this.config.title,
      quorumUp: this.quorumUp,
      sorryServerActive: this.sorryServerActive,
      aliveWeight: this.aliveWeight,
      ...(this.config.haSuspend ? { suspended: this.suspended } : {}),
      realServers: [...this.servers.values()].map((server) => server.view(drainOf)),
      ...(leaving.length === 0 ? {} : { leaving }),
      ...(this.inPanic ? { inPanic: true } : {}),
    };
  }
}

/** One real server of one virtual server. It is alive when none of its checks is down; without checks it is always alive. */
export class RealServer {
  readonly key: string;
  readonly virtualServer: VirtualServer;
  config: RealServerConfig;
  checks: readonly Check[] = [];
  alive = true;
  since: Instant;
  /** What an operator wants of it. */
  order: ServerOrder | undefined;
  /** The part of its weight that it has while it starts slowly. */
  startShare: number | undefined;
  /** It comes and goes, and is held out until it is calm (`flap_damping`). */
  isDamped = false;
  /** When its checks took it out last. */
  failedAt: Instant | undefined;
  #checksDown = 0;

  constructor(key: string, virtualServer: VirtualServer, config: RealServerConfig, now: Instant) {
    this.key = key;
    this.virtualServer = virtualServer;
    this.config = config;
    this.since = now;
    this.order = undefined;
    this.startShare = undefined;
    this.failedAt = undefined;
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

  /** Its weight while it is alive: as an operator ordered, else as configured, with the shares of its checks. */
  get weight(): number {
    if (this.order?.kind === 'weight') return this.order.weight;
    return weightOf(this.config.weight, this.checks);
  }

  /** It gets no new connections, by an operator's order. */
  get isWithheld(): boolean {
    return this.order !== undefined && this.order.kind !== 'weight';
  }

  /** Its share of the living weight of the virtual server. */
  get aliveWeight(): number {
    return this.alive && !this.isWithheld ? this.weight : 0;
  }

  /** What its checks want, unless they are not believed: then one that is in service stays. */
  get mayLive(): boolean {
    return (this.shouldLive && !this.isDamped) || (this.virtualServer.inPanic && this.alive);
  }

  /** Its weight as far as a slow start has come; an operator's word counts as it is. */
  get #weightNow(): number {
    const { weight, startShare, order } = this;
    if (startShare === undefined || order !== undefined || weight === 0) return weight;
    return Math.max(1, Math.floor(weight * startShare));
  }

  /** The weight it should have in IPVS now; undefined when it should not be there. */
  get effectiveWeight(): number | undefined {
    const { order } = this;
    if (order?.kind === 'maintenance') return undefined;
    if (order?.kind === 'drain') {
      if (order.isDrained) return undefined;
      // Its connections go on beside a sorry server too.
      return this.alive || this.config.inhibitOnFailure ? 0 : undefined;
    }
    if (this.alive && !this.virtualServer.sorryServerActive) return this.#weightNow;
    return this.config.inhibitOnFailure ? 0 : undefined;
  }

  /** A snapshot. */
  view(drainOf: DrainOf = () => undefined): RealServerView {
    const { effectiveWeight, order } = this;
    const drain = order?.kind === 'drain' ? drainOf(order.server) : undefined;
    return {
      key: this.key,
      alive: this.alive,
      since: this.since,
      configuredWeight: this.config.weight,
      ...(effectiveWeight === undefined ? {} : { effectiveWeight }),
      ...(order === undefined ? {} : { order }),
      ...(drain === undefined ? {} : { drain }),
      ...(this.isDamped ? { isDamped: true } : {}),
      ...(this.startShare === undefined ? {} : { startShare: this.startShare }),
      checks: this.checks.map((check) => check.view()),
    };
  }
}

/** How a check begins. */
export interface CheckStart {
  readonly up: boolean;
  /** The first failure counts at once, without retries. */
  readonly firstFailureCounts: boolean;
}

/** Checks that ask the same, and share their probes. */
export interface ProbeGroup {
  readonly members: Set<Check>;
  /** The one that asks for them now: its probe runs or waits for a place. */
  asking: Check | undefined;
}

/** One check of one real server: its configuration, how far it has come, and what is known of its last probe. */
export class Check implements SlotEntry, Progress {
  readonly id: number;
  readonly server: RealServer;
  /** Where it connects to first; undefined for one that connects to nothing. */
  readonly address: IpAddress | undefined;
  dueSlot: number | undefined;
  /** When its last or next run was planned for; that of the last one while it runs. */
  plannedAt: Instant;
  /** Where the next period begins, when the last run came out of turn, with those of many others. */
  settlesAt: Instant | undefined;
  up: boolean;
  hasRun = false;
  tries: number;
  successes = 0;
  turn = 0;
  failedTurn: number | undefined;
  /** Counts the probes; a result with another number is of a probe that was given up. */
  generation = 0;
  running = false;
  /** Due, but waiting for another probe to end. */
  queued = false;
  /** Due, and waiting for the answer to a check that asks the same. */
  joins = false;
  /** Those that it shares probes with; undefined when nobody asks the same. */
  group: ProbeGroup | undefined;
  failuresInRow = 0;
  /** The last probe could not be made. */
  wasImpossible = false;
  changedAt: Instant;
  lastEndedAt: Instant | undefined;
  lastResult: ProbeResult | undefined;
  /** What it says about the weight of the server; nothing while it is down. */
  share: WeightShare | undefined;
  #config: CheckConfig;
  #rhythm: Rhythm;
  /** One configuration for each turn, so that a probe is told of one url only. */
  #attempts: readonly CheckConfig[];
  #runs = 0;
  #failures = 0;

  constructor(
    id: number,
    server: RealServer,
    config: CheckConfig,
    start: CheckStart,
    now: Instant,
  ) {
    this.id = id;
    this.server = server;
    this.address = checkerOf(config).endpoints(config)[0]?.address;
    this.up = start.up;
    this.tries = start.firstFailureCounts ? config.retry : 0;
    this.changedAt = now;
    this.plannedAt = now;
    this.settlesAt = undefined;
    this.dueSlot = undefined;
    this.group = undefined;
    this.failedTurn = undefined;
    this.lastEndedAt = undefined;
    this.lastResult = undefined;
    this.share = undefined;
    this.#config = config;
    this.#attempts = checkerOf(config).turns(config);
    this.#rhythm = rhythmOf(config, this.#attempts.length);
  }

  /** The configuration it runs with. */
  get config(): CheckConfig {
    return this.#config;
  }

  /** What the next probe has to do. */
  get attempt(): CheckConfig {
    return this.#attempts[this.turn] ?? this.#config;
  }

  /** Takes a configuration with the same probe; forgiven failures never exceed the new `retry`. */
  reconfigure(config: CheckConfig): void {
    this.#config = config;
    this.#attempts = checkerOf(config).turns(config);
    this.#rhythm = rhythmOf(config, this.#attempts.length);
    this.tries = Math.min(this.tries, config.retry);
  }

  /** Takes in a result that says something about the server. */
  judge(now: Instant, result: ProbeResult): Judgement {
    const succeeded = result.outcome === 'ok';
    this.#runs += 1;
    if (!succeeded) this.#failures += 1;
    this.failuresInRow = succeeded ? 0 : this.failuresInRow + 1;
    this.wasImpossible = false;
    this.#note(now, result);
    const judgement = judge(this, this.#rhythm, succeeded);
    if (succeeded) this.share = result.weight;
    else if (!this.up) this.share = undefined;
    if (judgement.verdict === 'up' || judgement.verdict === 'down') this.changedAt = now;
    return judgement;
  }

  /** Takes in that no probe could be made; true when that is news. */
  noteImpossible(now: Instant, result: ProbeResult): boolean {
    const isNews = !this.wasImpossible || this.lastResult?.detail !== result.detail;
    this.wasImpossible = true;
    this.#note(now, result);
    return isNews;
  }

  /** Time until the next probe if the last one had ended just now. */
  get pause(): Duration {
    if (!this.up) return this.#rhythm.delayWhileDown;
    return this.tries > 0 && this.hasRun ? this.#rhythm.delayBeforeRetry : this.#config.delayLoop;
  }

  /** A snapshot. */
  view(): CheckView {
    return {
      id: this.id,
      label: this.#config.label,
      up: this.up,
      hasRun: this.hasRun,
      running: this.running,
      failuresInRow: this.failuresInRow,
      runs: this.#runs,
      failures: this.#failures,
      ...(this.lastResult === undefined ? {} : { lastResult: this.lastResult }),
      ...(this.lastEndedAt === undefined ? {} : { lastEndedAt: this.lastEndedAt }),
      changedAt: this.changedAt,
      ...(this.share === undefined ? {} : { share: this.share }),
    };
  }

  #note(now: Instant, result: ProbeResult): void {
    this.lastResult = result;
    this.lastEndedAt = now;
  }
}

function rhythmOf(config: CheckConfig, turnCount: number): Rhythm {
  const { delayLoop, retry, delayInDoubt, delayWhileDown = delayLoop, rise = 1 } = config;
  const checker = checkerOf(config);
  const hurries = checker.hurries(config);
  const { retriesWhileDown = false } = checker;
  return {
    delayLoop,
    retry,
    delayBeforeRetry: delayInDoubt ?? config.delayBeforeRetry,
    rise,
    delayWhileDown,
    delayWhileRising: delayInDoubt ?? delayLoop,
    turnCount,
    hurries,
    retriesWhileDown,
  };
}
