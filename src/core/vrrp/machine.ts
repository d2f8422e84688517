/**
 * The machine of one virtual router instance: Initialize, Backup and Master of RFC 9568 section 6.4 and RFC
 * 3768 section 6.4, and FAULT, keepalived's name for "cannot take part". It is told facts and answers orders;
 * it reads no clock, owns no socket, and everything it decides can be replayed. Mastership of a member of a
 * sync group is decided by the group: the machine only says that it wants it.
 */
import { type IpAddress, ipBytes } from '../base/address.ts';
import { unreachable } from '../base/assert.ts';
import type { Machine } from '../base/machine.ts';
import { after, elapsed, type Instant, toSeconds } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../config/model.ts';
import { OWNER_PRIORITY, RESIGN_PRIORITY } from '../wire/protocol.ts';
import type { HmacMd5 } from '../wire/vrrp-ah.ts';
import { AddressKeeper, allAddresses } from './address-keeper.ts';
import { Advertiser } from './advertiser.ts';
import { Announcer } from './announcer.ts';
import { AnswerPace } from './answer-pace.ts';
import { Conflict } from './conflict.ts';
import { newCounters } from './counters.ts';
import { compareClaims } from './election.ts';
import type { InstanceAction, InstanceEvent, Membership } from './instance-events.ts';
import { type HeardMaster, instanceView } from './instance-view.ts';
import { MasterWatch } from './master-watch.ts';
import type { NetworkPicture } from './network-picture.ts';
import { NOTICE_TEXTS, type NoticeCode } from './notice-texts.ts';
import { NoticeLimiter } from './notices.ts';
import { type AcceptedAdvertisement, type PacketEvent, Receiver } from './reception.ts';
import { equalData } from './reload.ts';
import { TimerTable } from './timers.ts';
import { type FaultReason, type InstanceFacts, instanceFacts, unknownFacts } from './tracking.ts';
import type { TransitionReason, VrrpCounters, VrrpInstanceView, VrrpState } from './types.ts';

/** What a machine is built from. */
export interface VrrpMachineOptions {
  readonly config: VrrpInstanceConfig;
  readonly membership: Membership;
  readonly hmacMd5: HmacMd5;
  readonly now: Instant;
}

/** Who caused a transition. */
type Cause = Omit<HeardMaster, 'at'>;

/** One virtual router instance. */
export class VrrpMachine implements Machine<InstanceEvent, InstanceAction, VrrpInstanceView> {
  readonly #counters: VrrpCounters = newCounters();
  readonly #timers = new TimerTable();
  readonly #notices = new NoticeLimiter();
  readonly #watch: MasterWatch;
  readonly #keeper: AddressKeeper;
  readonly #announcer: Announcer;
  readonly #conflict: Conflict;
  readonly #answers = new AnswerPace();
  readonly #advertiser: Advertiser;
  readonly #receiver: Receiver;
  #config: VrrpInstanceConfig;
  #membership: Membership;
  #network: NetworkPicture | undefined;
  #facts: InstanceFacts;
  #state: VrrpState = 'INIT';
  #since: Instant;
  #reason: TransitionReason = 'startup';
  /** A member of the group, perhaps this one, is at fault. */
  #held = false;
  /** The down timer has run out and the group has not decided yet. */
  #wantsMaster = false;
  /** Sender of the last advertisement that passed all checks, except resignations. */
  #master: HeardMaster | undefined;
  /** When and from where we last advertised. */
  #advertisedAt: Instant;
  #advertisedFrom: IpAddress | undefined;
  #now: Instant;
  #out: InstanceAction[] = [];

  constructor(options: VrrpMachineOptions) {
    const { config, membership, hmacMd5, now } = options;
    const parts = { counters: this.#counters, hmacMd5, sequence: { received: 0, sent: 0 } };
    this.#config = config;
    this.#membership = membership;
    this.#watch = new MasterWatch(config, this.#timers);
    this.#keeper = new AddressKeeper(this.#timers);
    this.#announcer = new Announcer(config, this.#timers, this.#counters);
    this.#conflict = new Conflict(this.#timers, this.#announcer);
    this.#advertiser = new Advertiser(config, parts);
    this.#receiver = new Receiver(config, parts);
    this.#facts = unknownFacts(config);
    this.#now = now;
    this.#since = now;
    this.#advertisedAt = now;
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
    return this.#state;
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
  get fault(): FaultReason | undefined {
    return this.#facts.fault;
  }

  /** True when the instance is Master, or would be if its group let it. */
  get isReadyForMaster(): boolean {
    return this.#state === 'MASTER' || (this.#state === 'BACKUP' && this.#wantsMaster);
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
        if (this.#state === 'BACKUP') this.#enterMaster('master-timeout');
        break;
      case 'stepDown':
        if (this.#state === 'MASTER') this.#enterBackup(event.reason);
        break;
      case 'hold':
        this.#hold(event.held);
        break;
      case 'expectSilence':
        if (this.#state === 'BACKUP') this.#watch.expectSilence(now);
        break;
      case 'announceAgain':
        if (this.#state === 'MASTER') this.#announcer.heardLower('group', now, now, out);
        break;
      case 'reconfigure':
        this.#reconfigure(event.config, event.membership);
        break;
      case 'speakUp':
        if (this.#state === 'MASTER') this.#speakUp();
        break;
      case 'actionFailed':
        this.#notice('actionFailed', `${event.operation}: ${event.errno}`);
        if (isAboutAddresses(event.operation)) this.#keeper.failed(now);
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
      state: this.#state,
      since: this.#since,
      reason: this.#reason,
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
      if (this.#state === 'MASTER') {
        this.#conflict.dropped(packet, result.error, this.#now, this.#out);
      }
      return;
    }
    const advertisement = result.value;
    if (this.#state === 'INIT' || this.#state === 'FAULT') {
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
    if (this.#state === 'MASTER') this.#hearAsMaster(advertisement, at);
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
        default:
          unreachable(timer.name);
      }
    }
  }

  // ---- the host

  #networkChanged(network: NetworkPicture): void {
    this.#network = network;
    this.#applyFacts(instanceFacts(this.#config, network, this.#facts.primaryAddress));
    this.#announcer.networkChanged(network, this.#state === 'MASTER', this.#out);
  }

  #applyFacts(facts: InstanceFacts): void {
    const before = this.#facts.fault;
    this.#facts = facts;
    this.#watch.configure({ config: this.#config, priority: facts.effectivePriority }, this.#now);
    if (this.#state === 'INIT' || facts.fault === before) return;
    if (facts.fault === undefined) {
      // A member waits in FAULT until its group has no fault left.
      if (this.#membership.group === undefined) this.#startUp('interface-recovered');
    } else if (this.#state !== 'FAULT') {
      this.#enterFault(facts.fault);
    }
    this.#out.push({ type: 'faultChanged' });
  }

  #hold(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    if (this.#state === 'INIT') return;
    if (held && this.#state !== 'FAULT') this.#enterFault('sync-group');
    if (!held && this.#state === 'FAULT' && this.#facts.fault === undefined) {
      this.#startUp('interface-recovered');
    }
  }

  // ---- Initialize and Fault

  #start(adopt: boolean): void {
    if (this.#state !== 'INIT') return;
    const { fault } = this.#facts;
    if (fault !== undefined) this.#enterFault(fault);
    else if (this.#held) this.#enterFault('sync-group');
    else if (adopt) this.#enterMaster('adopted');
    else this.#startUp('startup');
  }

  /** RFC 9568 section 6.4.1; also when a fault ends. What was learned is forgotten. */
  #startUp(reason: TransitionReason): void {
    const { startsAsMaster, group } = this.#membership;
    if (startsAsMaster && group === undefined) {
      this.#enterMaster('owner');
      return;
    }
    this.#enterBackup(reason);
    if (startsAsMaster) this.#wantMaster();
  }

  #enterFault(reason: TransitionReason): void {
    this.#exit({ farewell: true });
    if (this.#state !== 'MASTER') this.#setAddresses(false);
    this.#transition('FAULT', reason);
  }

  #stop(reason: TransitionReason): void {
    if (this.#state === 'INIT') return;
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
    if (this.#state !== 'MASTER') this.#setAddresses(false);
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
      this.#enterMaster('master-timeout');
      return;
    }
    this.#wantsMaster = true;
    this.#out.push({ type: 'wantsMaster' });
  }

  // ---- Master

  /** Order matters: the old Master must hear of us before our addresses appear (reference section 6). */
  #enterMaster(reason: TransitionReason): void {
    this.#exit({ farewell: false });
    this.#advertise(this.#facts.effectivePriority);
    this.#restartBeat();
    this.#setAddresses(true);
    this.#announcer.becameMaster(reason === 'adopted', this.#now, this.#out);
    this.#counters.becomeMaster += 1;
    this.#transition('MASTER', reason);
  }

  /** A resignation: in Backup an election, in Master a reason to speak at once. */
  #hearResignation(at: Instant): void {
    if (this.#state === 'BACKUP') {
      this.#watch.heardResignation(at);
      this.#out.push({ type: 'resignationHeard' });
    } else {
      this.#conflict.over(this.#now, this.#out);
      if (!this.#isAnswered(at)) this.#answerResignation();
    }
  }

  #answerResignation(): void {
    const due = this.#answers.takeResignation(this.#now, this.#config.advertInterval);
    const beat = this.#timers.at('adver');
    if (due <= this.#now) {
      this.#advertise(this.#facts.effectivePriority);
      this.#restartBeat();
    } else if (beat === undefined || due < beat) this.#timers.set('adver', due);
  }

  #hearAsMaster(advertisement: AcceptedAdvertisement, at: Instant): void {
    const { effectivePriority: priority, primaryAddress } = this.#facts;
    const own = primaryAddress === undefined ? new Uint8Array(0) : ipBytes(primaryAddress);
    const outcome = compareClaims(
      { priority: advertisement.priority, address: advertisement.sourceBytes },
      { priority, address: own },
    );
    if (outcome === 'same') {
      this.#notice('sameAddress', advertisement.source);
    } else if (outcome === 'lower') {
      this.#hearLower(advertisement, at);
    } else {
      if (this.#config.answerHigherPriority) this.#advertise(priority);
      this.#remember(advertisement, at);
      this.#enterBackup(outcome, { by: advertisement, at });
    }
  }

  #hearLower(advertisement: AcceptedAdvertisement, at: Instant): void {
    if (this.#hasSleptThroughElection(at)) {
      this.#remember(advertisement, at);
      this.#enterBackup('late-deadline', { by: advertisement, at });
      return;
    }
    // RFC 9568 section 6.4.3 (745): answer at once. The beat of our own advertisements stays.
    const { answerLowerPriority, advertInterval } = this.#config;
    if (
      answerLowerPriority &&
      !this.#isAnswered(at) &&
      this.#answers.takeLower(this.#now, advertInterval)
    ) {
      this.#advertise(this.#facts.effectivePriority);
      const due = this.#timers.at('adver');
      if (due === undefined || due <= this.#now) this.#restartBeat();
    }
    if (this.#announcer.heardLower(advertisement.source, at, this.#now, this.#out)) {
      this.#out.push({ type: 'lowerPriorityHeard' });
    }
    this.#conflict.lost(at, advertisement.interval);
  }

  /** We have advertised since that packet arrived: the queue of a stalled process is answered once. */
  #isAnswered(at: Instant): boolean {
    return at < this.#advertisedAt;
  }

  /**
   * True when preemption is off and this Master was silent for so long that a peer had to take over: it must
   * not take mastership back, which is what `nopreempt` asks for.
   */
  #hasSleptThroughElection(at: Instant): boolean {
    const { preempt, downTimerAdverts, advertInterval } = this.#config;
    if (preempt || this.#facts.effectivePriority === OWNER_PRIORITY) return false;
    return elapsed(this.#advertisedAt, at) > downTimerAdverts * advertInterval;
  }

  /** Keeps the beat free of drift: the next is counted from when this one was due. */
  #adverExpired(due: Instant): void {
    const { advertInterval } = this.#config;
    const late = elapsed(due, this.#now);
    this.#advertise(this.#facts.effectivePriority);
    if (late < advertInterval) {
      this.#timers.set('adver', after(due, advertInterval));
      return;
    }
    this.#notice('lateDeadline', `advertisement ${toSeconds(late)} s late`);
    this.#restartBeat();
  }

  #restartBeat(): void {
    this.#timers.set('adver', after(this.#now, this.#config.advertInterval));
  }

  /** A farewell after the loss of the primary address still names it as source: peers know it. */
  #advertise(priority: number): void {
    const { ifindex, primaryAddress } = this.#facts;
    const source = primaryAddress ?? this.#advertisedFrom;
    if (ifindex === 0 || source === undefined) return;
    this.#advertiser.advertise(priority, { ifindex, source }, this.#out);
    this.#advertisedAt = this.#now;
    this.#advertisedFrom = source;
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
    this.#applyFacts(
      network === undefined
        ? unknownFacts(config)
        : instanceFacts(config, network, this.#facts.primaryAddress),
    );
    if (this.#state === 'BACKUP' && this.#wantsMaster) {
      // It was waiting for a group that may be another one now: it asks again.
      this.#timers.set('masterDown', this.#now);
    }
    this.#changeAddresses(before);
  }

  /** Peers hear at once what has changed, and one that was not to be heard before steps down. */
  #speakUp(): void {
    this.#advertise(this.#facts.effectivePriority);
    this.#restartBeat();
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
    if (isSame || this.#state === 'INIT') return;
    const isMaster = this.#state === 'MASTER';
    this.#setAddresses(isMaster);
    const added = wanted.filter((address) => !old.some((other) => equalData(address, other)));
    if (isMaster && added.length > 0) this.#announcer.added(added, this.#now, this.#out);
  }

  // ---- common to states

  /** The exit actions of the present state; every transition runs them before its entry actions. */
  #exit(how: { readonly farewell: boolean }): void {
    this.#watch.stop();
    this.#wantsMaster = false;
    if (this.#state !== 'MASTER') return;
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

  #transition(to: VrrpState, reason: TransitionReason, cause?: Cause): void {
    const from = this.#state;
    this.#state = to;
    this.#since = this.#now;
    this.#reason = reason;
    this.#out.push({ type: 'transition', instance: this.name, from, to, reason, ...cause });
  }

  /** A detail that costs something to word is a function: most notices of a flood are not admitted. */
  #notice(code: NoticeCode, detail: string | (() => string)): void {
    const admitted = this.#notices.admit(code, this.#now);
    if (admitted === undefined) return;
    const more = admitted.suppressed > 0 ? ` (and ${admitted.suppressed} more since)` : '';
    this.#out.push({
      type: 'notice',
      instance: this.name,
      code,
      message: `${NOTICE_TEXTS[code]}: ${typeof detail === 'string' ? detail : detail()}${more}`,
    });
  }
}

/** Operations are named by the driver, down to the single address; what counts is the order behind them. */
function isAboutAddresses(operation: string): boolean {
  return /address/i.test(operation);
}
