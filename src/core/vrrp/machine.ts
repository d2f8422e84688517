/**
 * The machine of one virtual router instance. It is told facts and answers orders; it reads no clock, owns no
 * socket, and everything it decides can be replayed. Here is what each event means to it; its states and the ways
 * between them are in `instance-states.ts`, its answers to other Masters in `as-master.ts`.
 */
import type { IpAddress } from '../base/address.ts';
import { unreachable } from '../base/assert.ts';
import { equalData } from '../base/equal-data.ts';
import type { Machine } from '../base/machine.ts';
import { elapsed, type Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { SaidRouter } from '../model/takeover.ts';
import { RESIGN_PRIORITY } from '../wire/protocol.ts';
import type { AcceptedAdvertisement } from './accepted-advertisement.ts';
import { hearAsMaster, hearDroppedAsMaster, hearResignationAsMaster } from './as-master.ts';
import type {
  PacketEvent,
  TransitionCause,
  TransitionReason,
  VrrpInstanceView,
  VrrpState,
} from './events-and-actions.ts';
import { because, type Takeover } from './heard-masters.ts';
import { Instance } from './instance.ts';
import type {
  InstanceAction,
  InstanceEvent,
  Membership,
  VrrpMachineOptions,
} from './instance-events.ts';
import {
  advertisementSent,
  claimMaster,
  enterBackup,
  enterFault,
  startUp,
  stepDown,
  stop,
} from './instance-states.ts';
import { instanceView } from './instance-view.ts';
import type { NetworkPicture } from './network-picture.ts';
import { actionFailedNotice } from './notices.ts';
import { releaseTakeover, saidRouter, takeoverChanged, tryTakeover } from './takeover.ts';
import {
  type Fault,
  type InstanceFacts,
  instanceFacts,
  priorityChange,
  recovery,
  sendsOtherwise,
  untracked,
} from './tracking.ts';

/** One virtual router instance. */
export class VrrpMachine implements Machine<InstanceEvent, InstanceAction, VrrpInstanceView> {
  readonly #one: Instance;

  constructor(options: VrrpMachineOptions) {
    this.#one = new Instance(options);
  }

  /** Earliest time at which the machine wants a `deadline` event. */
  get deadline(): Instant | undefined {
    return this.#one.timers.deadline;
  }

  /** Name in the configuration. */
  get name(): string {
    return this.#one.config.name;
  }

  /** The configuration in force. */
  get config(): VrrpInstanceConfig {
    return this.#one.config;
  }

  /** The present state. */
  get state(): VrrpState {
    return this.#one.state;
  }

  /** Why it is in this state. */
  get standing(): { readonly reason: TransitionReason; readonly cause?: TransitionCause } {
    const { reason, cause } = this.#one.standing;
    return { reason, ...(cause && { cause }) };
  }

  /** How the instance stands to a sync group. */
  get membership(): Membership {
    return this.#one.membership;
  }

  /** Interface index; 0 while the interface is missing. */
  get ifindex(): number {
    return this.#one.facts.ifindex;
  }

  /** Why the instance cannot take part by itself (not counting its group). */
  get fault(): Fault | undefined {
    return this.#one.fault;
  }

  /** True between the first advertisement as Master and what became of it. */
  get isClaiming(): boolean {
    return this.#one.claim !== undefined;
  }

  /** True when the instance is Master, or would be if its group let it. */
  get isReadyForMaster(): boolean {
    if (this.state !== 'BACKUP') return this.state === 'MASTER';
    return this.#one.wish.isWaiting || this.isClaiming;
  }

  /** Where it announces its addresses, as `announcedPlace` writes it; nowhere while it is not Master. */
  get announced(): ReadonlySet<string> {
    return this.state === 'MASTER' ? this.#one.announcer.places : new Set();
  }

  /** What a heartbeat says of it. */
  get said(): SaidRouter {
    return saidRouter(this.#one);
  }

  /** Runs one event to completion. */
  handle(now: Instant, event: InstanceEvent): readonly InstanceAction[] {
    const out: InstanceAction[] = [];
    const one = this.#one;
    one.now = now;
    one.out = out;
    switch (event.type) {
      case 'packet':
        this.#packet(event);
        break;
      case 'deadline':
        this.#deadlineReached();
        break;
      case 'network':
        this.#networkChanged(event.network);
        break;
      case 'start':
        this.#start(event.adopt);
        break;
      case 'wait':
        if (this.state === 'INIT' && !this.#one.keeper.hasOrder) this.#one.setAddresses(false);
        break;
      case 'becomeMaster':
        if (this.state === 'BACKUP') {
          claimMaster(one, one.wish.why() ?? because('sync-group', event.cause));
        }
        break;
      case 'stepDown':
        if (this.state === 'MASTER') stepDown(one, because(event.reason, event.cause));
        break;
      case 'hold':
        this.#hold(event.held ? because('sync-group', event.cause) : undefined);
        break;
      case 'expectSilence':
        if (this.state === 'BACKUP') one.watch.expectSilence(now);
        break;
      case 'takeover':
        takeoverChanged(one);
        break;
      case 'announceAgain':
        if (this.state === 'MASTER') one.announcer.heardLower('group', now, now, out);
        break;
      case 'reconfigure':
        this.#reconfigure(event.config, event.membership);
        break;
      case 'speakUp':
        // Peers hear at once what has changed, and one that was not to be heard before steps down.
        if (this.state !== 'MASTER') break;
        one.advertiseNow();
        one.conflict.reassert(now, out);
        break;
      case 'actionFailed':
        one.notice(actionFailedNotice(event));
        one.keeper.failed(now);
        break;
      case 'advertisementSent':
        advertisementSent(one, event);
        break;
      case 'stop':
        stop(one, event.reason);
        break;
      default:
        unreachable(event);
    }
    return out;
  }

  /** A snapshot for operators. */
  view(): VrrpInstanceView {
    return instanceView(this.#one);
  }

  // ---- packets and time

  #packet(packet: PacketEvent): void {
    const one = this.#one;
    // A packet that waited while this process did not run is handled before the timers.
    one.noticeLate(one.beat.overdue(one.now));
    const heard = one.hearing.hear(packet, one.now, one.out, {
      state: this.state,
      facts: one.facts,
      network: one.network,
      master: one.masters.last?.address,
    });
    const isMaster = this.state === 'MASTER';
    if (heard.type === 'dropped' && isMaster) hearDroppedAsMaster(one, packet, heard.rejection);
    if (heard.type !== 'accepted') return;
    const { advertisement, at } = heard;
    if (advertisement.priority === RESIGN_PRIORITY) this.#hearResignation(packet.source, at);
    else if (isMaster) hearAsMaster(one, advertisement, at);
    else this.#hearAsBackup(advertisement, at);
  }

  /** A resignation: in Backup an election, in Master a reason to speak at once. */
  #hearResignation(source: IpAddress, at: Instant): void {
    const one = this.#one;
    if (this.state !== 'BACKUP') {
      hearResignationAsMaster(one, source, at);
      return;
    }
    one.masters.resigned(source);
    one.watch.heardResignation(at);
    one.out.push({ type: 'resignationHeard' });
  }

  #hearAsBackup(advertisement: AcceptedAdvertisement, at: Instant): void {
    const one = this.#one;
    const interval = one.watch.masterAdvertInterval;
    const isHeeded = one.watch.heard(advertisement, at);
    one.masters.heard(advertisement, at, isHeeded);
    if (!isHeeded) {
      // A live Master of lower priority: no heartbeat has a say in that.
      if (one.heldTakeover !== undefined) tryTakeover(one);
      return;
    }
    one.wish.heard(one.now);
    releaseTakeover(one, 'master-heard');
    const learned = one.watch.masterAdvertInterval;
    if (learned === interval) return;
    one.notice({ id: 'vrrp.intervalLearned', before: interval, now: learned });
  }

  #deadlineReached(): void {
    const one = this.#one;
    const { now, out } = one;
    for (;;) {
      const timer = one.timers.takeDue(now);
      if (timer === undefined) return;
      switch (timer.name) {
        case 'masterDown':
          this.#masterDownExpired(timer.due);
          break;
        case 'adver':
          this.#adverExpired(timer.due);
          break;
        case 'announce':
          one.announcer.secondDue(now, out);
          break;
        case 'rival':
          one.conflict.over(now, out);
          break;
        case 'conflict':
          one.conflict.watchDue(now, out);
          break;
        case 'wish':
          one.wish.due(now);
          break;
        case 'refresh':
          one.announcer.refreshDue(now, out);
          break;
        case 'extra':
          one.announcer.extraDue(now, out);
          break;
        case 'retry':
          one.keeper.repeat(out);
          break;
        case 'sendRetry':
          this.#withFaults(() => one.sending.retry());
          break;
        default:
          unreachable(timer.name);
      }
    }
  }

  #masterDownExpired(due: Instant): void {
    const one = this.#one;
    if (one.watch.doubts(due, one.now)) {
      const late = elapsed(due, one.now);
      one.notice({ id: 'vrrp.lateDeadline', timer: 'master-down', late });
      return;
    }
    tryTakeover(one);
  }

  #adverExpired(due: Instant): void {
    const one = this.#one;
    if (!one.beat.hasOutsleptPeer(one.config, one.now)) {
      one.advertise();
      one.noticeLate(one.beat.next(due, one.now));
      return;
    }
    // A peer is Master by now, and a farewell would start an election against it.
    const cause = { kind: 'stall', silent: one.beat.silence(one.now) } as const;
    enterBackup(one, { reason: 'late-deadline', cause }, 'silently');
  }

  // ---- the host

  #networkChanged(network: NetworkPicture): void {
    const one = this.#one;
    one.network = network;
    const facts = instanceFacts(one.config, network, one.facts.primaryAddress);
    this.#withFaults(() => {
      if (sendsOtherwise(one.facts, facts)) one.sending.retry();
      one.facts = facts;
    });
    one.announcer.networkChanged(network, this.state === 'MASTER', one.out);
  }

  /** Makes a change, and follows when it begins or ends what keeps the instance from taking part. */
  #withFaults(change: () => void): void {
    const one = this.#one;
    const { facts, fault: before } = one;
    change();
    const { fault } = one;
    const priority = one.facts.effectivePriority;
    one.watch.configure({ config: one.config, priority }, one.now);
    if (this.state !== 'INIT') this.#tellPriority(facts);
    if (this.state === 'INIT' || equalData(fault, before)) return;
    if (fault !== undefined) enterFault(one, fault);
    // A member waits in FAULT until its group has no fault left.
    else if (one.membership.group === undefined) startUp(one, recovery(before));
    else if (one.held !== undefined) enterFault(one, one.held);
    one.out.push({ type: 'faultChanged' });
  }

  #tellPriority(before: InstanceFacts): void {
    const change = priorityChange(before, this.#one.facts);
    if (change === undefined) return;
    this.#one.out.push({ type: 'priorityChanged', instance: this.name, ...change });
  }

  #hold(held: Takeover | undefined): void {
    this.#one.held = held;
    if (this.state === 'INIT' || this.fault !== undefined) return;
    if (held !== undefined) enterFault(this.#one, held);
    else if (this.state === 'FAULT') startUp(this.#one, { reason: 'sync-group-recovered' });
  }

  #start(adopt: boolean): void {
    const one = this.#one;
    if (this.state !== 'INIT') return;
    this.#tellPriority(untracked(one.facts, one.config.priority));
    const { fault } = this;
    if (fault !== undefined) enterFault(one, fault);
    else if (one.held !== undefined) enterFault(one, one.held);
    else if (adopt) claimMaster(one, { reason: 'adopted' });
    else startUp(one, { reason: 'startup' });
  }

  // ---- reload

  #reconfigure(config: VrrpInstanceConfig, membership: Membership): void {
    const one = this.#one;
    const before = one.config;
    one.config = config;
    one.membership = membership;
    one.advertiser.configure(config);
    one.hearing.configure(config);
    one.announcer.configure(config, one.now);
    const facts = instanceFacts(config, one.network, one.facts.primaryAddress);
    this.#withFaults(() => {
      one.sending.retry();
      one.facts = facts;
    });
    if (this.state === 'BACKUP' && (one.wish.isWaiting || one.heldTakeover !== undefined)) {
      // It was waiting for a group, a peer or a witness that may be another one now: it asks again.
      one.timers.set('masterDown', one.now);
    }
    if (this.state !== 'INIT') {
      const isMaster = this.state === 'MASTER';
      const added = one.keeper.change(before, config, isMaster, one.out);
      if (isMaster && added.length > 0) one.announcer.added(added, one.now, one.out);
    }
    one.beat.configure(config);
  }
}
