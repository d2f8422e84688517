/**
 * What one instance hears: the packets that pass the reception checks and that its state lets it process. What it
 * drops, and what is odd about what it accepts, is counted and said, within limits.
 */
import type { IpAddress } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { KeyedDigests } from '../wire/keyed-digests.ts';
import { OWNER_PRIORITY, RESIGN_PRIORITY } from '../wire/protocol.ts';
import type { AhSequence } from './advertiser.ts';
import type { Rejection } from './counters.ts';
import type { VrrpAction, VrrpCounters, VrrpState } from './events-and-actions.ts';
import type { NetworkPicture } from './network-picture.ts';
import type { InstanceNotice, NoticeLimiter } from './notices.ts';
import type { PacketDifference } from './packet-difference.ts';
import type { PeerChecksums } from './peer-checksums.ts';
import { type AcceptedAdvertisement, type PacketEvent, Receiver } from './reception.ts';
import type { InstanceFacts } from './tracking.ts';
import type { WallClock } from './wall-clock.ts';

/** What became of a packet. */
export type Heard =
  | { readonly type: 'dropped'; readonly rejection: Rejection }
  /** The state processes nothing. */
  | { readonly type: 'ignored' }
  /** Processed as having come at `at`, which is not later than now. */
  | {
      readonly type: 'accepted';
      readonly advertisement: AcceptedAdvertisement;
      readonly at: Instant;
    };

/** The receiving side of one instance. */
export class Hearing {
  readonly #receiver: Receiver;
  readonly #counters: VrrpCounters;
  readonly #notices: NoticeLimiter;
  #config: VrrpInstanceConfig;

  constructor(
    config: VrrpInstanceConfig,
    parts: {
      readonly counters: VrrpCounters;
      readonly digests: KeyedDigests;
      readonly clock: WallClock;
      readonly checksums: PeerChecksums;
      readonly sequence: AhSequence;
      readonly notices: NoticeLimiter;
    },
  ) {
    this.#receiver = new Receiver(config, parts);
    this.#counters = parts.counters;
    this.#notices = parts.notices;
    this.#config = config;
  }

  /** Takes a new configuration over. */
  configure(config: VrrpInstanceConfig): void {
    this.#config = config;
    this.#receiver.configure(config);
  }

  /** What in a dropped packet is not as this instance has it; undefined where there is nothing more to say. */
  difference(
    packet: PacketEvent,
    rejection: Rejection,
    { primaryAddress }: InstanceFacts,
  ): PacketDifference | undefined {
    return this.#receiver.difference(packet, rejection, primaryAddress);
  }

  /** Checks, counts and complains. */
  hear(
    packet: PacketEvent,
    now: Instant,
    out: { push(action: VrrpAction): void },
    situation: {
      readonly state: VrrpState;
      readonly facts: InstanceFacts;
      readonly network: NetworkPicture | undefined;
      /** Who sent the last advertisement that passed all checks. */
      readonly master: IpAddress | undefined;
    },
  ): Heard {
    const { state, facts, network, master } = situation;
    const own = facts.primaryAddress;
    const say = (id: InstanceNotice['id'], make: () => InstanceNotice): void =>
      this.#notices.say(this.#config.name, id, make, now, out);
    const result = this.#receiver.inspect(packet, {
      primaryAddress: own,
      master,
      isOwnAddress: (address) => network?.isOwn(facts.home, address) ?? false,
    });
    if (!result.ok) {
      const rejection = result.error;
      say(`vrrp.${rejection}`, () => this.#receiver.describe(packet, rejection, 'dropped', own));
      return { type: 'dropped', rejection };
    }
    if (state === 'INIT' || state === 'FAULT') {
      this.#counters.rejectedByState += 1;
      return { type: 'ignored' };
    }
    const advertisement = result.value;
    this.#counters.advertisementsReceived += 1;
    this.#receiver.accept(advertisement);
    const { drift, mismatch, priority } = advertisement;
    const { source } = packet;
    if (drift !== undefined)
      say('vrrp.clockDrift', () => ({ id: 'vrrp.clockDrift', source, ...drift }));
    if (mismatch !== undefined) {
      say(`vrrp.${mismatch}`, () => this.#receiver.describe(packet, mismatch, 'accepted', own));
    }
    if (priority === RESIGN_PRIORITY) this.#counters.priorityZeroReceived += 1;
    else if (this.#config.priority === OWNER_PRIORITY) {
      const id = 'vrrp.ownerHeard';
      say(id, () => ({ id, source }));
    }
    const at = Math.min(packet.receivedAt, now) as Instant;
    return { type: 'accepted', advertisement, at };
  }
}
