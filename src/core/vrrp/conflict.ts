/**
 * Another router that advertises for our addresses while we are Master. Its advertisements may be valid and
 * lose, or be dropped (another password, another interval): both have drawn the segment's traffic to it. How
 * that ends is often not heard: the other steps down without a word when it hears us, or its host dies. So its
 * silence is the end, and then the addresses are announced again.
 */
import { after, type Duration, type Instant, seconds } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import { intervalFromField } from '../wire/intervals.ts';
import { RESIGN_PRIORITY } from '../wire/protocol.ts';
import { intervalOf, priorityOf, VRRP_HEADER_LENGTH, versionOf } from '../wire/vrrp.ts';
import type { Announcer } from './announcer.ts';
import type { Rejection } from './counters.ts';
import type { InstanceAction } from './instance-events.ts';
import { messageOf, type PacketEvent } from './reception.ts';

/** Intervals of silence that end a conflict: one advertisement is missing. Ending it early costs one burst. */
const SILENCE_INTERVALS = 1.5;

/** Longest interval that is believed of a packet that was dropped: version 3 knows no longer one. */
const INTERVAL_MAX: Duration = seconds(41);

/**
 * Rejections that a second Master of the same virtual router gets when its configuration differs. The others
 * are damage, come from elsewhere, or are our own.
 */
const BY_DIFFERENCE: ReadonlySet<Rejection> = new Set<Rejection>([
  'wrongDestination',
  'unknownPeer',
  'versionErrors',
  'addressListErrors',
  'invalidAuthType',
  'authTypeMismatch',
  'authFailures',
  'intervalErrors',
  'ownerConflicts',
]);

/** The conflict of one Master. Its end is the timer `rival`. */
export class Conflict {
  readonly #timers: TimerTable;
  readonly #announcer: Announcer;
  /** When the other was last heard; undefined without a conflict. */
  #heardAt: Instant | undefined;
  /** An advertisement of the other was dropped: no announcement has answered it. */
  #wasDropped = false;

  constructor(timers: TimerTable, announcer: Announcer) {
    this.#timers = timers;
    this.#announcer = announcer;
  }

  /** A losing advertisement came at `at`; the announcer has answered it. */
  lost(at: Instant, interval: Duration): void {
    this.#heard(at, interval);
  }

  /**
   * A packet was dropped for `rejection`. Nothing is answered, and nothing is sent but at the end of a
   * conflict: anybody can send such packets.
   */
  dropped(packet: PacketEvent, rejection: Rejection, now: Instant, out: InstanceAction[]): void {
    const message = messageOf(packet);
    if (!BY_DIFFERENCE.has(rejection) || message.length < VRRP_HEADER_LENGTH) return;
    if (priorityOf(message) === RESIGN_PRIORITY) {
      this.over(now, out);
      return;
    }
    const version = versionOf(message) === 2 ? 2 : 3;
    this.#heard(packet.receivedAt, intervalFromField(version, intervalOf(message, version)));
    this.#wasDropped = true;
  }

  /** The other has resigned or fallen silent. */
  over(now: Instant, out: InstanceAction[]): void {
    if (this.#heardAt === undefined) return;
    this.#announcer.rivalGone(this.#heardAt, { unanswered: this.#wasDropped }, now, out);
    this.leftMaster();
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
  leftMaster(): void {
    this.#heardAt = undefined;
    this.#wasDropped = false;
    this.#timers.clear('rival');
  }

  #heard(at: Instant, interval: Duration): void {
    const longest = Math.max(this.#announcer.advertInterval, Math.min(interval, INTERVAL_MAX));
    this.#heardAt = at;
    this.#timers.set('rival', after(at, (longest * SILENCE_INTERVALS) as Duration));
  }
}
