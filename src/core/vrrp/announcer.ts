/**
 * When a Master announces its addresses, and how often: on becoming Master, again after a delay, as a periodic
 * refresh, after a losing advertisement, when addresses are added, and when a hardware address has changed
 * under them (keywords `garp_*`; the RFCs ask for one announcement on becoming Master only).
 */
import type { IpAddress } from '../base/address.ts';
import { after, type Duration, elapsed, type Instant, milliseconds } from '../base/time.ts';
import type { TimerTable } from '../base/timing/timers.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { allAddresses } from './address-keeper.ts';
import { AnnouncementFrames, announcedPlace } from './announcement.ts';
import type { VrrpCounters } from './events-and-actions.ts';
import { extraAddresses, extraInterval } from './extra-interfaces.ts';
import type { InstanceAction } from './instance-events.ts';
import type { NetworkPicture } from './network-picture.ts';

/** What a rival that hears us may still announce while it steps down. */
const RIVAL_SETTLES: Duration = milliseconds(100);

/** The announcements of one instance, while it is Master. */
export class Announcer {
  readonly #timers: TimerTable;
  readonly #counters: VrrpCounters;
  readonly #frames = new AnnouncementFrames();
  #config: VrrpInstanceConfig;
  #network: NetworkPicture | undefined;
  /** Frames per address of the second burst that is waiting. */
  #secondRepeat = 0;
  /** When all addresses were last announced because of our mastership, not as a refresh. */
  #assertedAt: Instant | undefined;
  /** Whose losing advertisement was last announced against; undefined after becoming Master. */
  #lowerFrom: IpAddress | 'group' | undefined;

  constructor(config: VrrpInstanceConfig, timers: TimerTable, counters: VrrpCounters) {
    this.#config = config;
    this.#timers = timers;
    this.#counters = counters;
  }

  /** Name of the instance. */
  get instance(): string {
    return this.#config.name;
  }

  /** The interval of our own advertisements. */
  get advertInterval(): Duration {
    return this.#config.advertInterval;
  }

  /** Where its addresses are announced while it is Master, as `announcedPlace` writes it. */
  get places(): ReadonlySet<string> {
    const places = new Set<string>();
    for (const { address, interface: name } of allAddresses(this.#config)) {
      const ifindex = this.#network?.interface(name)?.ifindex;
      if (ifindex !== undefined) places.add(announcedPlace({ ifindex, address }));
    }
    return places;
  }

  /** Takes a new configuration over; a running refresh follows it. */
  configure(config: VrrpInstanceConfig, now: Instant): void {
    const before = this.#config.announce.refresh;
    const { refresh } = config.announce;
    const extra = extraInterval(this.#config);
    this.#config = config;
    this.#frames.clear();
    if (extra !== extraInterval(config) && this.#timers.at('adver') !== undefined) {
      this.#timers.clear('extra');
      this.#scheduleExtra(now);
    }
    if (refresh === before || this.#timers.at('adver') === undefined) return;
    if (refresh === 0) this.#timers.clear('refresh');
    else this.#timers.set('refresh', after(now, refresh));
  }

  /**
   * Takes a new picture of the host over; a Master tells of addresses whose hardware address moved, or whose link came back: what was sent
   * meanwhile may have gone nowhere.
   */
  networkChanged(network: NetworkPicture, isMaster: boolean, out: InstanceAction[]): void {
    const before = this.#network;
    this.#network = network;
    if (!isMaster || before === undefined) return;
    const moved = allAddresses(this.#config).filter(({ interface: name }) => {
      const now = network.interface(name);
      const then = before.interface(name);
      if (now === then) return false;
      const isBack = now?.up === true && then?.up === false;
      return isBack || now?.mac !== then?.mac || now?.ifindex !== then?.ifindex;
    });
    if (moved.length === 0) return;
    this.#frames.clear();
    this.#burst(moved, this.#config.announce.repeat, out);
  }

  /** On becoming Master. An adopted one speaks once: nobody has forgotten where the addresses are. */
  becameMaster(isAdopted: boolean, now: Instant, out: InstanceAction[]): void {
    const { repeat, delay, refresh } = this.#config.announce;
    this.#assertedAt = now;
    this.#lowerFrom = undefined;
    this.#burst(allAddresses(this.#config), isAdopted ? 1 : repeat, out);
    if (!isAdopted) this.#scheduleSecond(repeat, delay, now);
    if (refresh > 0) this.#timers.set('refresh', after(now, refresh));
    this.#scheduleExtra(now);
  }

  /** On leaving Master: nothing more is said. */
  leftMaster(): void {
    this.#timers.clear('announce');
    this.#timers.clear('refresh');
    this.#timers.clear('extra');
    this.#secondRepeat = 0;
  }

  /**
   * After a losing advertisement of `source` that arrived at `at`: another router may have drawn the segment's
   * traffic to itself. True when addresses were announced, or are not to be (count 0). A packet that is older
   * than the last such burst is answered by it already, and each sender gets one burst in the time that the
   * second one waits (keyword `garp_lower_prio_delay`), all together get one in an advertisement interval. What
   * is left out is made good by the second burst and by `rivalGone`.
   */
  heardLower(
    source: IpAddress | 'group',
    at: Instant,
    now: Instant,
    out: InstanceAction[],
  ): boolean {
    const { lowerPriorityRepeat, lowerPriorityDelay } = this.#config.announce;
    const { advertInterval } = this.#config;
    if (this.#assertedAt !== undefined) {
      if (at < this.#assertedAt) return false;
      const isSame = source === this.#lowerFrom;
      const pace = isSame ? Math.max(lowerPriorityDelay, advertInterval) : advertInterval;
      if (this.#lowerFrom !== undefined && elapsed(this.#assertedAt, now) < pace) return false;
    }
    this.#assertedAt = now;
    this.#lowerFrom = source;
    if (lowerPriorityRepeat === 0) return true;
    this.#burst(allAddresses(this.#config), lowerPriorityRepeat, out);
    this.#scheduleSecond(lowerPriorityRepeat, lowerPriorityDelay, now);
    return true;
  }

  /**
   * A rival that was last heard at `heardAt` is gone: the segment may still send to it. A second burst that
   * waits goes out now. Nothing is sent when the addresses were announced since. `unanswered`: its packets were
   * dropped, so no burst has answered them, and what is due is what a new Master sends.
   */
  rivalGone(
    heardAt: Instant,
    how: { readonly unanswered: boolean },
    now: Instant,
    out: InstanceAction[],
  ): void {
    const { repeat, lowerPriorityRepeat } = this.#config.announce;
    const isAnnounced =
      this.#assertedAt !== undefined && elapsed(heardAt, this.#assertedAt) > RIVAL_SETTLES;
    if (isAnnounced) return;
    const count = how.unanswered ? repeat : lowerPriorityRepeat;
    this.#burst(allAddresses(this.#config), Math.max(count, this.#secondRepeat), out);
    this.#assertedAt = now;
    this.#timers.clear('announce');
    this.#secondRepeat = 0;
  }

  /** After addresses were added to a running Master. */
  added(addresses: readonly VirtualAddressConfig[], now: Instant, out: InstanceAction[]): void {
    const { repeat, delay } = this.#config.announce;
    this.#burst(addresses, repeat, out);
    this.#scheduleSecond(repeat, delay, now);
  }

  /** The second burst is due. */
  secondDue(now: Instant, out: InstanceAction[]): void {
    this.#assertedAt = now;
    this.#burst(allAddresses(this.#config), this.#secondRepeat, out);
    this.#secondRepeat = 0;
  }

  /** The refresh is due. */
  refreshDue(now: Instant, out: InstanceAction[]): void {
    const { refresh, refreshRepeat } = this.#config.announce;
    this.#burst(allAddresses(this.#config), refreshRepeat, out);
    this.#timers.set('refresh', after(now, refresh));
  }

  /** Interfaces that no advertisement leaves by are due: switches forget where a hardware address is. */
  extraDue(now: Instant, out: InstanceAction[]): void {
    this.#burst(extraAddresses(this.#config), 1, out);
    this.#scheduleExtra(now);
  }

  #scheduleExtra(now: Instant): void {
    const interval = extraInterval(this.#config);
    if (interval > 0) this.#timers.set('extra', after(now, interval));
  }

  #burst(addresses: readonly VirtualAddressConfig[], repeat: number, out: InstanceAction[]): void {
    if (this.#network === undefined || repeat === 0) return;
    const announcements = this.#frames.of(addresses, this.#network);
    if (announcements.length === 0) return;
    const { arpGap, naGap } = this.#config.announce;
    const { name: instance } = this.#config;
    const counters = this.#counters;
    out.push({ type: 'burst', instance, repeat, announcements, arpGap, naGap, counters });
  }

  #scheduleSecond(repeat: number, delay: Duration, now: Instant): void {
    if (delay === 0) return;
    this.#secondRepeat = Math.max(this.#secondRepeat, repeat);
    this.#timers.set('announce', after(now, delay));
  }
}
