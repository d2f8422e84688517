/**
 * Sends bursts of announcements at the pace an interface is allowed (keywords `garp_interval` and
 * `gna_interval`). Without a gap a burst goes out at once, round by round over its addresses. With a gap
 * frames wait in the channel of their interface and kind, in turn over all addresses that wait there, and no
 * frame is lost to the gap.
 */
import { after, type Duration, type Instant, ZERO_DURATION } from '../base/time.ts';
import type { Announcement, AnnouncementBurst } from './announcement.ts';
import { DeadlineHeap, type DeadlineItem } from './deadline-heap.ts';
import type { VrrpAction, VrrpCounters } from './types.ts';

/** Most frames that wait for one address: bursts that come faster than the gap add up to no more. */
export const PENDING_FRAMES_MAX = 512;

type AnnounceAction = Extract<VrrpAction, { readonly type: 'announce' }>;

/** All waiting announcements of a router; wakes when the next frame may go. */
export class AnnounceQueue implements DeadlineItem {
  readonly #channels = new Map<string, Channel>();
  readonly #heap = new DeadlineHeap<Channel>();

  /** When the next waiting frame may go; undefined while nothing waits. */
  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  /** Sends what may go at once into `out` and queues the rest. */
  add(burst: AnnouncementBurst, now: Instant, out: VrrpAction[]): void {
    const immediate: Announcement[] = [];
    for (const announcement of burst.announcements) {
      const gap = announcement.kind === 'arp' ? burst.arpGap : burst.naGap;
      if (gap === 0) {
        immediate.push(announcement);
        continue;
      }
      const channel = this.#channel(announcement);
      channel.add(burst, announcement, gap, now);
      this.#heap.update(channel);
    }
    for (let round = 0; round < burst.repeat; round++) {
      for (const announcement of immediate) {
        out.push(announce(burst.instance, announcement, burst.counters));
      }
    }
    this.advance(now, out);
  }

  /** Sends the frames whose time has come. */
  advance(now: Instant, out: VrrpAction[]): void {
    for (;;) {
      const channel = this.#heap.first;
      const action = channel?.take(now);
      if (channel === undefined || action === undefined) return;
      out.push(action);
      this.#heap.update(channel);
    }
  }

  /** Drops what waits for an instance: it is no longer Master. */
  cancel(instance: string): void {
    for (const channel of this.#channels.values()) {
      if (!channel.cancel(instance)) continue;
      this.#heap.update(channel);
    }
  }

  #channel(announcement: Announcement): Channel {
    const key = `${announcement.ifindex}/${announcement.kind}`;
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = new Channel();
      this.#channels.set(key, channel);
    }
    return channel;
  }
}

interface Pending {
  readonly instance: string;
  readonly announcement: Announcement;
  readonly counters: VrrpCounters;
  readonly remaining: number;
}

/** The waiting frames of one interface and kind. */
class Channel implements DeadlineItem {
  /** In the order of their turn; a map, so that a turn costs the same however many wait. */
  readonly #pending = new Map<string, Pending>();
  #gap: Duration = ZERO_DURATION;
  #notBefore: Instant | undefined;

  get deadline(): Instant | undefined {
    return this.#pending.size === 0 ? undefined : this.#notBefore;
  }

  add(burst: AnnouncementBurst, announcement: Announcement, gap: Duration, now: Instant): void {
    this.#gap = gap;
    if (this.#notBefore === undefined || this.#notBefore < now) this.#notBefore = now;
    const key = `${announcement.address} ${burst.instance}`;
    const waiting = this.#pending.get(key)?.remaining ?? 0;
    this.#pending.set(key, {
      instance: burst.instance,
      announcement,
      counters: burst.counters,
      remaining: Math.min(PENDING_FRAMES_MAX, waiting + burst.repeat),
    });
  }

  take(now: Instant): AnnounceAction | undefined {
    if (this.#notBefore === undefined || now < this.#notBefore) return undefined;
    for (const [key, next] of this.#pending) {
      this.#notBefore = after(now, this.#gap);
      this.#pending.delete(key);
      if (next.remaining > 1) this.#pending.set(key, { ...next, remaining: next.remaining - 1 });
      return announce(next.instance, next.announcement, next.counters);
    }
    return undefined;
  }

  cancel(instance: string): boolean {
    let found = false;
    for (const [key, pending] of this.#pending) {
      if (pending.instance !== instance) continue;
      this.#pending.delete(key);
      found = true;
    }
    return found;
  }
}

function announce(
  instance: string,
  { kind, ifindex, address, frame }: Announcement,
  counters: VrrpCounters,
): AnnounceAction {
  if (kind === 'arp') counters.arpSent += 1;
  else counters.naSent += 1;
  return { type: 'announce', instance, kind, ifindex, address, frame };
}
