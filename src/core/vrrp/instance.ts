/**
 * One virtual router instance as the files of its machine share it: its parts, what is known of it, and the event at
 * hand. It decides nothing: `machine.ts` takes events, `instance-states.ts` changes states, `as-master.ts` answers
 * other Masters.
 */
import type { Duration, Instant } from '../base/time.ts';
import { TimerTable } from '../base/timing/timers.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { AddressKeeper } from './address-keeper.ts';
import { Advertiser } from './advertiser.ts';
import { Announcer } from './announcer.ts';
import { AnswerPace } from './answer-pace.ts';
import { Beat } from './beat.ts';
import { Conflict } from './conflict.ts';
import { newCounters } from './counters.ts';
import type { VrrpCounters, VrrpState } from './events-and-actions.ts';
import { GroupWish } from './group-wish.ts';
import { HeardMasters, type Takeover } from './heard-masters.ts';
import { Hearing } from './hearing.ts';
import type { InstanceAction, Membership, VrrpMachineOptions } from './instance-events.ts';
import { MasterWatch } from './master-watch.ts';
import type { NetworkPicture } from './network-picture.ts';
import { type InstanceNotice, NoticeLimiter } from './notices.ts';
import { PeerChecksums } from './peer-checksums.ts';
import { SendWatch } from './send-watch.ts';
import { Standing } from './standing.ts';
import type { TakeoverFacts } from './takeover-facts.ts';
import type { HeldTakeover } from './takeover-hold.ts';
import { type Fault, type InstanceFacts, instanceFacts } from './tracking.ts';

/** The parts of an instance and its present condition. */
export class Instance {
  readonly counters: VrrpCounters = newCounters();
  readonly timers: TimerTable = new TimerTable();
  readonly notices: NoticeLimiter;
  readonly standing: Standing;
  readonly watch: MasterWatch;
  readonly keeper: AddressKeeper;
  readonly announcer: Announcer;
  readonly conflict: Conflict;
  readonly answers: AnswerPace = new AnswerPace();
  readonly advertiser: Advertiser;
  readonly beat: Beat;
  readonly hearing: Hearing;
  readonly sending: SendWatch;
  readonly masters: HeardMasters = new HeardMasters();
  /** The down timer has run out, and the group has not decided yet. */
  readonly wish: GroupWish;
  config: VrrpInstanceConfig;
  membership: Membership;
  network: NetworkPicture | undefined;
  facts: InstanceFacts;
  /** A member of the group, perhaps this one, is at fault: which. */
  held: Takeover | undefined;
  /** The first advertisement as Master is ordered, and nothing is known of it yet; why. */
  claim: Takeover | undefined;
  /** What peers and witnesses say. */
  readonly takeover: TakeoverFacts;
  /** The down timer has run out, and something holds the takeover. */
  heldTakeover: HeldTakeover | undefined;
  /** When the event at hand happened. */
  now: Instant;
  /** What the event at hand leads to. */
  out: InstanceAction[] = [];

  constructor(options: VrrpMachineOptions) {
    const { config, membership, digests, clock, now } = options;
    const { counters, timers } = this;
    const checksums = new PeerChecksums(config);
    const parts = { digests, clock, checksums, sequence: { received: 0, sent: 0 } };
    this.config = config;
    this.membership = membership;
    this.notices = new NoticeLimiter(options.noticeBudget);
    this.watch = new MasterWatch(config, timers);
    this.keeper = new AddressKeeper(timers);
    this.announcer = new Announcer(config, timers, counters);
    this.conflict = new Conflict(timers, this.announcer);
    this.advertiser = new Advertiser(config, parts);
    this.beat = new Beat(config, { timers, advertiser: this.advertiser, now });
    this.hearing = new Hearing(config, { ...parts, counters, notices: this.notices });
    this.sending = new SendWatch(timers, counters);
    this.wish = new GroupWish(timers, (notice) => this.notice(notice));
    this.facts = instanceFacts(config, undefined, undefined);
    this.standing = new Standing(now);
    this.takeover = options.takeover;
    this.now = now;
  }

  /** The present state. */
  get state(): VrrpState {
    return this.standing.state;
  }

  /** Why the instance cannot take part by itself (not counting its group). */
  get fault(): Fault | undefined {
    return this.facts.fault ?? this.sending.fault;
  }

  /** Orders an advertisement of its present priority; the beat stays. */
  advertise(): void {
    this.beat.advertise(this.facts.effectivePriority, this.facts, this.now, this.out);
  }

  /** Orders an advertisement; the next one follows an interval after it. */
  advertiseNow(): void {
    this.advertise();
    this.beat.restart(this.now);
  }

  /** Orders all addresses to be there, or not. */
  setAddresses(present: boolean): void {
    this.keeper.order(this.config, present, this.out);
  }

  /** Reports something, within limits. */
  notice(notice: InstanceNotice): void {
    this.notices.say(this.config.name, notice.id, () => notice, this.now, this.out);
  }

  /** Reports that its advertisement is late by `late`; undefined is not late. */
  noticeLate(late: Duration | undefined): void {
    if (late !== undefined) this.notice({ id: 'vrrp.lateDeadline', timer: 'advertisement', late });
  }
}
