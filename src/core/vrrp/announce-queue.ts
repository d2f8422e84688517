/**
 * Sends bursts of announcements at the pace an interface is allowed (keywords `garp_interval` and
 * `gna_interval`). Without a gap a burst goes out at once, round by round over its addresses. With a gap
 * frames wait in the channel of their interface and kind (or of its `garp_group`), in turn over all addresses that wait there,
 * and no frame is lost to the gap. What the kernel does not take for want of room waits there, too. A frame counts as
 * sent when the driver says that it left.
 */
import type { Duration, Instant } from '../base/time.ts';
import { DeadlineHeap, type DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { AnnounceGroupConfig } from '../model/links.ts';
import {
  type AnnounceAction,
  AnnounceChannel,
  announceAction,
  type LostFrames,
} from './announce-channel.ts';
import type { Announcement, AnnouncementBurst } from './announcement.ts';
import type { AnnounceResult, VrrpAction, VrrpCounters } from './events-and-actions.ts';

/** Refusals that pass: the queue of the interface or the buffer of the socket is full. */
const NO_ROOM: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS']);

/** What sending on a link that goes away is answered with; the change of the link says it better. */
const LINK_IS_GONE: ReadonlySet<string> = new Set(['ENETDOWN', 'ENODEV', 'ENXIO']);

/** The group of each interface that has one, by interface index. */
export type AnnounceGroups = ReadonlyMap<
  number,
  Pick<AnnounceGroupConfig, 'arpGap' | 'naGap'> & { readonly id: number }
>;

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

  /** Sends what may go at once into `out` and queues the rest; what was given up is returned. */
  add(burst: AnnouncementBurst, now: Instant, out: VrrpAction[]): readonly LostFrames[] {
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
    return this.advance(now, out);
  }

  /** Sends the frames whose time has come; what was given up is returned. */
  advance(now: Instant, out: VrrpAction[]): readonly LostFrames[] {
    const lost: LostFrames[] = [];
    for (;;) {
      const channel = this.#heap.first;
      if (channel?.deadline === undefined || channel.deadline > now) return lost;
      const given = channel.expire(now);
      if (given !== undefined) lost.push(given);
      const action = channel.take(now);
      if (action !== undefined) out.push(action);
      this.#heap.update(channel);
    }
  }

  /**
   * Takes over how frames were sent. One that found no room waits again while its instance `isMaster`. Those
   * that can't be sent for another reason are returned, one entry for each interface and kind.
   */
  settle(
    results: readonly AnnounceResult[],
    now: Instant,
    isMaster: (instance: string) => boolean,
  ): readonly LostFrames[] {
    const lost = new Map<AnnounceChannel, LostFrames>();
    for (const { action, errno } of results) {
      const { channel } = this.#channel(action);
      if (errno === undefined) {
        this.#count(action);
        channel.sent();
      } else if (NO_ROOM.has(errno)) {
        if (isMaster(action.instance)) channel.refused(action, errno, now);
      } else if (!LINK_IS_GONE.has(errno)) {
        const { ifindex, kind } = action;
        const before = lost.get(channel)?.lost ?? 0;
        lost.set(channel, { ifindex, kind, sent: 0, lost: before + 1, errno });
      }
      this.#heap.update(channel);
    }
    return [...lost.values()];
  }

  /** Drops what waits for an instance: it is no longer Master. */
  cancel(instance: string): void {
    for (const channel of this.#channels.values()) {
      if (!channel.cancel(instance)) continue;
      this.#heap.update(channel);
    }
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
