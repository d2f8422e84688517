/**
 * The machine of one virtual router instance: Initialize, Backup and Master of RFC 9568 section 6.4 and RFC
 * 3768 section 6.4, and FAULT, keepalived's name for "cannot take part". It is told facts and answers orders;
 * it reads no clock, owns no socket, and everything it decides can be replayed. Mastership of a member of a
 * sync group is decided by the group: the machine only says that it wants it.
 */
import type { IpAddress } from '../base/address.ts';
import { unreachable } from '../base/assert.ts';
import { equalData } from '../base/equal-data.ts';
import type { Machine } from '../base/machine.ts';
import { type Duration, elapsed, type Instant } from '../base/time.ts';
import { TimerTable } from '../base/timing/timers.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { RESIGN_PRIORITY } from '../wire/protocol.ts';
import { AddressKeeper, allAddresses } from './address-keeper.ts';
import { Advertiser } from './advertiser.ts';
import { Announcer } from './announcer.ts';
import { AnswerPace } from './answer-pace.ts';
import { Beat } from './beat.ts';
import { Conflict, type HeardWhen } from './conflict.ts';
import { newCounters } from './counters.ts';
import { outcomeAgainst } from './election.ts';
import type {
  TransitionCause,
  TransitionReason,
  VrrpCounters,
  VrrpInstanceView,
  VrrpState,
} from './events-and-actions.ts';
import { GroupWish } from './group-wish.ts';
import { because, HeardMasters, type Takeover } from './heard-masters.ts';
import { Hearing } from './hearing.ts';
import type {
  InstanceAction,
  InstanceEvent,
  Membership,
  VrrpMachineOptions,
} from './instance-events.ts';
import { instanceView } from './instance-view.ts';
import { MasterWatch } from './master-watch.ts';
import type { NetworkPicture } from './network-picture.ts';
import { actionFailedNotice, type InstanceNotice, NoticeLimiter } from './notices.ts';
import type { AcceptedAdvertisement, PacketEvent } from './reception.ts';
import { type SendResult, SendWatch } from './send-watch.ts';
import { Standing } from './standing.ts';
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
  readonly #counters: VrrpCounters = newCounters();
  readonly #timers = new TimerTable();
  readonly #notices: NoticeLimiter;
  readonly #standing: Standing;
  readonly #watch: MasterWatch;
  readonly #keeper: AddressKeeper;
  readonly #announcer: Announcer;
  readonly #conflict: Conflict;
  readonly #answers = new AnswerPace();
  readonly #advertiser: Advertiser;
  readonly #beat: Beat;
  readonly #hearing: Hearing;
  readonly #sending: SendWatch;
  #config: VrrpInstanceConfig;
  #membership: Membership;
  #network: NetworkPicture | undefined;
  #facts: InstanceFacts;
  /** A member of the group, perhaps this one, is at fault: which. */
  #held: Takeover | undefined;
  readonly #masters = new HeardMasters();
  /** The down timer has run out, and the group has not decided yet. */
  readonly #wish: GroupWish;
  /** The first advertisement as Master is ordered, and nothing is known of it yet; why. */
  #claim: Takeover | undefined;
  #now: Instant;
  #out: InstanceAction[] = [];

  constructor(options: VrrpMachineOptions) {
    const { config, membership, hmacMd5, now } = options;
    const counters = this.#counters;
    const parts = { hmacMd5, sequence: { received: 0, sent: 0 } };
    this.#config = config;
    this.#membership = membership;
    this.#notices = new NoticeLimiter(options.noticeBudget);
    this.#watch = new MasterWatch(config, this.#timers);
    this.#keeper = new AddressKeeper(this.#timers);
    this.#announcer = new Announcer(config, this.#timers, counters);
    this.#conflict = new Conflict(this.#timers, this.#announcer);
    this.#advertiser = new Advertiser(config, parts);
    this.#beat = new Beat(config, { timers: this.#timers, advertiser: this.#advertiser, now });
    this.#hearing = new Hearing(config, { ...parts, counters, notices: this.#notices });
    this.#sending = new SendWatch(this.#timers, counters);
    this.#wish = new GroupWish(this.#timers, (notice) => this.#notice(notice));
    this.#facts = instanceFacts(config, undefined, undefined);
    this.#standing = new Standing(now);
    this.#now = now;
  }

  /** Earliest time at which the machine wants a `deadline` event. */
  get deadline(): Instant | undefined {
    return this.#timers.deadline;
  }

  /** Name in the configuration. */
  get name(): string {
    return this.#config.name;
  }

  /** The configuration in force. */
  get config(): VrrpInstanceConfig {
    return this.#config;
  }

  /** The present state. */
  get state(): VrrpState {
    return this.#standing.state;
  }

  /** Why it is in this state. */
  get standing(): { readonly reason: TransitionReason; readonly cause?: TransitionCause } {
    const { reason, cause } = this.#standing;
    return { reason, ...(cause && { cause }) };
  }

  /** How the instance stands to a sync group. */
  get membership(): Membership {
    return this.#membership;
  }

  /** Interface index; 0 while the interface is missing. */
  get ifindex(): number {
    return this.#facts.ifindex;
  }

  /** Why the instance cannot take part by itself (not counting its group). */
  get fault(): Fault | undefined {
    return this.#facts.fault ?? this.#sending.fault;
  }

  /** True between the first advertisement as Master and what became of it. */
  get isClaiming(): boolean {
    return this.#claim !== undefined;
  }

  /** True when the instance is Master, or would be if its group let it. */
  get isReadyForMaster(): boolean {
    if (this.state !== 'BACKUP') return this.state === 'MASTER';
    return this.#wish.isWaiting || this.isClaiming;
  }

  /** Runs one event to completion. */
  handle(now: Instant, event: InstanceEvent): readonly InstanceAction[] {
    const out: InstanceAction[] = [];
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
        this.#networkChanged(event.network);
        break;
      case 'start':
        this.#start(event.adopt);
        break;
      case 'becomeMaster':
        if (this.state === 'BACKUP') {
          this.#claimMaster(this.#wish.why() ?? because('sync-group', event.cause));
        }
        break;
      case 'stepDown':
        if (this.state === 'MASTER') this.#enterBackup(because(event.reason, event.cause));
        break;
      case 'hold':
        this.#hold(event.held ? because('sync-group', event.cause) : undefined);
        break;
      case 'expectSilence':
        if (this.state === 'BACKUP') this.#watch.expectSilence(now);
        break;
      case 'announceAgain':
        if (this.state === 'MASTER') this.#announcer.heardLower('group', now, now, out);
        break;
      case 'reconfigure':
        this.#reconfigure(event.config, event.membership);
        break;
      case 'speakUp':
        // Peers hear at once what has changed, and one that was not to be heard before steps down.
        if (this.state !== 'MASTER') break;
        this.#advertiseNow();
        this.#conflict.reassert(now, out);
        break;
      case 'actionFailed':
        this.#notice(actionFailedNotice(event));
        this.#keeper.failed(now);
        break;
      case 'advertisementSent':
        this.#advertisementSent(event);
        break;
      case 'stop':
        this.#stop(event.reason);
        break;
      default:
        unreachable(event);
    }
    return out;
  }

  /** A snapshot for operators. */
  view(): VrrpInstanceView {
    return instanceView(this.#config, {
      standing: this.#standing,
      facts: this.#facts,
      watch: this.#watch,
      master: this.#masters.last,
      conflicts: this.#conflict.view,
      syncGroup: this.#membership.group,
      groupWaitSince: this.#wish.longSince,
      counters: this.#counters,
    });
  }

  // ---- packets and time

  #packet(packet: PacketEvent): void {
    // A packet that waited while this process did not run is handled before the timers.
    this.#noticeLate(this.#beat.overdue(this.#now));
    const heard = this.#hearing.hear(packet, this.#now, this.#out, {
      state: this.state,
      facts: this.#facts,
      network: this.#network,
      master: this.#masters.last?.address,
    });
    if (heard.type === 'dropped' && this.state === 'MASTER') {
      const difference = () => this.#hearing.difference(packet, heard.rejection, this.#facts);
      const when = this.#when(packet.receivedAt);
      this.#conflict.dropped(packet, heard.rejection, difference, when, this.#out);
    }
    if (heard.type !== 'accepted') return;
    const { advertisement, at } = heard;
    if (advertisement.priority === RESIGN_PRIORITY) this.#hearResignation(packet.source, at);
    else if (this.state === 'MASTER') this.#hearAsMaster(advertisement, at);
    else this.#hearAsBackup(advertisement, at);
  }

  #deadlineReached(): void {
    for (;;) {
      const timer = this.#timers.takeDue(this.#now);
      if (timer === undefined) return;
      switch (timer.name) {
        case 'masterDown':
          this.#masterDownExpired(timer.due);
          break;
        case 'adver':
          this.#adverExpired(timer.due);
          break;
        case 'announce':
          this.#announcer.secondDue(this.#now, this.#out);
          break;
        case 'rival':
          this.#conflict.over(this.#now, this.#out);
          break;
        case 'conflict':
          this.#conflict.watchDue(this.#now, this.#out);
          break;
        case 'wish':
          this.#wish.due(this.#now);
          break;
        case 'refresh':
          this.#announcer.refreshDue(this.#now, this.#out);
          break;
        case 'retry':
          this.#keeper.repeat(this.#out);
          break;
        case 'sendRetry':
          this.#withFaults(() => this.#sending.retry());
          break;
        default:
          unreachable(timer.name);
      }
    }
  }

  // ---- the host

  #networkChanged(network: NetworkPicture): void {
    this.#network = network;
    this.#applyFacts(instanceFacts(this.#config, network, this.#facts.primaryAddress));
    this.#announcer.networkChanged(network, this.state === 'MASTER', this.#out);
  }

  #applyFacts(facts: InstanceFacts): void {
    this.#withFaults(() => {
      if (sendsOtherwise(this.#facts, facts)) this.#sending.retry();
      this.#facts = facts;
    });
  }

  /** Makes a change, and follows when it begins or ends what keeps the instance from taking part. */
  #withFaults(change: () => void): void {
    const { fault: before } = this;
    const facts = this.#facts;
    change();
    const { fault } = this;
    const priority = this.#facts.effectivePriority;
    this.#watch.configure({ config: this.#config, priority }, this.#now);
    if (this.state !== 'INIT') this.#tellPriority(facts);
    if (this.state === 'INIT' || equalData(fault, before)) return;
    if (fault !== undefined) this.#enterFault(fault);
    // A member waits in FAULT until its group has no fault left.
    else if (this.#membership.group === undefined) this.#startUp(recovery(before));
    else if (this.#held !== undefined) this.#enterFault(this.#held);
    this.#out.push({ type: 'faultChanged' });
  }

  #tellPriority(before: InstanceFacts): void {
    const change = priorityChange(before, this.#facts);
    if (change) this.#out.push({ type: 'priorityChanged', instance: this.name, ...change });
  }

  #hold(held: Takeover | undefined): void {
    this.#held = held;
    if (this.state === 'INIT' || this.fault !== undefined) return;
    if (held !== undefined) this.#enterFault(held);
    else if (this.state === 'FAULT') this.#startUp({ reason: 'sync-group-recovered' });
  }

  // ---- Initialize and Fault

  #start(adopt: boolean): void {
    if (this.state !== 'INIT') return;
    this.#tellPriority(untracked(this.#facts, this.#config.priority));
    const { fault } = this;
    if (fault !== undefined) this.#enterFault(fault);
    else if (this.#held !== undefined) this.#enterFault(this.#held);
    else if (adopt) this.#claimMaster({ reason: 'adopted' });
    else this.#startUp({ reason: 'startup' });
  }

  /** RFC 9568 section 6.4.1; also when a fault ends. What was learned is forgotten. */
  #startUp(why: Takeover): void {
    const { startsAsMaster, group } = this.#membership;
    const owner: Takeover = { reason: 'owner' };
    if (startsAsMaster && group === undefined) {
      this.#claimMaster(owner);
      return;
    }
    this.#enterBackup(why);
    if (startsAsMaster) this.#wantMaster(() => owner);
  }

  /** In FAULT only what is wrong changes. */
  #enterFault({ reason, cause }: Takeover): void {
    this.#exit({ farewell: true });
    if (this.state === 'FAULT') {
      this.#standing.restate(reason, cause);
      return;
    }
    if (this.state !== 'MASTER') this.#setAddresses(false);
    this.#transition('FAULT', { reason, ...(cause && { cause }) });
  }

  #stop(reason: TransitionReason): void {
    if (this.state === 'INIT') return;
    this.#exit({ farewell: true });
    this.#timers.clearAll();
    this.#transition('INIT', { reason });
  }

  // ---- Backup

  /** Without `displaced` nothing is known of another Master; with it, that one displaced us at `at`. */
  #enterBackup(
    why: Takeover,
    displaced?: { readonly by: AcceptedAdvertisement; readonly at: Instant },
  ): void {
    this.#exit({ farewell: displaced === undefined });
    // Also at start-up: a crashed predecessor may have left its addresses behind.
    if (this.state !== 'MASTER') this.#setAddresses(false);
    if (displaced === undefined) {
      this.#watch.start(this.#now);
      this.#masters.begin();
    } else {
      this.#watch.startWith(displaced.by, displaced.at);
      this.#masters.heard(displaced.by, displaced.at, true);
    }
    this.#transition('BACKUP', why);
  }

  #hearAsBackup(advertisement: AcceptedAdvertisement, at: Instant): void {
    const interval = this.#watch.masterAdvertInterval;
    const isHeeded = this.#watch.heard(advertisement, at);
    this.#masters.heard(advertisement, at, isHeeded);
    if (!isHeeded) return;
    this.#wish.heard(this.#now);
    const learned = this.#watch.masterAdvertInterval;
    if (learned === interval) return;
    this.#notice({ id: 'vrrp.intervalLearned', before: interval, now: learned });
  }

  #masterDownExpired(due: Instant): void {
    if (this.#watch.doubts(due, this.#now)) {
      const late = elapsed(due, this.#now);
      this.#notice({ id: 'vrrp.lateDeadline', timer: 'master-down', late });
      return;
    }
    this.#wantMaster(() => this.#masters.takeover(this.#now));
  }

  #wantMaster(why: () => Takeover): void {
    const { group } = this.#membership;
    if (group === undefined) {
      this.#claimMaster(why());
      return;
    }
    this.#wish.begin(why, group, this.#now, this.#watch.masterDownInterval);
    this.#out.push({ type: 'wantsMaster' });
  }

  // ---- Master

  /**
   * Order matters: the old Master must hear of us before our addresses appear (reference section 6). So
   * mastership begins when the first advertisement has left. One that was Master a moment ago goes on.
   */
  #claimMaster(why: Takeover): void {
    this.#exit({ farewell: false });
    this.#claim = why;
    this.#advertise(this.#facts.effectivePriority);
    if (why.reason === 'adopted') this.#enterMaster(why);
  }

  #advertisementSent(result: SendResult): void {
    this.#sending.count(result);
    const claim = this.#claim;
    const isAsMaster = claim !== undefined || this.state === 'MASTER';
    if (!isAsMaster || result.priority === RESIGN_PRIORITY) return;
    this.#claim = undefined;
    const isClaim = claim !== undefined;
    const situation = { now: this.#now, isClaim, config: this.#config, facts: this.#facts };
    const fault = this.#sending.judge(result, situation);
    if (fault !== undefined) {
      this.#enterFault(fault);
      this.#out.push({ type: 'faultChanged' });
    } else if (claim !== undefined) {
      this.#enterMaster(claim);
    }
  }

  #enterMaster(why: Takeover): void {
    this.#claim = undefined;
    this.#beat.restart(this.#now);
    this.#setAddresses(true);
    this.#announcer.becameMaster(why.reason === 'adopted', this.#now, this.#out);
    this.#counters.becomeMaster += 1;
    this.#transition('MASTER', why);
  }

  /** A resignation: in Backup an election, in Master a reason to speak at once. */
  #hearResignation(source: IpAddress, at: Instant): void {
    if (this.state === 'BACKUP') {
      this.#masters.resigned(source);
      this.#watch.heardResignation(at);
      this.#out.push({ type: 'resignationHeard' });
    } else {
      this.#conflict.resigned(source, this.#now, this.#out);
      if (this.#beat.isAnswered(at)) return;
      const due = this.#answers.takeResignation(this.#now, this.#config.advertInterval);
      if (due <= this.#now) this.#advertiseNow();
      else this.#beat.notLaterThan(due);
    }
  }

  #hearAsMaster(advertisement: AcceptedAdvertisement, at: Instant): void {
    const outcome = outcomeAgainst(advertisement, this.#facts);
    if (outcome === 'same') {
      this.#notice({ id: 'vrrp.sameAddress', source: advertisement.source });
      this.#conflict.same(advertisement, this.#when(at), this.#out);
    } else if (outcome === 'lower') {
      this.#hearLower(advertisement, at);
    } else {
      if (this.#config.answerHigherPriority) this.#advertise(this.#facts.effectivePriority);
      const { source: address, priority } = advertisement;
      const cause = { kind: 'router', address, priority } as const;
      this.#enterBackup({ reason: outcome, cause }, { by: advertisement, at });
    }
  }

  #hearLower(advertisement: AcceptedAdvertisement, at: Instant): void {
    const { source: address, priority } = advertisement;
    if (this.#beat.hasSleptThroughElection(this.#config, this.#facts, at)) {
      const cause = { kind: 'stall', silent: this.#beat.silence(at), address, priority } as const;
      this.#enterBackup({ reason: 'late-deadline', cause }, { by: advertisement, at });
      return;
    }
    const when = this.#when(at);
    // RFC 9568 section 6.4.3 (745): answer at once. The beat of our own advertisements stays.
    const { answerLowerPriority, advertInterval } = this.#config;
    const wantsAnswer = answerLowerPriority && !this.#beat.isAnswered(at);
    if (wantsAnswer && this.#answers.takeLower(this.#now, advertInterval)) {
      this.#advertise(this.#facts.effectivePriority);
      this.#beat.restartIfDue(this.#now);
    }
    if (this.#announcer.heardLower(advertisement.source, at, this.#now, this.#out)) {
      this.#out.push({ type: 'lowerPriorityHeard' });
    }
    this.#notice({ id: 'vrrp.lowerPriorityHeard', source: address, priority });
    this.#conflict.lost(advertisement, when, this.#out);
  }

  /** Taken before anything is answered: what came after our last advertisement was sent in spite of it. */
  #when(receivedAt: Instant): HeardWhen {
    const at = Math.min(receivedAt, this.#now) as Instant;
    return { at, now: this.#now, advertisedAt: this.#beat.advertisedAt };
  }

  #advertiseNow(): void {
    this.#advertise(this.#facts.effectivePriority);
    this.#beat.restart(this.#now);
  }

  #adverExpired(due: Instant): void {
    this.#advertise(this.#facts.effectivePriority);
    this.#noticeLate(this.#beat.next(due, this.#now));
  }

  #noticeLate(late: Duration | undefined): void {
    if (late !== undefined) this.#notice({ id: 'vrrp.lateDeadline', timer: 'advertisement', late });
  }

  #advertise(priority: number): void {
    this.#beat.advertise(priority, this.#facts, this.#now, this.#out);
  }

  // ---- reload

  #reconfigure(config: VrrpInstanceConfig, membership: Membership): void {
    const before = this.#config;
    this.#config = config;
    this.#membership = membership;
    this.#advertiser.configure(config);
    this.#hearing.configure(config);
    this.#announcer.configure(config, this.#now);
    const facts = instanceFacts(config, this.#network, this.#facts.primaryAddress);
    this.#withFaults(() => {
      this.#sending.retry();
      this.#facts = facts;
    });
    if (this.state === 'BACKUP' && this.#wish.isWaiting) {
      // It was waiting for a group that may be another one now: it asks again.
      this.#timers.set('masterDown', this.#now);
    }
    if (this.state !== 'INIT') {
      const isMaster = this.state === 'MASTER';
      const added = this.#keeper.change(before, config, isMaster, this.#out);
      if (isMaster && added.length > 0) this.#announcer.added(added, this.#now, this.#out);
    }
    this.#beat.configure(config);
  }

  // ---- common to states

  /** The exit actions of the present state; every transition runs them before its entry actions. */
  #exit(how: { readonly farewell: boolean }): void {
    const isClaiming = this.#claim !== undefined;
    this.#watch.stop();
    this.#wish.end();
    this.#claim = undefined;
    if (isClaiming && how.farewell) this.#advertise(RESIGN_PRIORITY);
    if (this.state !== 'MASTER') return;
    this.#timers.clear('adver');
    this.#announcer.leftMaster();
    this.#conflict.leftMaster(this.#now, this.#out);
    if (how.farewell) this.#advertise(RESIGN_PRIORITY);
    this.#setAddresses(false);
    this.#counters.releaseMaster += 1;
  }

  #setAddresses(present: boolean): void {
    this.#keeper.order(this.name, present, allAddresses(this.#config), this.#out);
  }

  #transition(to: VrrpState, { reason, cause }: Takeover): void {
    this.#standing.enter({ instance: this.name, to, reason }, cause, this.#now, this.#out);
  }

  #notice(notice: InstanceNotice): void {
    this.#notices.say(this.name, notice.id, () => notice, this.#now, this.#out);
  }
}
