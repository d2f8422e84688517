/**
 * The waiting announcements of one interface (or `garp_group`) and kind, and their pace: the gap that is configured, and a longer
 * one while the kernel takes no more frames (a full transmit queue, EAGAIN or ENOBUFS). A refused frame waits
 * again, until it leaves or nobody wants it any more. The gap doubles with each refusal and falls with each frame that leaves, so the pace
 * follows the link. After a time, or at once where the errno is none that passes, the frames are late: that is said, each address keeps one
 * frame, and the gap may grow further.
 */
import { after, type Duration, elapsed, type Instant, ZERO_DURATION } from '../base/time.ts';
import type { DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { Announcement, AnnouncementBurst } from './announcement.ts';
import type { VrrpAction } from './events-and-actions.ts';
import {
  LATE_GAP_MAX,
  PENDING_FRAMES_MAX,
  REFUSED_GAP_MAX,
  REFUSED_GAP_MIN,
  REFUSED_PATIENCE,
} from './limits.ts';

/** One frame to send. */
export type AnnounceAction = Extract<VrrpAction, { readonly type: 'announce' }>;

/** Refusals that pass: the queue of the interface or the buffer of the socket is full, or the link is away for a moment. */
const PASSES: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS', 'ENETDOWN', 'ENODEV', 'ENXIO']);

/** What became of frames that the kernel has refused: they are late, or have left after all. */
export interface RefusedFrames {
  readonly ifindex: number;
  readonly kind: Announcement['kind'];
  readonly outcome: 'late' | 'left';
  /** Addresses that wait. */
  readonly waiting: number;
  /** Frames that left since the first refusal, and how long that is. */
  readonly sent: number;
  readonly since: Duration;
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
  /** Of the last refusal. */
  errno: string;
  gap: Duration;
  refusedAt: Instant | undefined;
  sent: number;
  /** `late`: to be said; `told`: it was. */
  stage: 'fresh' | 'late' | 'told';
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
    const { refusedAt, stage } = this.#jam ?? {};
    if (stage === undefined || stage === 'fresh' || refusedAt === undefined) return;
    // A new Master does not wait for the long gap of an old jam.
    const soon = Math.max(now, after(refusedAt, REFUSED_GAP_MAX)) as Instant;
    if (this.#notBefore === undefined || soon < this.#notBefore) this.#notBefore = soon;
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
      stage: 'fresh',
    };
    jam.errno = errno;
    const isLate = !PASSES.has(errno) || elapsed(jam.since, now) >= REFUSED_PATIENCE;
    if (isLate && jam.stage === 'fresh') this.#turnLate(jam);
    // Frames that were refused together are one refusal.
    if (jam.refusedAt !== now) {
      const doubled = Math.max(REFUSED_GAP_MIN, 2 * jam.gap);
      const most = jam.stage === 'fresh' ? REFUSED_GAP_MAX : LATE_GAP_MAX;
      jam.gap = Math.min(most, doubled) as Duration;
    }
    jam.refusedAt = now;
    this.#jam = jam;
    this.#wait(action.instance, action, 1, now);
    const sooner = after(now, jam.gap);
    if (this.#notBefore === undefined || this.#notBefore < sooner) this.#notBefore = sooner;
  }

  /** A frame has left: the link takes frames again, so the long gap of late ones is over at once. */
  sent(now: Instant): void {
    const jam = this.#jam;
    if (jam === undefined) return;
    jam.sent += 1;
    const halved = Math.min(REFUSED_GAP_MAX, Math.round(jam.gap / 2));
    jam.gap = Math.max(REFUSED_GAP_MIN, halved) as Duration;
    const sooner = after(now, Math.max(this.#gap, jam.gap) as Duration);
    if (this.#notBefore !== undefined && sooner < this.#notBefore) this.#notBefore = sooner;
  }

  /** What is to be said of refused frames, once each: that they are late, and that they have left. */
  report(now: Instant): RefusedFrames | undefined {
    const jam = this.#jam;
    if (jam === undefined) return undefined;
    const isOver = this.#pending.size === 0;
    const { stage, sent, errno } = jam;
    if (isOver) this.#jam = undefined;
    if (stage === 'fresh' || (stage === 'told' && !isOver)) return undefined;
    jam.stage = 'told';
    return {
      ifindex: this.#ifindex,
      kind: this.#kind,
      outcome: isOver ? 'left' : 'late',
      waiting: this.#pending.size,
      sent,
      since: elapsed(jam.since, now),
      errno,
    };
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

  /** Drops what nobody wants any more; false when all is wanted. Nothing is said of a jam that ends so. */
  keep(isWanted: (instance: string, announcement: Announcement) => boolean): boolean {
    const before = this.#pending.size;
    for (const [key, { instance, announcement }] of this.#pending) {
      if (!isWanted(instance, announcement)) this.#pending.delete(key);
    }
    if (this.#pending.size === 0) this.#jam = undefined;
    return this.#pending.size < before;
  }

  #turnLate(jam: Jam): void {
    jam.stage = 'late';
    for (const [key, pending] of this.#pending) {
      this.#pending.set(key, { ...pending, remaining: 1 });
    }
  }

  #wait(instance: string, announcement: Announcement, count: number, now: Instant): void {
    if (this.#notBefore === undefined || this.#notBefore < now) this.#notBefore = now;
    const key = pendingKey(instance, announcement);
    const waiting = this.#pending.get(key)?.remaining ?? 0;
    const { stage = 'fresh' } = this.#jam ?? {};
    const most = stage === 'fresh' ? PENDING_FRAMES_MAX : 1;
    const remaining = Math.min(most, waiting + count);
    this.#pending.set(key, { instance, announcement, remaining });
  }
}

function pendingKey(instance: string, { address, ifindex }: Announcement): string {
  return `${ifindex} ${address} ${instance}`;
}

/** The order to send one frame. */
export function announceAction(
  instance: string,
  { kind, ifindex, address, frame }: Announcement,
): AnnounceAction {
  return { type: 'announce', instance, kind, ifindex, address, frame };
}
