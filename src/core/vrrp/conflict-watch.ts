/**
 * The conflicts of one Master as operators see them: each with a begin, an end and a name. Another router that
 * advertises once more while it steps down is none, and neither is one whose advertisement crosses ours after a stall.
 * One that still advertises after it could have heard us is: from then on the segment has two Masters, until it falls
 * silent or resigns, or we leave mastership.
 */
import type { IpAddress } from '../base/address.ts';
import { after, type Duration, earliest, elapsed, type Instant, seconds } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import type { ConflictName } from './conflict-names.ts';
import type { PacketDifference } from './packet-difference.ts';

/** A conflict that lasts is reported again after this time. */
export const CONFLICT_REPEAT: Duration = seconds(300);

/** Intervals of silence that end it: as many as a Backup waits for, and a half. */
const SILENCE_INTERVALS = 3.5;

/** Anybody can send packets: beyond these at once, no new sender is followed until one of them is silent. */
const SUSPECTS_MAX = 16;

/** So many other Masters are followed at once, each with its begin and end. */
export const RIVALS_MAX = 8;

/** Part of an interval that another router needs at most to hear us and step down. */
const ANSWER_INTERVALS = 1 / 4;

/** The other router, and what is known of the difference. */
export interface Rival {
  readonly name: ConflictName;
  readonly address: IpAddress;
  /** As it advertises. */
  readonly priority: number;
  /** Which address, which setting. */
  readonly difference?: PacketDifference;
}

/** A conflict that lasts. */
export interface Conflicting extends Rival {
  /** When the first advertisement of it came. */
  readonly since: Instant;
}

/** How a conflict ended: the other is silent, or has resigned; or this router is not Master any more. */
export type ConflictEnd = 'silent' | 'resigned' | 'left-master';

/** What is reported. */
export interface ConflictReport {
  readonly type: 'conflict';
  readonly instance: string;
  readonly phase: 'began' | 'lasts' | ConflictEnd;
  readonly rival: Rival;
  /** Since it began. */
  readonly lasted: Duration;
}

/** Another router that was heard, and may be about to step down. */
interface Suspect {
  readonly since: Instant;
  heardAt: Instant;
  /** Forgotten when it was not heard again by then. */
  until: Instant;
  /** It was heard behind an advertisement of ours, but so soon that the two may have crossed. */
  hasCrossed: boolean;
}

interface Running {
  rival: Rival;
  readonly since: Instant;
  heardAt: Instant;
  silence: Duration;
  saidAt: Instant;
}

/** An advertisement of another Master. */
export interface RivalHeard {
  readonly instance: string;
  readonly rival: Rival;
  readonly at: Instant;
  readonly now: Instant;
  /** The longer one of the two advertisement intervals. */
  readonly interval: Duration;
  /** When we advertised last. */
  readonly advertisedAt: Instant;
}

/** Where reports go. */
interface Reports {
  push(report: ConflictReport): void;
}

/** Follows the conflicts of one Master, with the timer `conflict`. */
export class ConflictWatch {
  readonly #timers: TimerTable;
  /** Others that were heard, and are no conflict yet. */
  readonly #suspects = new Map<IpAddress, Suspect>();
  /** In the order in which they began. */
  readonly #running = new Map<IpAddress, Running>();

  constructor(timers: TimerTable) {
    this.#timers = timers;
  }

  /** The conflicts that last, the oldest first. */
  get view(): readonly Conflicting[] {
    return Array.from(this.#running.values(), ({ rival, since }) => ({ ...rival, since }));
  }

  /** Another Master was heard. */
  heard(heard: RivalHeard, out: Reports): void {
    const { instance, rival, at, now, interval } = heard;
    const silence = (interval * SILENCE_INTERVALS) as Duration;
    const running = this.#running.get(rival.address);
    if (running !== undefined) {
      Object.assign(running, { rival, heardAt: at, silence });
      this.#setTimer();
      return;
    }
    const since = this.#hasAnswered(heard, silence);
    if (since === undefined || this.#running.size >= RIVALS_MAX) return;
    this.#suspects.delete(rival.address);
    this.#running.set(rival.address, { rival, since, heardAt: at, silence, saidAt: now });
    this.#setTimer();
    out.push({ type: 'conflict', instance, phase: 'began', rival, lasted: elapsed(since, now) });
  }

  /** The timer is due: conflicts are over, or to be said again. */
  due(instance: string, now: Instant, out: Reports): void {
    for (const running of [...this.#running.values()]) {
      if (elapsed(running.heardAt, now) >= running.silence) {
        this.#end(running, 'silent', instance, now, out);
      } else if (elapsed(running.saidAt, now) >= CONFLICT_REPEAT) {
        running.saidAt = now;
        const { rival, since } = running;
        const lasted = elapsed(since, now);
        out.push({ type: 'conflict', instance, phase: 'lasts', rival, lasted });
      }
    }
    this.#setTimer();
  }

  /** One of the others has resigned. */
  resigned(address: IpAddress, instance: string, now: Instant, out: Reports): void {
    this.#suspects.delete(address);
    const running = this.#running.get(address);
    if (running === undefined) return;
    this.#end(running, 'resigned', instance, now, out);
    this.#setTimer();
  }

  /** We are not Master any more. */
  leftMaster(instance: string, now: Instant, out: Reports): void {
    this.#suspects.clear();
    for (const running of [...this.#running.values()]) {
      this.#end(running, 'left-master', instance, now, out);
    }
    this.#setTimer();
  }

  #end(
    { rival, since }: Running,
    phase: ConflictEnd,
    instance: string,
    now: Instant,
    out: Reports,
  ): void {
    this.#running.delete(rival.address);
    out.push({ type: 'conflict', instance, phase, rival, lasted: elapsed(since, now) });
  }

  /** Since when, if this router could have heard us and goes on all the same. */
  #hasAnswered(
    { rival, at, interval, advertisedAt }: RivalHeard,
    silence: Duration,
  ): Instant | undefined {
    const suspect = this.#suspects.get(rival.address);
    const until = after(at, silence);
    if (suspect === undefined || elapsed(suspect.heardAt, at) >= silence) {
      this.#suspect(rival.address, { since: at, heardAt: at, until, hasCrossed: false });
      return undefined;
    }
    const { since, hasCrossed } = suspect;
    const hasSpokenBetween = since <= advertisedAt && advertisedAt <= at;
    Object.assign(suspect, { heardAt: at, until });
    if (!hasSpokenBetween || elapsed(since, at) < interval / 2) return undefined;
    suspect.hasCrossed = true;
    const hadTime = elapsed(advertisedAt, at) >= interval * ANSWER_INTERVALS;
    return hadTime || hasCrossed ? since : undefined;
  }

  #suspect(address: IpAddress, suspect: Suspect): void {
    if (this.#suspects.size >= SUSPECTS_MAX) {
      for (const [other, { until }] of this.#suspects) {
        if (until <= suspect.since) this.#suspects.delete(other);
      }
    }
    if (this.#suspects.size < SUSPECTS_MAX || this.#suspects.has(address)) {
      this.#suspects.set(address, suspect);
    }
  }

  #setTimer(): void {
    const moments = Array.from(this.#running.values(), ({ heardAt, silence, saidAt }) =>
      earliest(after(heardAt, silence), after(saidAt, CONFLICT_REPEAT)),
    );
    const next = moments.reduce<Instant | undefined>(earliest, undefined);
    if (next === undefined) this.#timers.clear('conflict');
    else this.#timers.set('conflict', next);
  }
}
