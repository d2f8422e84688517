/**
 * The waiting announcements of one interface (or `garp_group`) and kind, and their pace: the gap that is configured, and a longer
 * one while the kernel takes no more frames (a full transmit queue, EAGAIN or ENOBUFS). A refused frame waits
 * again. The gap doubles with each refusal and halves with each frame that leaves, so the pace follows the link.
 */
import { after, type Duration, elapsed, type Instant, ZERO_DURATION } from '../base/time.ts';
import type { DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { Announcement, AnnouncementBurst } from './announcement.ts';
import type { VrrpAction } from './events-and-actions.ts';
import {
  PENDING_FRAMES_MAX,
  REFUSED_GAP_MAX,
  REFUSED_GAP_MIN,
  REFUSED_PATIENCE,
} from './limits.ts';

/** One frame to send. */
export type AnnounceAction = Extract<VrrpAction, { readonly type: 'announce' }>;

/** Frames that were given up. */
export interface LostFrames {
  readonly ifindex: number;
  readonly kind: Announcement['kind'];
  /** Frames that left since the first refusal, and that never will. */
  readonly sent: number;
  readonly lost: number;
  readonly errno: string;
}

interface Pending {
  readonly instance: string;
  readonly announcement: Announcement;
  readonly remaining: number;
}

/** From the first refused frame until nothing waits any more. */
interface Jam {
  readonly since: Instant;
  readonly errno: string;
  gap: Duration;
  refusedAt: Instant | undefined;
  sent: number;
}

/** The waiting frames of one interface and kind. */
export class AnnounceChannel implements DeadlineItem {
  readonly #ifindex: number;
  readonly #kind: Announcement['kind'];
  /** In the order of their turn; a map, so that a turn costs the same however many wait. */
  readonly #pending = new Map<string, Pending>();
  #gap: Duration = ZERO_DURATION;
  #notBefore: Instant | undefined;
  #jam: Jam | undefined;

  constructor({ ifindex, kind }: Pick<Announcement, 'ifindex' | 'kind'>) {
    this.#ifindex = ifindex;
    this.#kind = kind;
  }

  /** When the next waiting frame may go; undefined while nothing waits. */
  get deadline(): Instant | undefined {
    return this.#pending.size === 0 ? undefined : this.#notBefore;
  }

  /** True while the kernel refuses frames: new ones have to wait, too. */
  get isJammed(): boolean {
    return this.#jam !== undefined;
  }

  /** Adds the frames of a burst for one address, with the gap that is configured. */
  add(burst: AnnouncementBurst, announcement: Announcement, gap: Duration, now: Instant): void {
    this.#gap = gap;
    this.#wait(burst.instance, announcement, burst.repeat, now);
  }

  /** The frame whose turn it is, if its time has come. */
  take(now: Instant): AnnounceAction | undefined {
    if (this.#notBefore === undefined || now < this.#notBefore) return undefined;
    for (const [key, next] of this.#pending) {
      this.#notBefore = after(now, Math.max(this.#gap, this.#jam?.gap ?? 0) as Duration);
      this.#pending.delete(key);
      if (next.remaining > 1) this.#pending.set(key, { ...next, remaining: next.remaining - 1 });
      return announceAction(next.instance, next.announcement);
    }
    return undefined;
  }

  /** A frame was not taken: it waits again. */
  refused(action: AnnounceAction, errno: string, now: Instant): void {
    const jam: Jam = this.#jam ?? {
      since: now,
      errno,
      gap: ZERO_DURATION,
      refusedAt: undefined,
      sent: 0,
    };
    // Frames that were refused together are one refusal.
    if (jam.refusedAt !== now) {
      const doubled = Math.max(REFUSED_GAP_MIN, 2 * jam.gap);
      jam.gap = Math.min(REFUSED_GAP_MAX, doubled) as Duration;
    }
    jam.refusedAt = now;
    this.#jam = jam;
    this.#wait(action.instance, action, 1, now);
    const sooner = after(now, jam.gap);
    if (this.#notBefore === undefined || this.#notBefore < sooner) this.#notBefore = sooner;
  }

  /** A frame has left. */
  sent(): void {
    if (this.#jam === undefined) return;
    this.#jam.sent += 1;
    this.#jam.gap = Math.max(REFUSED_GAP_MIN, Math.round(this.#jam.gap / 2)) as Duration;
    if (this.#pending.size === 0) this.#jam = undefined;
  }

  /** Gives up what has been refused for too long. */
  expire(now: Instant): LostFrames | undefined {
    const jam = this.#jam;
    if (jam === undefined || elapsed(jam.since, now) < REFUSED_PATIENCE) return undefined;
    let lost = 0;
    for (const { remaining } of this.#pending.values()) lost += remaining;
    this.#pending.clear();
    this.#jam = undefined;
    if (lost === 0) return undefined;
    return { ifindex: this.#ifindex, kind: this.#kind, sent: jam.sent, lost, errno: jam.errno };
  }

  /** Instances go on under other names, old to new. */
  rename(names: ReadonlyMap<string, string>): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) {
      const instance = names.get(pending.instance) ?? pending.instance;
      this.#pending.set(pendingKey(instance, pending.announcement), { ...pending, instance });
    }
  }

  /** Drops what waits for an instance; false when nothing did. */
  cancel(instance: string): boolean {
    let found = false;
    for (const [key, pending] of this.#pending) {
      if (pending.instance !== instance) continue;
      this.#pending.delete(key);
      found = true;
    }
    if (this.#pending.size === 0) this.#jam = undefined;
    return found;
  }

  #wait(instance: string, announcement: Announcement, count: number, now: Instant): void {
    if (this.#notBefore === undefined || this.#notBefore < now) this.#notBefore = now;
    const key = pendingKey(instance, announcement);
    const waiting = this.#pending.get(key)?.remaining ?? 0;
    const remaining = Math.min(PENDING_FRAMES_MAX, waiting + count);
    this.#pending.set(key, { instance, announcement, remaining });
  }
}

function pendingKey(instance: string, { address }: Announcement): string {
  return `${address} ${instance}`;
}

/** The order to send one frame. */
export function announceAction(
  instance: string,
  { kind, ifindex, address, frame }: Announcement,
): AnnounceAction {
  return { type: 'announce', instance, kind, ifindex, address, frame };
}
