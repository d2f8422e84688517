/**
 * Sends bursts of announcements at the pace an interface is allowed (keywords `garp_interval` and
 * `gna_interval`). Without a gap a burst goes out at once, round by round over its addresses. With a gap
 * frames wait in the channel of their interface and kind (or of its `garp_group`), in turn over all addresses that wait there,
 * and no frame is lost to the gap. What the kernel does not take waits there, too, as long as its instance is Master and has the address
 * there. A frame counts as sent when the driver says that it left.
 */
import type { Duration, Instant } from '../base/time.ts';
import { DeadlineHeap, type DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { AnnounceGroupConfig } from '../model/links.ts';
import {
  type AnnounceAction,
  AnnounceChannel,
  announceAction,
  type RefusedFrames,
} from './announce-channel.ts';
import { type Announcement, type AnnouncementBurst, announcedPlace } from './announcement.ts';
import type { AnnounceResult, VrrpAction, VrrpCounters } from './events-and-actions.ts';

/** The group of each interface that has one, by interface index. */
export type AnnounceGroups = ReadonlyMap<
  number,
  Pick<AnnounceGroupConfig, 'arpGap' | 'naGap'> & { readonly id: number }
>;

/** What an instance wants to announce now: `ifindex address`, as `announcedPlace` writes it. Nothing while it is not Master. */
export type WantedOf = (instance: string) => ReadonlySet<string>;

/** All waiting announcements of a router; wakes when the next frame may go. */
export class AnnounceQueue implements DeadlineItem {
  readonly #channels = new Map<string, AnnounceChannel>();
  readonly #heap = new DeadlineHeap<AnnounceChannel>();
  #groups: AnnounceGroups = new Map();
  /** Where the frames of an instance are counted, by its name. */
  readonly #counters = new Map<string, VrrpCounters>();

  /** When the next waiting frame may go; undefined while nothing waits. */
  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  /** Interfaces share the spacing of their group from now on; what waits goes on as it was. */
  group(groups: AnnounceGroups): void {
    this.#groups = groups;
  }

  /** Sends what may go at once into `out` and queues the rest. */
  add(burst: AnnouncementBurst, now: Instant, out: VrrpAction[]): void {
    this.#counters.set(burst.instance, burst.counters);
    const immediate: Announcement[] = [];
    for (const announcement of burst.announcements) {
      const { channel, gap = announcement.kind === 'arp' ? burst.arpGap : burst.naGap } =
        this.#channel(announcement);
      if (gap === 0 && !channel.isJammed) {
        immediate.push(announcement);
        continue;
      }
      channel.add(burst, announcement, gap, now);
      this.#heap.update(channel);
    }
    for (let round = 0; round < burst.repeat; round++) {
      for (const announcement of immediate) out.push(announceAction(burst.instance, announcement));
    }
    this.advance(now, out);
  }

  /** Sends the frames whose time has come. */
  advance(now: Instant, out: VrrpAction[]): void {
    for (;;) {
      const channel = this.#heap.first;
      if (channel?.deadline === undefined || channel.deadline > now) return;
      const action = channel.take(now);
      if (action !== undefined) out.push(action);
      this.#heap.update(channel);
    }
  }

  /**
   * Takes over how frames were sent. One that was refused waits again while it is wanted. What is to be said of refused ones is
   * returned.
   */
  settle(
    results: readonly AnnounceResult[],
    now: Instant,
    wantedOf: WantedOf,
  ): readonly RefusedFrames[] {
    const channels = new Set<AnnounceChannel>();
    for (const { action, errno } of results) {
      const { channel } = this.#channel(action);
      channels.add(channel);
      if (errno === undefined) {
        this.#count(action);
        channel.sent(now);
      } else if (wantedOf(action.instance).has(announcedPlace(action))) {
        channel.refused(action, errno, now);
      }
    }
    return [...channels].flatMap((channel) => {
      const said = channel.report(now);
      this.#heap.update(channel);
      return said ?? [];
    });
  }

  /** Drops what waits and is not wanted any more: another configuration, another host. */
  keep(wantedOf: WantedOf): void {
    this.#drop((instance, announcement) => !wantedOf(instance).has(announcedPlace(announcement)));
  }

  /** Drops what waits for an instance: it is no longer Master. */
  cancel(instance: string): void {
    this.#drop((name) => name === instance);
  }

  /** Instances go on under other names (old to new): so does what waits for them, and where it is counted. */
  rename(names: ReadonlyMap<string, string>): void {
    for (const channel of this.#channels.values()) channel.rename(names);
    const counters = [...this.#counters];
    this.#counters.clear();
    for (const [name, counts] of counters) this.#counters.set(names.get(name) ?? name, counts);
  }

  /** Forgets an instance that is gone. */
  forget(instance: string): void {
    this.cancel(instance);
    this.#counters.delete(instance);
  }

  #drop(isDropped: (instance: string, announcement: Announcement) => boolean): void {
    for (const channel of this.#channels.values()) {
      if (channel.keep((...waiting) => !isDropped(...waiting))) this.#heap.update(channel);
    }
  }

  #count({ instance, kind }: AnnounceAction): void {
    const counters = this.#counters.get(instance);
    if (counters === undefined) return;
    if (kind === 'arp') counters.arpSent += 1;
    else counters.naSent += 1;
  }

  /** The channel of an interface, or of its group with the gap of that. */
  #channel(of: Pick<Announcement, 'ifindex' | 'kind'>): {
    readonly channel: AnnounceChannel;
    readonly gap?: Duration;
  } {
    const group = this.#groups.get(of.ifindex);
    const gap = of.kind === 'arp' ? group?.arpGap : group?.naGap;
    const key = gap === undefined ? `${of.ifindex}/${of.kind}` : `group ${group?.id}/${of.kind}`;
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = new AnnounceChannel(of);
      this.#channels.set(key, channel);
    }
    return { channel, ...(gap !== undefined && { gap }) };
  }
}
