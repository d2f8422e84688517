/** Directors on two segments with one configuration, each with its own priority and what a reload has changed. */
import { centiseconds, microseconds, seconds, ZERO_DURATION } from '../../src/core/base/time.ts';
import type { SyncGroupConfig, VrrpInstanceConfig } from '../../src/core/model/config.ts';
import type { HeartbeatConfig } from '../../src/core/model/takeover.ts';
import type { BfdConfig } from '../../src/core/model/tracking.ts';
import type { TrackingConfig } from '../../src/core/tracking/events-and-actions.ts';
import type { VrrpConfig } from '../../src/core/vrrp/events-and-actions.ts';
import { ip, vip } from '../support/builders/addresses.ts';
import { heartbeat } from '../support/builders/heartbeat.ts';
import { announce, instance } from '../support/builders/instance.ts';
import type { SeededRandom } from '../support/random.ts';
import { ALL_HOSTS, type Batch, Director, WITNESS } from './director.ts';
import { EventQueue } from './event-queue.ts';
import { FIRST_SETTING, type HmacSetting, hmacOf } from './keys.ts';
import { CLOCK_ERROR, type ClusterPlan } from './plan.ts';
import { type RoutingEdit, routingOf } from './routing-plan.ts';
import { Segment } from './segment.ts';

export { type ClusterPlan, PAIR } from './plan.ts';

/** How the configuration of one director differs from the plan: what reloads have done. */
export interface HostEdit {
  readonly priority?: number;
  /** Addresses that VI_1 has beside its own. */
  readonly extra?: readonly string[];
  /** Addresses that VI_4 has beside its own; one that is in both moves. */
  readonly fourthExtra?: readonly string[];
  readonly intervalCs?: number;
  readonly preempt?: boolean;
  /** VI_1 has another name. */
  readonly isRenamed?: boolean;
  /** An instance that is not configured. */
  readonly without?: string;
  readonly secret?: string;
  readonly hmac?: HmacSetting;
  readonly routing?: RoutingEdit;
}

/** How a cluster runs. */
export interface ClusterOptions {
  /** Directors keep their stories. */
  readonly tells?: boolean;
}

/** Name that VI_1 has on a director that has renamed it. */
export const RENAMED = 'VI_1_NEW';

/** A cluster and its clock. */
export class Cluster {
  readonly plan: ClusterPlan;
  readonly queue = new EventQueue();
  readonly segments: readonly [Segment, Segment];
  readonly directors: readonly Director[];
  /** How often everything was healed. */
  heals = 0;
  /** What reloads have changed, by director. */
  readonly edits: HostEdit[];

  constructor(
    plan: ClusterPlan,
    random: SeededRandom,
    onBatch: (batch: Batch) => void,
    options: ClusterOptions = {},
  ) {
    this.plan = plan;
    this.edits = plan.priorities.map(() => ({}));
    this.segments = [new Segment(this.queue, random), new Segment(this.queue, random)];
    this.directors = plan.priorities.map(
      (_, i) =>
        new Director({
          name: ALL_HOSTS[i] ?? 'A',
          interfaces: this.segments.map((segment, n) => ({
            name: `eth${n}`,
            ifindex: n + 2,
            segment,
            addresses: [realAddress(n, i), linkLocal(n, i)],
            up: true,
            isThere: true,
          })),
          config: this.configOf(i),
          tracking: tracking(plan, this.interval),
          queue: this.queue,
          random,
          onBatch,
          clockError: plan.clockError ?? CLOCK_ERROR,
          tells: options.tells === true,
        }),
    );
  }

  /** The advertisement interval of the plan in microseconds. */
  get interval(): number {
    return this.plan.intervalCs * 10_000;
  }

  /** Names of the instances of the plan. */
  get instances(): readonly string[] {
    return ['VI_1', 'VI_2', 'VI_3', ...(this.plan.hasFourth === true ? ['VI_4'] : [])];
  }

  /** A director by name. */
  director(name: string): Director {
    const found = this.directors.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no director ${name}`);
    return found;
  }

  /** Starts all processes. */
  startAll(): this {
    for (const director of this.directors) director.start();
    return this;
  }

  /** Lets time pass, in seconds. */
  run(span: number): this {
    this.queue.runUntil(this.queue.now + span * 1e6);
    return this;
  }

  /** Who is Master of an instance, by name; only directors whose process runs. */
  masters(name: string): string {
    const found = this.directors.filter((one) => one.states().get(name) === 'MASTER');
    return found.map((director) => director.name).join('');
  }

  /** Changes what a director's configuration is, and hands it to its process. */
  edit(i: number, edit: HostEdit): void {
    this.edits[i] = edit;
    this.directors[i]?.reload(this.configOf(i));
  }

  /** The configuration of director number `i` with its edits. */
  configOf(i: number): VrrpConfig {
    const edit = this.edits[i] ?? {};
    return this.config(i, edit.priority ?? this.plan.priorities[i] ?? 100, edit.extra, edit);
  }

  /** The configuration of director number `i`; `extra` addresses are added to VI_1. */
  config(
    i: number,
    priority: number,
    extra: readonly string[] = [],
    edit: HostEdit = {},
  ): VrrpConfig {
    const { plan } = this;
    const first = edit.isRenamed === true ? RENAMED : 'VI_1';
    const common = this.#common(priority, edit);
    const unicast = (segment: number): Partial<VrrpInstanceConfig> => this.#unicast(i, segment);
    const trackers = plan.areGroupTrackers === true && plan.isSynced ? undefined : plan.trackers;
    const { interfaceWeight: weight } = plan;
    const instances = [
      instance({
        ...common,
        ...(plan.isUnicast === false ? {} : unicast(0)),
        name: first,
        vrid: 1,
        addresses: ['192.0.2.100', ...extra].map((address) => vip(address)),
        excludedAddresses: plan.hasExcluded === true ? [vip('203.0.113.100')] : [],
        trackInterfaces: weight === undefined ? [] : [{ name: 'eth1', weight }],
        ...(trackers && { trackers }),
        ...(plan.heartbeat && i < 2 && { takeoverHeartbeat: { name: 'HB', mode: plan.heartbeat } }),
        ...(plan.hasWitness && { takeoverWitness: WITNESS }),
      }),
      instance({
        ...common,
        ...(plan.isUnicast === 'all' ? unicast(1) : {}),
        name: 'VI_2',
        vrid: 2,
        interface: 'eth1',
        addresses: [vip('198.51.100.100', 'eth1')],
      }),
      // An instance of its own with the order of directors turned round, over IPv6.
      instance({
        ...common,
        ...(plan.isUnicast === 'all' ? this.#unicast(i, 0, 'ipv6') : {}),
        name: 'VI_3',
        vrid: 1,
        version: 3,
        family: 'ipv6',
        priority: Math.max(1, 200 - priority),
        initialState: 'BACKUP',
        addresses: [vip('fe80::100'), vip('2001:db8::100')],
      }),
      ...this.#fourth(common, edit),
    ].map((one) => this.#withRouting(withoutV2Fields(one), edit));
    const left = instances.filter(({ name }) => name !== edit.without);
    return {
      instances: left,
      syncGroups: this.#groups([first, 'VI_2'].filter((one) => one !== edit.without)),
      startupDelay: seconds(plan.startupDelayS ?? 0),
      bfd: this.#bfd(i),
      takeover: { heartbeats: this.#heartbeats(i), witnesses: [] },
    };
  }

  /** A and B say to each other over eth1 what they are. */
  #heartbeats(i: number): readonly HeartbeatConfig[] {
    if (this.plan.heartbeat === undefined || i > 1) return [];
    const interval = microseconds(Math.max(50_000, this.interval / 5));
    const [source, neighbour] = [ip(realAddress(1, i)), ip(realAddress(1, 1 - i))];
    return [heartbeat({ name: 'HB', source, neighbour, interval })];
  }

  /** One that has another name has the same routes. */
  #withRouting(one: VrrpInstanceConfig, { routing: edit }: HostEdit): VrrpInstanceConfig {
    const { routing } = this.plan;
    if (routing === undefined) return one;
    const name = one.name === RENAMED ? 'VI_1' : one.name;
    return { ...one, ...routingOf(name, { edit, crosses: routing === 'crossing' }) };
  }

  #common(priority: number, edit: HostEdit): Partial<VrrpInstanceConfig> {
    const { plan } = this;
    const { authentication } = plan;
    const hmac = plan.hmac && hmacOf(plan.hmac, edit.hmac ?? FIRST_SETTING);
    const secret = edit.secret ?? authentication?.secret ?? '';
    return {
      priority,
      version: plan.version,
      initialState: priority === 255 ? (plan.initialState ?? 'BACKUP') : 'BACKUP',
      advertInterval: centiseconds(edit.intervalCs ?? plan.intervalCs),
      preempt: edit.preempt ?? plan.preempt,
      preemptDelay: seconds(plan.preemptDelayS),
      downTimerAdverts: plan.downTimerAdverts ?? 3,
      strict: plan.strict ?? false,
      answerHigherPriority: plan.answerHigherPriority ?? false,
      announce: announce({
        repeat: 2,
        delay: seconds(1),
        lowerPriorityRepeat: 2,
        refresh: seconds(plan.refreshS ?? 0),
      }),
      ...(hmac && { hmac }),
      ...(authentication && { authentication: { ...authentication, secret } }),
    };
  }

  #fourth(common: Partial<VrrpInstanceConfig>, edit: HostEdit): readonly VrrpInstanceConfig[] {
    if (this.plan.hasFourth !== true) return [];
    const addresses = ['192.0.2.104', ...(edit.fourthExtra ?? [])].map((address) => vip(address));
    return [instance({ ...common, name: 'VI_4', vrid: 4, addresses })];
  }

  #unicast(
    i: number,
    segment: number,
    family: 'ipv4' | 'ipv6' = 'ipv4',
  ): Partial<VrrpInstanceConfig> {
    const peers = this.plan.priorities.flatMap((_, peer) => {
      if (peer === i) return [];
      const text = family === 'ipv4' ? realAddress(segment, peer) : linkLocal(segment, peer);
      return [{ address: ip(text), minTtl: 255, maxTtl: 255 }];
    });
    return { unicastPeers: peers, checkUnicastSource: true };
  }

  #groups(members: readonly string[]): readonly SyncGroupConfig[] {
    const { isSynced, areGroupTrackers, trackers } = this.plan;
    if (!isSynced) return [];
    return [{ name: 'G', members, ...(areGroupTrackers === true && trackers && { trackers }) }];
  }

  /** A has a session with each other director, and tracks the one with B; the others track theirs with A. */
  #bfd(i: number): readonly BfdConfig[] {
    if (!this.#tracks('bfd')) return [];
    if (i > 0) return [this.#session(i, 0)];
    const [first, ...rest] = this.plan.priorities.slice(1).map((_, n) => this.#session(0, n + 1));
    return first === undefined
      ? []
      : [first, ...rest.map((one, n) => ({ ...one, name: `BFD_${n}` }))];
  }

  #session(i: number, neighbour: number): BfdConfig {
    const interval = microseconds(Math.max(this.interval, 100_000));
    return {
      name: 'BFD',
      neighbour: ip(realAddress(1, neighbour)),
      source: ip(realAddress(1, i)),
      minReceive: interval,
      minTransmit: interval,
      idleTransmit: seconds(1),
      multiplier: 3,
      passive: false,
      maxHops: 0,
      multihop: false,
      forVrrp: true,
      forCheckers: false,
    };
  }

  #tracks(kind: string): boolean {
    return this.plan.trackers?.some((one) => one.kind === kind) === true;
  }
}

/** What the trackers of a plan are. */
function tracking(plan: ClusterPlan, interval: number): TrackingConfig {
  const names = (kind: string): readonly string[] =>
    (plan.trackers ?? []).flatMap((one) => (one.kind === kind ? [one.name] : []));
  return {
    scripts: names('script').map((name) => ({
      name,
      command: { argv: ['/bin/check'] },
      interval: microseconds(scriptInterval(interval)),
      timeout: microseconds(scriptInterval(interval) * 0.8),
      rise: 2,
      fall: 2,
      failsAtStart: false,
    })),
    processes: names('process').map((name) => ({
      name,
      program: 'haproxy',
      parameters: [],
      match: 'any' as const,
      wholeCommand: false,
      quorum: 1,
      forkDelay: ZERO_DURATION,
      terminateDelay: microseconds(interval / 2),
    })),
    files: names('file').map((name) => ({ name, path: '/run/weight', overwrite: false })),
  };
}

/** From one start of the script to the next. */
export function scriptInterval(interval: number): number {
  return Math.max(2 * interval, 500_000);
}

/** Version 3 knows no authentication. */
function withoutV2Fields(one: VrrpInstanceConfig): VrrpInstanceConfig {
  if (one.version === 2 || one.authentication === undefined) return one;
  const { authentication: _, ...rest } = one;
  return rest;
}

function realAddress(segment: number, director: number): string {
  return segment === 0 ? `192.0.2.${director + 1}` : `198.51.100.${director + 1}`;
}

function linkLocal(segment: number, director: number): string {
  return ip(`fe80::${segment}:${director + 1}`);
}
