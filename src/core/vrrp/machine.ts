/**
 * The machine of one virtual router instance: Initialize, Backup and Master of RFC 9568 section 6.4 and RFC
 * 3768 section 6.4, and FAULT, keepalived's name for "cannot take part". It is told facts and answers orders;
 * it reads no clock, owns no socket, and everything it decides can be replayed. Mastership of a member of a
 * sync group is decided by the group: the machine only says that it wants it.
 */
import { unreachable } from '../base/assert.ts';
import type { Machine } from '../base/machine.ts';
import { elapsed, type Instant, toSeconds } from '../base/time.ts';
import { TimerTable } from '../base/timing/timers.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { OWNER_PRIORITY, RESIGN_PRIORITY } from '../wire/protocol.ts';
import type { HmacMd5 } from '../wire/vrrp-ah.ts';
import { AddressKeeper, allAddresses } from './address-keeper.ts';
import { Advertiser } from './advertiser.ts';
import { Announcer } from './announcer.ts';
import { AnswerPace } from './answer-pace.ts';
import { Beat } from './beat.ts';
import { Conflict } from './conflict.ts';
import { newCounters } from './counters.ts';
import { outcomeAgainst } from './election.ts';
import type { InstanceAction, InstanceEvent, Membership } from './instance-events.ts';
import { instanceView } from './instance-view.ts';
import { MasterWatch } from './master-watch.ts';
import type { NetworkPicture } from './network-picture.ts';
import type { NoticeCode } from './notice-texts.ts';
import { NoticeLimiter } from './notices.ts';
import { type AcceptedAdvertisement, type PacketEvent, Receiver } from './reception.ts';
import { equalData } from './reload.ts';
import { type SendResult, SendWatch } from './send-watch.ts';
import { type HeardMaster, Standing, type Why } from './standing.ts';
import {
  type Fault,
  type InstanceFacts,
  instanceFacts,
  recoveryReason,
  sendsOtherwise,
  unknownFacts,
} from './tracking.ts';
import type {
  TransitionCause,
  TransitionReason,
  VrrpCounters,
  VrrpInstanceView,
  VrrpState,
} from './types.ts';

/** What a machine is built from. */
export interface VrrpMachineOptions {
  readonly config: VrrpInstanceConfig;
  readonly membership: Membership;
  readonly hmacMd5: HmacMd5;
  readonly now: Instant;
}

/** One virtual router instance. */
export class VrrpMachine implements Machine<InstanceEvent, InstanceAction, VrrpInstanceView> {
  readonly #counters: VrrpCounters = newCounters();
  readonly #timers = new TimerTable();
  readonly #notices = new NoticeLimiter();
  readonly #standing: Standing;
  readonly #watch: MasterWatch;
  readonly #keeper: AddressKeeper;
  readonly #announcer: Announcer;
  readonly #conflict: Conflict;
  readonly #answers = new AnswerPace();
  readonly #advertiser: Advertiser;
  readonly #beat: Beat;
  readonly #receiver: Receiver;
  readonly #sending: SendWatch;
  #config: VrrpInstanceConfig;
  #membership: Membership;
  #network: NetworkPicture | undefined;
  #facts: InstanceFacts;
  /** A member of the group, perhaps this one, is at fault. */
  #held = false;
  /** The down timer has run out and the group has not decided yet. */
  #wantsMaster = false;
  /** The first advertisement as Master is ordered, and nothing is known of it yet; why. */
  #claim: TransitionReason | undefined;
  /** Sender of the last advertisement that passed all checks, except resignations. */
  #master: HeardMaster | undefined;
  #now: Instant;
  #out: InstanceAction[] = [];

  constructor(options: VrrpMachineOptions) {
    const { config, membership, hmacMd5, now } = options;
    const counters = this.#counters;
    const parts = { hmacMd5, sequence: { received: 0, sent: 0 } };
    this.#config = config;
    this.#membership = membership;
    this.#watch = new MasterWatch(config, this.#timers);
    this.#keeper = new AddressKeeper(this.#timers);
    this.#announcer = new Announcer(config, this.#timers, counters);
    this.#conflict = new Conflict(this.#timers, this.#announcer);
    this.#advertiser = new Advertiser(config, parts);
    this.#beat = new Beat(config, { timers: this.#timers, advertiser: this.#advertiser, now });
    this.#receiver = new Receiver(config, { ...parts, counters });
    this.#sending = new SendWatch(this.#timers, counters);
    this.#facts = unknownFacts(config);
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
    return this.#wantsMaster || this.isClaiming;
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
        if (this.state === 'BACKUP') this.#claimMaster('master-timeout');
        break;
      case 'stepDown':
        if (this.state === 'MASTER') this.#enterBackup(event.reason);
        break;
      case 'hold':
        this.#hold(event.held);
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
        if (this.state === 'MASTER') this.#speakUp();
        break;
      case 'actionFailed':
        this.#notice('actionFailed', `${event.operation}: ${event.errno}`);
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
      master: this.#master,
      syncGroup: this.#membership.group,
      counters: this.#counters,
    });
  }

  // ---- packets and time

  #packet(packet: PacketEvent): void {
    const result = this.#receiver.inspect(packet, {
      primaryAddress: this.#facts.primaryAddress,
      isOwnAddress: (address) => this.#network?.isOwn(this.#facts.ifindex, address) ?? false,
    });
    if (!result.ok) {
      this.#notice(result.error, () => this.#receiver.describe(packet, result.error, 'dropped'));
      if (this.state === 'MASTER') {
        this.#conflict.dropped(packet, result.error, this.#now, this.#out);
      }
      return;
    }
    const advertisement = result.value;
    if (this.state === 'INIT' || this.state === 'FAULT') {
      this.#counters.rejectedByState += 1;
      return;
    }
    this.#counters.advertisementsReceived += 1;
    this.#receiver.accept(advertisement);
    const { mismatch } = advertisement;
    if (mismatch !== undefined) {
      this.#notice(mismatch, () =>
        this.#receiver.describe(packet, mismatch, 'accepted all the same'),
      );
    }
    const at = Math.min(packet.receivedAt, this.#now) as Instant;
    if (advertisement.priority === RESIGN_PRIORITY) {
      this.#counters.priorityZeroReceived += 1;
      this.#hearResignation(at);
      return;
    }
    if (this.#config.priority === OWNER_PRIORITY) this.#notice('ownerHeard', packet.source);
    if (this.state === 'MASTER') this.#hearAsMaster(advertisement, at);
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
    const before = this.fault;
    change();
    const { fault } = this;
    const priority = this.#facts.effectivePriority;
    this.#watch.configure({ config: this.#config, priority }, this.#now);
    if (this.state === 'INIT' || equalData(fault, before)) return;
    if (fault === undefined) {
      // A member waits in FAULT until its group has no fault left.
      if (this.#membership.group === undefined) this.#startUp(recoveryReason(before));
    } else {
      this.#enterFault(fault.reason, fault.cause);
    }
    this.#out.push({ type: 'faultChanged' });
  }

  #hold(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    if (this.state === 'INIT') return;
    if (held && this.state !== 'FAULT') this.#enterFault('sync-group');
    if (!held && this.state === 'FAULT' && this.fault === undefined) {
      this.#startUp('interface-recovered');
    }
  }

  // ---- Initialize and Fault

  #start(adopt: boolean): void {
    if (this.state !== 'INIT') return;
    const { fault } = this;
    if (fault !== undefined) this.#enterFault(fault.reason, fault.cause);
    else if (this.#held) this.#enterFault('sync-group');
    else if (adopt) this.#claimMaster('adopted');
    else this.#startUp('startup');
  }

  /** RFC 9568 section 6.4.1; also when a fault ends. What was learned is forgotten. */
  #startUp(reason: TransitionReason): void {
    const { startsAsMaster, group } = this.#membership;
    if (startsAsMaster && group === undefined) {
      this.#claimMaster('owner');
      return;
    }
    this.#enterBackup(reason);
    if (startsAsMaster) this.#wantMaster();
  }

  /** In FAULT only what is wrong changes. */
  #enterFault(reason: TransitionReason, cause?: TransitionCause): void {
    this.#exit({ farewell: true });
    if (this.state === 'FAULT') {
      this.#standing.restate(reason, cause);
      return;
    }
    if (this.state !== 'MASTER') this.#setAddresses(false);
    this.#transition('FAULT', reason, cause && { cause });
  }

  #stop(reason: TransitionReason): void {
    if (this.state === 'INIT') return;
    this.#exit({ farewell: true });
    this.#timers.clearAll();
    this.#transition('INIT', reason);
  }

  // ---- Backup

  /** Without `cause` nothing is known of another Master; with it, we were displaced at `at`. */
  #enterBackup(
    reason: TransitionReason,
    cause?: { readonly by: AcceptedAdvertisement; readonly at: Instant },
  ): void {
    this.#exit({ farewell: cause === undefined });
    // Also at start-up: a crashed predecessor may have left its addresses behind.
    if (this.state !== 'MASTER') this.#setAddresses(false);
    if (cause === undefined) this.#watch.start(this.#now);
    else this.#watch.startWith(cause.by, cause.at);
    this.#transition(
      'BACKUP',
      reason,
      cause && { peer: cause.by.source, peerPriority: cause.by.priority },
    );
  }

  #hearAsBackup(advertisement: AcceptedAdvertisement, at: Instant): void {
    const interval = this.#watch.masterAdvertInterval;
    this.#remember(advertisement, at);
    if (!this.#watch.heard(advertisement, at)) return;
    this.#wantsMaster = false;
    const learned = this.#watch.masterAdvertInterval;
    if (learned === interval) return;
    this.#notice('intervalLearned', `${toSeconds(interval)} s -> ${toSeconds(learned)} s`);
  }

  #masterDownExpired(due: Instant): void {
    if (this.#watch.doubts(due, this.#now)) {
      const late = toSeconds(elapsed(due, this.#now));
      this.#notice('lateDeadline', `master down timer ${late} s late, listening once more`);
      return;
    }
    this.#wantMaster();
  }

  #wantMaster(): void {
    if (this.#membership.group === undefined) {
      this.#claimMaster('master-timeout');
      return;
    }
    this.#wantsMaster = true;
    this.#out.push({ type: 'wantsMaster' });
  }

  // ---- Master

  /**
   * Order matters: the old Master must hear of us before our addresses appear (reference section 6). So
   * mastership begins when the first advertisement has left. One that was Master a moment ago goes on.
   */
  #claimMaster(reason: TransitionReason): void {
    this.#exit({ farewell: false });
    this.#claim = reason;
    this.#advertise(this.#facts.effectivePriority);
    if (reason === 'adopted') this.#enterMaster(reason);
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
      this.#enterFault(fault.reason, fault.cause);
      this.#out.push({ type: 'faultChanged' });
    } else if (claim !== undefined) {
      this.#enterMaster(claim);
    }
  }

  #enterMaster(reason: TransitionReason): void {
    this.#claim = undefined;
    this.#beat.restart(this.#now);
    this.#setAddresses(true);
    this.#announcer.becameMaster(reason === 'adopted', this.#now, this.#out);
    this.#counters.becomeMaster += 1;
    this.#transition('MASTER', reason);
  }

  /** A resignation: in Backup an election, in Master a reason to speak at once. */
  #hearResignation(at: Instant): void {
    if (this.state === 'BACKUP') {
      this.#watch.heardResignation(at);
      this.#out.push({ type: 'resignationHeard' });
    } else {
      this.#conflict.over(this.#now, this.#out);
      if (this.#beat.isAnswered(at)) return;
      const due = this.#answers.takeResignation(this.#now, this.#config.advertInterval);
      if (due <= this.#now) this.#advertiseNow();
      else this.#beat.notLaterThan(due);
    }
  }

  #hearAsMaster(advertisement: AcceptedAdvertisement, at: Instant): void {
    const outcome = outcomeAgainst(advertisement, this.#facts);
    if (outcome === 'same') {
      this.#notice('sameAddress', advertisement.source);
    } else if (outcome === 'lower') {
      this.#hearLower(advertisement, at);
    } else {
      if (this.#config.answerHigherPriority) this.#advertise(this.#facts.effectivePriority);
      this.#remember(advertisement, at);
      this.#enterBackup(outcome, { by: advertisement, at });
    }
  }

  #hearLower(advertisement: AcceptedAdvertisement, at: Instant): void {
    if (this.#beat.hasSleptThroughElection(this.#config, this.#facts, at)) {
      this.#remember(advertisement, at);
      this.#enterBackup('late-deadline', { by: advertisement, at });
      return;
    }
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
    this.#conflict.lost(at, advertisement.interval);
  }

  #advertiseNow(): void {
    this.#advertise(this.#facts.effectivePriority);
    this.#beat.restart(this.#now);
  }

  #adverExpired(due: Instant): void {
    this.#advertise(this.#facts.effectivePriority);
    const late = this.#beat.next(due, this.#now);
    if (late !== undefined) this.#notice('lateDeadline', `advertisement ${toSeconds(late)} s late`);
  }

  #advertise(priority: number): void {
    this.#beat.advertise(priority, this.#facts, this.#now, this.#out);
  }

  // ---- reload

  #reconfigure(config: VrrpInstanceConfig, membership: Membership): void {
    const before = this.#config;
    const network = this.#network;
    this.#config = config;
    this.#membership = membership;
    this.#advertiser.configure(config);
    this.#receiver.configure(config);
    this.#announcer.configure(config, this.#now);
    const facts =
      network === undefined
        ? unknownFacts(config)
        : instanceFacts(config, network, this.#facts.primaryAddress);
    this.#withFaults(() => {
      this.#sending.retry();
      this.#facts = facts;
    });
    if (this.state === 'BACKUP' && this.#wantsMaster) {
      // It was waiting for a group that may be another one now: it asks again.
      this.#timers.set('masterDown', this.#now);
    }
    this.#changeAddresses(before);
    this.#beat.configure(config);
  }

  /** Peers hear at once what has changed, and one that was not to be heard before steps down. */
  #speakUp(): void {
    this.#advertiseNow();
    this.#conflict.reassert(this.#now, this.#out);
  }

  /**
   * All orders of one event of the router are carried out together, so an address that moves from one instance
   * to another is never taken away in between.
   */
  #changeAddresses(before: VrrpInstanceConfig): void {
    const old = allAddresses(before);
    const wanted = allAddresses(this.#config);
    const isSame = this.name === before.name && equalData(old, wanted);
    if (isSame || this.state === 'INIT') return;
    const isMaster = this.state === 'MASTER';
    this.#setAddresses(isMaster);
    const added = wanted.filter((address) => !old.some((other) => equalData(address, other)));
    if (isMaster && added.length > 0) this.#announcer.added(added, this.#now, this.#out);
  }

  // ---- common to states

  /** The exit actions of the present state; every transition runs them before its entry actions. */
  #exit(how: { readonly farewell: boolean }): void {
    const isClaiming = this.#claim !== undefined;
    this.#watch.stop();
    this.#wantsMaster = false;
    this.#claim = undefined;
    if (isClaiming && how.farewell) this.#advertise(RESIGN_PRIORITY);
    if (this.state !== 'MASTER') return;
    this.#timers.clear('adver');
    this.#announcer.leftMaster();
    this.#conflict.leftMaster();
    if (how.farewell) this.#advertise(RESIGN_PRIORITY);
    this.#setAddresses(false);
    this.#counters.releaseMaster += 1;
  }

  #setAddresses(present: boolean): void {
    this.#keeper.order(this.name, present, allAddresses(this.#config), this.#out);
  }

  #remember({ source, priority }: AcceptedAdvertisement, at: Instant): void {
    this.#master = { peer: source, peerPriority: priority, at };
  }

  #transition(to: VrrpState, reason: TransitionReason, why?: Why): void {
    this.#standing.enter({ instance: this.name, to, reason }, why, this.#now, this.#out);
  }

  #notice(code: NoticeCode, detail: string | (() => string)): void {
    this.#notices.say({ instance: this.name, code, detail }, this.#now, this.#out);
  }
}
