/**
 * The VRRP router: all instances and sync groups of one process behind one machine. It hands each event to
 * the instance it concerns, carries group decisions out, keeps announcements at their pace, and exposes the
 * earliest deadline of everything. Cost of a packet or a timer does not grow with the number of instances
 * (beyond the logarithm of the deadline heap).
 */

import { type IpFamily, isMulticast } from '../base/address.ts';
import { unreachable } from '../base/assert.ts';
import { equalData } from '../base/equal-data.ts';
import type { Machine } from '../base/machine.ts';
import type { Instant } from '../base/time.ts';
import { DeadlineHeap, type DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { type LinksConfig, NO_LINKS } from '../model/links.ts';
import type { SaidRouter } from '../model/takeover.ts';
import { trackerKey } from '../model/tracker-fact.ts';
import type { KeyedDigests } from '../wire/keyed-digests.ts';
import { messageOf } from './accepted-advertisement.ts';
import { adoptable } from './adoption.ts';
import { AnnounceQueue, type WantedOf } from './announce-queue.ts';
import { duplicateRouters } from './duplicate-routers.ts';
import type {
  AnnounceResult,
  PacketEvent,
  VrrpAction,
  VrrpConfig,
  VrrpEvent,
  VrrpView,
} from './events-and-actions.ts';
import { withGroupTrackers } from './group-trackers.ts';
import { HostPicture, type NetworkEvent } from './host-picture.ts';
import type { InstanceAction, InstanceEvent, Membership } from './instance-events.ts';
import { DUE_PER_EVENT_MAX } from './limits.ts';
import { VrrpMachine } from './machine.ts';
import { membershipsOf } from './membership.ts';
import { NoticeBudget } from './notices.ts';
import { matchInstances, reloadVerdict } from './reload.ts';
import { foretellResignation, type ResignAnswer } from './resignation.ts';
import { RouterNotices } from './router-notices.ts';
import { StartupDelay } from './startup-delay.ts';
import { newRouterCounters, strayCounter } from './stray-packets.ts';
import { type GroupOrder, regroup, type SyncGroup } from './sync-group.ts';
import { concernsTakeover, TakeoverFacts, type TakeoverNews } from './takeover-facts.ts';
import { waitsForTrackers } from './trackers.ts';
import { WallClock } from './wall-clock.ts';

/** What the router needs from outside. */
export type VrrpRouterOptions = KeyedDigests;

type ConfigureEvent = Extract<VrrpEvent, { readonly type: 'configure' }>;

/** All virtual router instances of one process. */
export class VrrpRouter implements Machine<VrrpEvent, VrrpAction, VrrpView> {
  readonly #takeover = new TakeoverFacts();
  readonly #digests: KeyedDigests;
  readonly #clock = new WallClock();
  readonly #heap = new DeadlineHeap<DeadlineItem>();
  readonly #queue = new AnnounceQueue();
  readonly #noticeBudget = new NoticeBudget();
  readonly #demultiplexer = new Demultiplexer();
  readonly #counters = newRouterCounters();
  readonly #host = new HostPicture();
  readonly #notices = new RouterNotices(this.#noticeBudget, this.#host);
  readonly #startup = new StartupDelay();
  #machines = new Map<string, VrrpMachine>();
  #groups: readonly SyncGroup[] = [];
  #groupOf = new Map<string, SyncGroup>();
  /** Names of instances that must not start: another has the same key on the wire. */
  #duplicates: ReadonlySet<string> = new Set();
  #adopt: ReadonlySet<string> = new Set();
  #isConfigured = false;
  #logsUnknownVrids = false;
  #links: LinksConfig = NO_LINKS;
  #isShutDown = false;
  #now: Instant = 0 as Instant;
  #out: VrrpAction[] = [];

  constructor(options: VrrpRouterOptions) {
    this.#digests = options;
  }

  /** The earliest deadline of instances, waiting announcements and the start-up delay. */
  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  /** Runs one event to completion; after a shutdown nothing has an effect. */
  handle(now: Instant, event: VrrpEvent): readonly VrrpAction[] {
    const out: VrrpAction[] = [];
    if (this.#isShutDown && event.type !== 'advertisementSent') return out;
    this.#now = now;
    this.#out = out;
    switch (event.type) {
      case 'packet':
        this.#packet(event);
        break;
      case 'deadline':
        this.#deadlineReached();
        break;
      case 'network':
        this.#networkChanged(event);
        break;
      case 'configure':
        this.#configure(withGroupTrackers(event.config), event);
        break;
      case 'wallClock':
        // What it showed until now stays its highest.
        this.#clock.at(now);
        this.#clock.set(event.ahead);
        break;
      case 'trackers':
        this.#trackersChanged(event);
        break;
      case 'takeover':
        this.#takeoverChanged(event);
        break;
      case 'actionFailed':
      case 'advertisementSent':
        this.#tell(event.instance, event);
        break;
      case 'announced':
        this.#announced(event.results);
        break;
      case 'resign':
        this.#tell(event.instance, { type: 'stepDown', reason: 'operator' });
        break;
      case 'routingLost':
        this.#tell(event.instance, { type: 'stepDown', reason: 'routing-lost' });
        break;
      case 'shutdown':
        this.#shutdown();
        break;
      default:
        unreachable(event);
    }
    return out;
  }

  /** What an order to resign would do to an instance now. */
  foretellResignation(name: string): ResignAnswer {
    const machine = this.#machines.get(name);
    if (machine === undefined) return { outcome: 'unknown' };
    return foretellResignation(machine.view(), machine.config);
  }

  /** What heartbeats say of the instances. */
  said(): readonly SaidRouter[] {
    return Array.from(this.#machines.values(), ({ said }) => said);
  }

  /** A snapshot of everything. */
  view(): VrrpView {
    return {
      instances: Array.from(this.#machines.values(), (machine) => machine.view()),
      groups: this.#groups.map(({ name, state, members }) => ({
        name,
        state,
        members: members.map((member) => member.name),
      })),
      router: { ...this.#counters },
    };
  }

  // ---- packets and time

  #packet(packet: PacketEvent): void {
    const message = messageOf(packet);
    const machine = this.#demultiplexer.find(packet, message);
    if (machine === undefined) {
      const counter = strayCounter(packet, message);
      this.#counters[counter] += 1;
      if (counter === 'vridErrors' && this.#logsUnknownVrids) {
        this.#notices.unknownVrid(packet, message, this.#now, this.#out);
      }
      return;
    }
    this.#dispatch(machine, packet);
    this.#settle(machine);
  }

  #deadlineReached(): void {
    for (let count = 0; count < DUE_PER_EVENT_MAX; count++) {
      const due = this.#heap.deadline;
      const item = this.#heap.first;
      if (item === undefined || due === undefined || due > this.#now) return;
      if (item === this.#queue) {
        this.#queue.advance(this.#now, this.#out);
        this.#heap.update(this.#queue);
      } else if (item === this.#startup) {
        this.#startup.end();
        this.#heap.update(this.#startup);
        this.#startAll();
        this.#settleAll();
      } else if (item === this.#host.delays) {
        this.#linksCount();
      } else if (item instanceof VrrpMachine) {
        this.#dispatch(item, { type: 'deadline' });
        this.#settle(item);
      }
    }
  }

  // ---- announcements

  #announced(results: readonly AnnounceResult[]): void {
    const refused = this.#queue.settle(results, this.#now, this.#wantedAnnouncements());
    this.#notices.announcementsRefused(refused, this.#now, this.#out);
    this.#heap.update(this.#queue);
  }

  /** What may wait to be announced; each instance is asked once. */
  #wantedAnnouncements(): WantedOf {
    const known = new Map<string, ReadonlySet<string>>();
    return (name) => {
      const wanted = known.get(name) ?? this.#machines.get(name)?.announced ?? new Set();
      known.set(name, wanted);
      return wanted;
    };
  }

  // ---- the host

  #networkChanged(event: NetworkEvent): void {
    this.#host.take(event, this.#machines.values(), this.#now);
    this.#heap.update(this.#host.delays);
    this.#spreadPicture();
    this.#startAll();
    this.#settleAll();
  }

  /** A change of a link that was delayed counts now. */
  #linksCount(): void {
    this.#host.rebuild(this.#machines.values(), this.#now);
    this.#heap.update(this.#host.delays);
    this.#spreadPicture();
    this.#startAll();
    this.#settleAll();
  }

  #spreadPicture(): void {
    const network = this.#host.picture;
    if (network === undefined) return;
    this.#queue.group(this.#host.announceGroups(this.#links.announceGroups));
    for (const machine of this.#machines.values()) {
      this.#dispatch(machine, { type: 'network', network });
    }
    this.#queue.keep(this.#wantedAnnouncements());
    this.#heap.update(this.#queue);
    this.#demultiplexer.rebuild(this.#machines.values());
  }

  // ---- what is tracked beside interfaces

  #trackersChanged({ facts, isComplete }: Extract<VrrpEvent, { readonly type: 'trackers' }>): void {
    this.#host.trackers.take(facts, isComplete);
    const network = this.#host.picture;
    if (network === undefined) return;
    const changed = new Set(facts.map(trackerKey));
    for (const machine of this.#machines.values()) {
      const { trackers = [] } = machine.config;
      const isConcerned = isComplete || trackers.some((one) => changed.has(trackerKey(one)));
      if (isConcerned && trackers.length > 0) {
        this.#dispatch(machine, { type: 'network', network });
      }
    }
    this.#startAll();
    this.#settleAll();
  }

  /** Until the first results of what it, or another member of its group, tracks without a weight. */
  #waits(machine: VrrpMachine): boolean {
    const members = this.#groupOf.get(machine.name)?.members ?? [machine];
    return members.some(({ config }) => waitsForTrackers(config, this.#host.trackers));
  }

  // ---- peers and witnesses

  #takeoverChanged(news: TakeoverNews): void {
    this.#takeover.take(news);
    for (const machine of this.#machines.values()) {
      if (!concernsTakeover(machine.config, news)) continue;
      this.#dispatch(machine, { type: 'takeover' });
      this.#settle(machine);
    }
  }

  // ---- start

  /** A reload puts it into a group that has been adopted: members agree, so it does not wait for the delay alone. */
  #joinsMaster(machine: VrrpMachine): boolean {
    const members = this.#groupOf.get(machine.name)?.members ?? [];
    return members.some(({ state }) => state === 'MASTER');
  }

  /** Starts what is still in INIT, once configuration and host are known and the delay is over. */
  #startAll(): void {
    if (!this.#isConfigured || this.#host.picture === undefined) return;
    const isDelayed = this.#startup.deadline !== undefined;
    for (const group of this.#groups) this.#carryOut(group.hold());
    const adopted = adoptable(this.#adopt, this.#machines.values(), this.#groups);
    for (const machine of this.#machines.values()) {
      if (machine.state !== 'INIT' || this.#duplicates.has(machine.name)) continue;
      const adopt = adopted.has(machine);
      // One that goes on as Master does not give it up for a result that is on its way.
      const isReady = (!isDelayed || this.#joinsMaster(machine)) && !this.#waits(machine);
      this.#dispatch(machine, isReady || adopt ? { type: 'start', adopt } : { type: 'wait' });
    }
    if (!isDelayed) this.#adopt = new Set();
  }

  // ---- configuration

  #configure(config: VrrpConfig, { adopt, uptime }: ConfigureEvent): void {
    const isFirst = !this.#isConfigured;
    this.#isConfigured = true;
    this.#logsUnknownVrids = config.logUnknownVrids === true;
    this.#host.trackers.keepSessions(config.bfd.map(({ name }) => name));
    this.#links = config.links ?? NO_LINKS;
    this.#host.delays.configure(this.#links.delays);
    if (isFirst) {
      this.#adopt = new Set(adopt);
      const delayed = this.#startup.begin(config, uptime, this.#now);
      if (delayed !== undefined) this.#out.push({ type: 'notice', ...delayed });
      this.#heap.update(this.#startup);
    }
    const before = new Set(this.#machines.values());
    const membershipOf = membershipsOf(config);
    const kept = this.#goOn(config);
    this.#stopGone(before, new Set(kept.values()));
    this.#renameWaiting(kept);
    const changed = this.#reconfigureKept(config, kept, membershipOf);
    this.#groups = regroup(config.syncGroups, this.#machines, this.#groups);
    for (const group of this.#groups) {
      for (const member of group.members) this.#groupOf.set(member.name, group);
    }
    this.#host.configure(config.statics);
    this.#host.rebuild(this.#machines.values(), this.#now);
    this.#heap.update(this.#host.delays);
    this.#spreadPicture();
    this.#findDuplicates(config);
    this.#startAll();
    if (!isFirst) this.#reconcileGroups(before);
    for (const machine of changed) this.#dispatch(machine, { type: 'speakUp' });
    this.#settleAll();
  }

  /** The machines that go on, by their name in the new configuration. */
  #goOn(config: VrrpConfig): ReadonlyMap<string, VrrpMachine> {
    const kept = new Map<string, VrrpMachine>();
    const running = Array.from(this.#machines.values(), (machine) => machine.config);
    const matches = matchInstances(running, config.instances);
    for (const instance of config.instances) {
      const old = matches.get(instance.name);
      const machine = old && this.#machines.get(old.name);
      if (machine === undefined || reloadVerdict(machine.config, instance) === 'restart') continue;
      kept.set(instance.name, machine);
    }
    return kept;
  }

  /** Announcements that wait under an old name get the new one. */
  #renameWaiting(kept: ReadonlyMap<string, VrrpMachine>): void {
    const renamed = new Map<string, string>();
    for (const [to, { name: from }] of kept) if (from !== to) renamed.set(from, to);
    if (renamed.size > 0) this.#queue.rename(renamed);
  }

  /** Ends instances that are gone or have to restart. */
  #stopGone(before: ReadonlySet<VrrpMachine>, kept: ReadonlySet<VrrpMachine>): void {
    this.#groupOf = new Map();
    for (const machine of before) {
      if (kept.has(machine)) continue;
      this.#dispatch(machine, { type: 'stop', reason: 'configuration' });
      this.#heap.remove(machine);
      this.#queue.forget(machine.name);
    }
  }

  /** Puts the instances of the new configuration in its order; those that changed in place are returned. */
  #reconfigureKept(
    config: VrrpConfig,
    kept: ReadonlyMap<string, VrrpMachine>,
    membershipOf: (instance: VrrpInstanceConfig) => Membership,
  ): readonly VrrpMachine[] {
    this.#machines = new Map();
    const changed: VrrpMachine[] = [];
    for (const instance of config.instances) {
      const membership = membershipOf(instance);
      const machine = kept.get(instance.name);
      if (machine === undefined) {
        const machine = new VrrpMachine({
          config: instance,
          membership,
          digests: this.#digests,
          clock: this.#clock,
          now: this.#now,
          noticeBudget: this.#noticeBudget,
          takeover: this.#takeover,
        });
        this.#machines.set(instance.name, machine);
        continue;
      }
      this.#machines.set(instance.name, machine);
      const isSameMember = equalData(machine.membership, membership);
      if (reloadVerdict(machine.config, instance) === 'unchanged' && isSameMember) continue;
      this.#dispatch(machine, { type: 'reconfigure', config: instance, membership });
      if (membership.group === undefined) this.#dispatch(machine, { type: 'hold', held: false });
      changed.push(machine);
    }
    return changed;
  }

  #reconcileGroups(old: ReadonlySet<VrrpMachine>): void {
    for (const group of this.#groups) {
      this.#carryOut(group.hold());
      this.#carryOut(group.reconcile((member) => !old.has(member)));
    }
  }

  #findDuplicates({ instances }: VrrpConfig): void {
    const duplicates = duplicateRouters(instances);
    this.#duplicates = duplicates;
    for (const instance of duplicates) {
      this.#out.push({ type: 'notice', id: 'vrrp.duplicateVrid', instance });
    }
  }

  #shutdown(): void {
    this.#groupOf = new Map();
    for (const machine of this.#machines.values()) {
      this.#dispatch(machine, { type: 'stop', reason: 'shutdown' });
      this.#heap.remove(machine);
    }
    for (const group of this.#groups) for (const member of group.members) group.observe(member);
    this.#settleAll();
    this.#heap.remove(this.#queue);
    this.#heap.remove(this.#startup);
    this.#heap.remove(this.#host.delays);
    this.#isShutDown = true;
  }

  // ---- carrying events to instances and their answers out

  #tell(name: string, event: InstanceEvent): void {
    const machine = this.#machines.get(name);
    if (machine === undefined) return;
    this.#dispatch(machine, event);
    this.#settle(machine);
  }

  #dispatch(machine: VrrpMachine, event: InstanceEvent): void {
    const group = this.#groupOf.get(machine.name);
    const actions = machine.handle(this.#now, event);
    this.#heap.update(machine);
    group?.observe(machine);
    for (const action of actions) this.#perform(machine, action);
    if (group === undefined) return;
    for (const action of actions) this.#carryOut(group.react(machine, action, this.#now));
  }

  #perform(machine: VrrpMachine, action: InstanceAction): void {
    switch (action.type) {
      case 'burst':
        this.#queue.add(action, this.#now, this.#out);
        this.#heap.update(this.#queue);
        break;
      case 'wantsMaster':
      case 'resignationHeard':
      case 'lowerPriorityHeard':
      case 'faultChanged':
        break;
      case 'transition':
        if (action.from === 'MASTER') {
          this.#queue.cancel(machine.name);
          this.#heap.update(this.#queue);
        }
        this.#out.push(action);
        break;
      default:
        this.#out.push(action);
    }
  }

  #carryOut(orders: readonly GroupOrder[]): void {
    for (const { member, event } of orders) this.#dispatch(member, event);
  }

  #settle(machine: VrrpMachine): void {
    const group = this.#groupOf.get(machine.name);
    if (group !== undefined) this.#settleGroup(group);
  }

  #settleAll(): void {
    for (const group of this.#groups) this.#settleGroup(group);
  }

  #settleGroup(group: SyncGroup): void {
    this.#carryOut(group.holdOtherwise());
    const change = group.settle();
    if (change === undefined) return;
    this.#out.push({ type: 'groupTransition', group: group.name, ...change });
  }
}

/**
 * Finds the instance a packet is for, in constant time: by interface, family, VRID and whether it came to the
 * group or to a single address (a unicast and a multicast instance may share a VRID on one interface). Unicast
 * instances may share all of that when they have other sources or peers.
 */
class Demultiplexer {
  readonly #byKey = new Map<number, VrrpMachine[]>();

  /** Builds the index anew; interface indexes may have changed. */
  rebuild(machines: Iterable<VrrpMachine>): void {
    this.#byKey.clear();
    for (const machine of machines) {
      const { ifindex, config } = machine;
      if (ifindex === 0) continue;
      const isUnicast = config.unicastPeers.length > 0;
      const key = keyOf(ifindex, config.family, config.vrid, isUnicast);
      const others = this.#byKey.get(key);
      if (others === undefined) this.#byKey.set(key, [machine]);
      else others.push(machine);
    }
  }

  /**
   * The instance for a message. When only an instance of the other mode has the VRID, that one: its
   * checks will say "wrong destination" and count it.
   */
  find(packet: PacketEvent, message: Uint8Array): VrrpMachine | undefined {
    const vrid = message[1];
    if (vrid === undefined) return undefined;
    const { ifindex, family } = packet;
    const isUnicast = !isMulticast(packet.destination);
    const found =
      this.#byKey.get(keyOf(ifindex, family, vrid, isUnicast)) ??
      this.#byKey.get(keyOf(ifindex, family, vrid, !isUnicast));
    if (found === undefined || found.length === 1) return found?.[0];
    return found.find((machine) => isMeant(machine, packet)) ?? found[0];
  }
}

/** True for the instance that has the sender as a peer and sends from where the packet goes. */
function isMeant({ config }: VrrpMachine, { source, destination }: PacketEvent): boolean {
  const { sourceAddress, unicastPeers } = config;
  const isPeer = unicastPeers.some(({ address }) => address === source);
  return isPeer && (sourceAddress === undefined || sourceAddress === destination);
}

function keyOf(ifindex: number, family: IpFamily, vrid: number, isUnicast: boolean): number {
  return ifindex * 1024 + (family === 'ipv6' ? 512 : 0) + (isUnicast ? 256 : 0) + vrid;
}
