/**
 * Another router that advertises for our addresses while we are Master. Its advertisements may be valid and
 * lose, or be dropped (another password, another interval): both have drawn the segment's traffic to it. How
 * that ends is often not heard: the other steps down without a word when it hears us, or its host dies. So its
 * silence is the end, and then the addresses are announced again.
 */
import type { IpAddress } from '../base/address.ts';
import { after, type Duration, type Instant, seconds } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import { intervalFromField } from '../wire/intervals.ts';
import { RESIGN_PRIORITY, VRRP_TTL } from '../wire/protocol.ts';
import { intervalOf, priorityOf, VRRP_HEADER_LENGTH, versionOf } from '../wire/vrrp.ts';
import { type AcceptedAdvertisement, messageOf } from './accepted-advertisement.ts';
import type { Announcer } from './announcer.ts';
import { conflictOf } from './conflict-names.ts';
import { type Conflicting, ConflictWatch, type Rival } from './conflict-watch.ts';
import type { Rejection } from './counters.ts';
import type { PacketEvent } from './events-and-actions.ts';
import type { InstanceAction } from './instance-events.ts';
import type { PacketDifference } from './packet-difference.ts';

/** Intervals of silence that end a conflict: one advertisement is missing. Ending it early costs one burst. */
const SILENCE_INTERVALS = 1.5;

/** Longest interval that is believed of a packet that was dropped: version 3 knows no longer one. */
const INTERVAL_MAX: Duration = seconds(41);

/** When something was heard, and when we advertised last. */
export interface HeardWhen {
  readonly at: Instant;
  readonly now: Instant;
  readonly advertisedAt: Instant;
}

/**
 * The conflict of one Master. What it does about it ends with the timer `rival`; what is reported of it is followed by
 * the watch.
 */
export class Conflict {
  readonly #timers: TimerTable;
  readonly #announcer: Announcer;
  readonly #watch: ConflictWatch;
  /** When the other was last heard; undefined without a conflict. */
  #heardAt: Instant | undefined;
  /** The same, and not forgotten when the conflict is over. */
  #rivalAt: Instant | undefined;
  /** An advertisement of the other was dropped: no announcement has answered it. */
  #wasDropped = false;

  constructor(timers: TimerTable, announcer: Announcer) {
    this.#timers = timers;
    this.#announcer = announcer;
    this.#watch = new ConflictWatch(timers);
  }

  /** The conflicts that last. */
  get view(): readonly Conflicting[] {
    return this.#watch.view;
  }

  /** When another Master of this virtual router was heard last. */
  get rivalAt(): Instant | undefined {
    return this.#rivalAt;
  }

  /**
   * A losing advertisement came; the announcer has answered it. The other does not hear us, or drops what we send:
   * in version 2 another address list may be why.
   */
  lost(
    { source: address, priority, interval, mismatch }: AcceptedAdvertisement,
    when: HeardWhen,
    out: InstanceAction[],
  ): void {
    const name = mismatch === 'addressListErrors' ? 'other-addresses' : 'deaf-peer';
    this.#heard({ name, address, priority }, interval, when, out);
  }

  /**
   * The other says by its heartbeat that it is Master; `heard` counts as an advertisement, at our pace. What its
   * advertisements show already is not said again.
   */
  said(heard: Pick<Rival, 'address' | 'priority'>, when: HeardWhen, out: InstanceAction[]): void {
    const name = 'unheard-peer';
    const isKnown = this.view.some((one) => one.address === heard.address && one.name !== name);
    if (!isKnown) this.#heard({ name, ...heard }, this.#announcer.advertInterval, when, out);
  }

  /** An advertisement with our priority and our address. */
  same(
    { source: address, priority, interval }: AcceptedAdvertisement,
    when: HeardWhen,
    out: InstanceAction[],
  ): void {
    this.#heard({ name: 'same-address', address, priority }, interval, when, out);
  }

  /**
   * A packet was dropped for `rejection`. Nothing is answered, and nothing is sent but at the end of a
   * conflict: anybody can send such packets.
   */
  dropped(
    packet: PacketEvent,
    rejection: Rejection,
    difference: () => PacketDifference | undefined,
    when: HeardWhen,
    out: InstanceAction[],
  ): void {
    const message = messageOf(packet);
    if (message.length < VRRP_HEADER_LENGTH) return;
    const priority = priorityOf(message);
    const name = conflictOf(rejection, priority);
    if (name === undefined) return;
    if (priority === RESIGN_PRIORITY) {
      this.resigned(packet.source, when.now, out);
      return;
    }
    const version = versionOf(message) === 2 ? 2 : 3;
    const interval = intervalFromField(version, intervalOf(message, version));
    this.#wasDropped = true;
    const longest = this.#keepAwake(interval, when.at);
    // Packets that crossed a router come from no Master of this segment.
    if (packet.ttl >= 0 && packet.ttl !== VRRP_TTL) return;
    const what = difference();
    const rival = { name, address: packet.source, priority, ...(what && { difference: what }) };
    this.#watchRival(rival, longest, when, out);
  }

  /** The other has resigned. */
  resigned(source: IpAddress, now: Instant, out: InstanceAction[]): void {
    this.over(now, out);
    this.#watch.resigned(source, this.#announcer.instance, now, out);
  }

  /** The other has fallen silent: one advertisement is missing. */
  over(now: Instant, out: InstanceAction[]): void {
    if (this.#heardAt === undefined) return;
    this.#announcer.rivalGone(this.#heardAt, { unanswered: this.#wasDropped }, now, out);
    this.#forget();
  }

  /** The timer `conflict` is due. */
  watchDue(now: Instant, out: InstanceAction[]): void {
    this.#watch.due(this.#announcer.instance, now, out);
  }

  /**
   * After a reload: the other may hear us now, and step down without a word. What it does is heard: the
   * conflict goes on until then.
   */
  reassert(now: Instant, out: InstanceAction[]): void {
    if (this.#heardAt === undefined) return;
    this.#announcer.rivalGone(this.#heardAt, { unanswered: this.#wasDropped }, now, out);
  }

  /** We are not Master any more: there is no conflict. */
  leftMaster(now: Instant, out: InstanceAction[]): void {
    this.#forget();
    this.#watch.leftMaster(this.#announcer.instance, now, out);
  }

  #heard(rival: Rival, interval: Duration, when: HeardWhen, out: InstanceAction[]): void {
    this.#watchRival(rival, this.#keepAwake(interval, when.at), when, out);
  }

  /** Its silence is waited for; returns the longer one of the two intervals. */
  #keepAwake(interval: Duration, at: Instant): Duration {
    const longest = Math.max(
      this.#announcer.advertInterval,
      Math.min(interval, INTERVAL_MAX),
    ) as Duration;
    this.#heardAt = at;
    this.#rivalAt = at;
    this.#timers.set('rival', after(at, (longest * SILENCE_INTERVALS) as Duration));
    return longest;
  }

  #watchRival(rival: Rival, interval: Duration, when: HeardWhen, out: InstanceAction[]): void {
    const { instance } = this.#announcer;
    this.#watch.heard({ instance, rival, interval, ...when }, out);
  }

  #forget(): void {
    this.#heardAt = undefined;
    this.#wasDropped = false;
    this.#timers.clear('rival');
  }
}
