/**
 * The conflict of one Master as operators see it: with a begin, an end and a name. Another router that advertises
 * once more while it steps down is none. One that still advertises after it could have heard us is: from then on the
 * segment has two Masters, until it falls silent or resigns, or we leave mastership.
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

/** Follows the conflict of one Master, with the timer `conflict`. */
export class ConflictWatch {
  readonly #timers: TimerTable;
  /** Others that were heard, and are no conflict yet. */
  readonly #suspects = new Map<IpAddress, Suspect>();
  #running: Running | undefined;

  constructor(timers: TimerTable) {
    this.#timers = timers;
  }

  /** The conflict that lasts; undefined without one. */
  get view(): Conflicting | undefined {
    const running = this.#running;
    return running && { ...running.rival, since: running.since };
  }

  /** Another Master was heard. Of several, the first one is followed. */
  heard(heard: RivalHeard, out: { push(report: ConflictReport): void }): void {
    const { instance, rival, at, now, interval } = heard;
    const silence = (interval * SILENCE_INTERVALS) as Duration;
    const running = this.#running;
    if (running !== undefined) {
      if (running.rival.address !== rival.address) return;
      Object.assign(running, { rival, heardAt: at, silence });
      this.#setTimer(running);
      return;
    }
    const since = this.#hasAnswered(heard, silence);
    if (since === undefined) return;
    this.#suspects.clear();
    this.#running = { rival, since, heardAt: at, silence, saidAt: now };
    this.#setTimer(this.#running);
    out.push({ type: 'conflict', instance, phase: 'began', rival, lasted: elapsed(since, now) });
  }

  /** The timer is due: it is over, or to be said again. */
  due(instance: string, now: Instant, out: { push(report: ConflictReport): void }): void {
    const running = this.#running;
    if (running === undefined) return;
    if (elapsed(running.heardAt, now) >= running.silence) {
      this.over('silent', instance, now, out);
      return;
    }
    if (elapsed(running.saidAt, now) >= CONFLICT_REPEAT) {
      running.saidAt = now;
      const { rival, since } = running;
      out.push({ type: 'conflict', instance, phase: 'lasts', rival, lasted: elapsed(since, now) });
    }
    this.#setTimer(running);
  }

  /** It is over, or there was none. */
  over(
    phase: ConflictEnd,
    instance: string,
    now: Instant,
    out: { push(report: ConflictReport): void },
  ): void {
    const running = this.#running;
    this.#running = undefined;
    this.#suspects.clear();
    this.#timers.clear('conflict');
    if (running === undefined) return;
    const { rival, since } = running;
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
      this.#suspect(rival.address, { since: at, heardAt: at, until });
      return undefined;
    }
    Object.assign(suspect, { heardAt: at, until });
    const { since } = suspect;
    const hasSpokenBetween = since <= advertisedAt && advertisedAt <= at;
    return hasSpokenBetween && elapsed(since, at) >= interval / 2 ? since : undefined;
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

  #setTimer({ heardAt, silence, saidAt }: Running): void {
    const next = earliest(after(heardAt, silence), after(saidAt, CONFLICT_REPEAT));
    if (next !== undefined) this.#timers.set('conflict', next);
  }
}
