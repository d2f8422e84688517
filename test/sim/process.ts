/**
 * One run of the vrrp process on a simulated host: the real router, account of addresses and BFD sessions, driven as the daemon drives
 * them. What it orders goes to the host; it knows nothing that the host has not told it.
 */

import type { AddressFact, InterfaceFact } from '../../src/core/base/host.ts';
import type { Instant } from '../../src/core/base/time.ts';
import { type BfdAction, type BfdEvent, BfdSessions } from '../../src/core/bfd/sessions.ts';
import {
  type HeartbeatAction,
  type HeartbeatEvent,
  HeartbeatSessions,
} from '../../src/core/heartbeat/sessions.ts';
import type { AddressOperation } from '../../src/core/holdings/address-plan.ts';
import type { Held } from '../../src/core/holdings/left-behind.ts';
import type { RoutingLinks } from '../../src/core/holdings/routing-entry.ts';
import type { RoutingForm } from '../../src/core/holdings/routing-form.ts';
import { hmacKeyBytes } from '../../src/core/model/hmac.ts';
import type { TrackerFact } from '../../src/core/model/tracker-fact.ts';
import type {
  AnnounceResult,
  VrrpAction,
  VrrpConfig,
  VrrpEvent,
  VrrpState,
} from '../../src/core/vrrp/events-and-actions.ts';
import { renamedInstances } from '../../src/core/vrrp/reload.ts';
import { VrrpRouter } from '../../src/core/vrrp/router.ts';
import {
  type AdvertisementAction,
  AdvertisementSender,
} from '../../src/daemon/vrrp/advertisement-sender.ts';
import type { HoldingMark } from '../../src/daemon/vrrp/holdings-reconciler.ts';
import type { VrrpCore } from '../../src/daemon/vrrp/ports.ts';
import { withWallClock } from '../../src/daemon/vrrp/wall-clock.ts';
import { hmacSha256 } from '../support/builders/heartbeat.ts';
import { DIGESTS } from '../support/builders/packet.ts';
import { Holdings, type HoldingWork } from './holdings.ts';

/** What a process is given: clock, randomness, and a way to carry orders out. */
export interface ProcessHost {
  now(): Instant;
  /** Microseconds since 1970. */
  wallClock(): number;
  random(): number;
  sendAdvertisement(action: AdvertisementAction): string | undefined;
  sendBfd(action: Extract<BfdAction, { readonly type: 'send' }>): void;
  sendHeartbeat(action: Extract<HeartbeatAction, { readonly type: 'send' }>): void;
  announce(action: Extract<VrrpAction, { readonly type: 'announce' }>): string | undefined;
  /** Carries the work of the accounts out. */
  work(work: HoldingWork): void;
  /** Told of all that one event has brought about. */
  onActions(before: ReadonlyMap<string, VrrpState>, actions: readonly VrrpAction[]): void;
}

/** A picture of the host. */
export interface Picture {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  readonly routing: readonly RoutingForm[];
}

/** One process. */
export class VrrpProcess {
  readonly router = new VrrpRouter(DIGESTS);
  readonly holdings: Holdings;
  readonly #core: VrrpCore;
  readonly #bfd: BfdSessions;
  readonly #heartbeats: HeartbeatSessions;
  readonly #host: ProcessHost;
  readonly #sender: AdvertisementSender;
  readonly #states = new Map<string, VrrpState>();
  #config: VrrpConfig | undefined;
  #interfaces: readonly InterfaceFact[] = [];

  constructor(host: ProcessHost) {
    this.#host = host;
    this.#sender = new AdvertisementSender((action) => host.sendAdvertisement(action));
    this.#bfd = new BfdSessions(() => host.random());
    this.#heartbeats = new HeartbeatSessions({
      hmacSha256,
      keyOf: ({ key }) => hmacKeyBytes(key.secret),
      newId: () => idOf(host.random(), host.random()),
    });
    this.#core = withWallClock(this.router, () => host.wallClock());
    this.holdings = new Holdings(linksOf(() => this.#interfaces));
  }

  /** The configuration in force; undefined before the first. */
  get config(): VrrpConfig | undefined {
    return this.#config;
  }

  /** States by instance. */
  get states(): ReadonlyMap<string, VrrpState> {
    return this.#states;
  }

  /** When it wants to be woken. */
  get deadline(): Instant | undefined {
    const times = [
      this.router.deadline,
      this.#bfd.deadline,
      this.#heartbeats.deadline,
      this.holdings.deadline,
    ];
    const found = times.filter((one) => one !== undefined);
    return found.length === 0 ? undefined : (Math.min(...found) as Instant);
  }

  /** A configuration, with what the host is like and what a predecessor left. */
  configure(
    config: VrrpConfig,
    picture: Picture,
    before: { readonly adopt: readonly string[]; readonly held: readonly Held[] },
  ): void {
    this.#interfaces = picture.interfaces;
    this.holdings.configure(config.instances, before.held);
    this.#work(this.holdings.observe(this.#host.now(), picture));
    this.handle({ type: 'network', ...picture });
    this.bfd({ type: 'configured', sessions: config.bfd });
    const facts = this.#bfd
      .view()
      .sessions.map(({ name, state }) => ({ kind: 'bfd', name, isUp: state === 'Up' }) as const);
    if (facts.length > 0) this.handle({ type: 'trackers', facts, isComplete: false });
    this.heartbeat({ type: 'configured', sessions: config.takeover?.heartbeats ?? [] });
    const states = this.#statesFor(config);
    this.#config = config;
    const actions = this.#run({ type: 'configure', config, adopt: before.adopt });
    this.#takeStates();
    const names = new Set(config.instances.map(({ name }) => name));
    this.#work(this.holdings.keep((name) => names.has(name)));
    if (actions.length > 0) this.#host.onActions(states, actions);
    this.heartbeat({ type: 'own', routers: this.router.said() });
  }

  /** A picture of the host whose reading began at the point `asOf`. */
  network(picture: Picture, asOf: HoldingMark): void {
    this.#interfaces = picture.interfaces;
    this.handle({ type: 'network', ...picture });
    this.#work(this.holdings.observe(this.#host.now(), picture, asOf));
  }

  /** Facts of trackers. */
  trackers(facts: readonly TrackerFact[], isComplete: boolean): void {
    this.handle({ type: 'trackers', facts, isComplete });
  }

  /** Everything that is due. */
  due(): void {
    const now = this.#host.now();
    if (isDue(this.#bfd.deadline, now)) this.bfd({ type: 'deadline' });
    if (isDue(this.#heartbeats.deadline, now)) this.heartbeat({ type: 'deadline' });
    if (isDue(this.holdings.deadline, now)) this.#work(this.holdings.repair(now));
    if (isDue(this.router.deadline, now)) this.handle({ type: 'deadline' });
  }

  /** An event of BFD. */
  bfd(event: BfdEvent): void {
    const facts: TrackerFact[] = [];
    for (const action of this.#bfd.handle(this.#host.now(), event)) {
      if (action.type === 'send') this.#host.sendBfd(action);
      else if (action.type === 'changed')
        facts.push({ kind: 'bfd', name: action.session.name, isUp: action.isUp });
    }
    if (facts.length > 0) this.trackers(facts, false);
  }

  /** An event of the heartbeats. */
  heartbeat(event: HeartbeatEvent): void {
    for (const action of this.#heartbeats.handle(this.#host.now(), event)) {
      if (action.type === 'send') this.#host.sendHeartbeat(action);
      if (action.type === 'peer') {
        this.handle({ type: 'takeover', peers: [action.fact], witnesses: [] });
      }
    }
  }

  /** An event of the router, and all that follows from it at once. */
  handle(event: VrrpEvent): void {
    const states = new Map(this.#states);
    const actions = this.#run(event);
    if (actions.length > 0) this.#host.onActions(states, actions);
    const isChange = actions.some(
      ({ type }) => type === 'transition' || type === 'priorityChanged',
    );
    if (isChange && event.type !== 'shutdown') {
      this.heartbeat({ type: 'own', routers: this.router.said() });
    }
  }

  #run(event: VrrpEvent): readonly VrrpAction[] {
    const actions: VrrpAction[] = [];
    let waiting = this.#core.handle(this.#host.now(), event);
    while (waiting.length > 0) {
      actions.push(...waiting);
      const announced = waiting.flatMap((action) => this.#execute(action));
      const results: VrrpEvent[] = [...this.#sender.results()];
      if (announced.length > 0) results.push({ type: 'announced', results: announced });
      waiting = results.flatMap((result) => [...this.#core.handle(this.#host.now(), result)]);
    }
    const wishes = actions.filter((action) => action.type === 'setAddresses');
    if (wishes.length > 0) {
      for (const wish of wishes) this.holdings.declare(wish);
      this.#work(this.holdings.carryOut([...new Set(wishes.map(({ instance }) => instance))]));
    }
    return actions;
  }

  #execute(action: VrrpAction): readonly AnnounceResult[] {
    if (action.type === 'transition') this.#states.set(action.instance, action.to);
    if (action.type === 'sendAdvertisement') this.#sender.send(action);
    if (action.type !== 'announce') return [];
    const errno = this.#host.announce(action);
    return [{ action, ...(errno !== undefined && { errno }) }];
  }

  #work(work: HoldingWork): void {
    if (work.operations.length > 0) this.#host.work(work);
    for (const instance of work.lost) this.handle({ type: 'routingLost', instance });
  }

  /** The kernel's answers to operations; those that are failures are returned. */
  answered(
    operations: HoldingWork['operations'],
    errnos: readonly (string | undefined)[],
  ): readonly { readonly operation: AddressOperation; readonly errno: string }[] {
    const failures = operations.flatMap((one, index) => {
      const errno = errnos[index];
      const isFailure = this.holdings.answered(one, errno, this.#host.now());
      if (!isFailure || errno === undefined || one.of === 'routing') return [];
      return [{ operation: one.operation, errno }];
    });
    for (const { operation, errno } of failures) {
      const { instance, type } = operation;
      const about = `${type} address`;
      this.handle({
        type: 'actionFailed',
        instance,
        action: 'setAddresses',
        operation: about,
        errno,
      });
    }
    this.#work(this.holdings.afterwards());
    return failures;
  }

  /** The states as the new configuration names them: a renamed instance is the same one. */
  #statesFor({ instances }: VrrpConfig): ReadonlyMap<string, VrrpState> {
    const states = new Map(this.#states);
    for (const { from, to } of renamedInstances(this.#config?.instances ?? [], instances)) {
      const state = this.#states.get(from);
      if (state !== undefined) states.set(to, state);
    }
    return states;
  }

  #takeStates(): void {
    this.#states.clear();
    for (const { name, state } of this.router.view().instances) this.#states.set(name, state);
  }
}

/** The interfaces of a host as routes need them. */
export function linksOf(interfaces: () => readonly InterfaceFact[]): RoutingLinks {
  return {
    ifindexOf: (name) => interfaces().find((one) => one.name === name)?.ifindex,
    vrfTableOf: () => undefined,
    isUp: (ifindex) => interfaces().some((one) => one.ifindex === ifindex),
  };
}

/** 16 hexadecimal digits. */
function idOf(...parts: readonly number[]): string {
  return parts
    .map((part) =>
      Math.floor(part * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
}

function isDue(deadline: Instant | undefined, now: Instant): boolean {
  return deadline !== undefined && deadline <= now;
}
