/**
 * What one instance hears. Here are the reception checks, in the order that keeps counters comparable (reference section
 * 4.1, RFC 9568 section 7.1, RFC 3768 section 7.1). A packet that fails is counted once and changes nothing: no timer,
 * no learned interval, no sequence number. What is dropped, and what is odd about what is accepted, is said, within
 * limits. What an accepted packet means is the machine's business.
 */
import { type IpAddress, ipBytes, ipFromBytes, isLinkLocal } from '../base/address.ts';
import { equalBytesConstantTime } from '../base/bytes.ts';
import { sumWords } from '../base/checksum.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import type { UnicastPeerConfig, VrrpInstanceConfig } from '../model/config.ts';
import { intervalFromField } from '../wire/intervals.ts';
import type { KeyedDigest, KeyedDigests } from '../wire/keyed-digests.ts';
import { ADVERTISEMENT_TYPE, OWNER_PRIORITY, RESIGN_PRIORITY, VRRP_TTL } from '../wire/protocol.ts';
import {
  AUTH_TYPE,
  authTypeOf,
  type ChecksumStyle,
  checksumStyleOf,
  countOf,
  intervalOf,
  messageLength,
  priorityOf,
  typeOf,
  VRRP_AUTH_LENGTH,
  VRRP_HEADER_LENGTH,
  versionOf,
} from '../wire/vrrp.ts';
import { decodeAh } from '../wire/vrrp-ah.ts';
import { splitHmacTrailer } from '../wire/vrrp-hmac.ts';
import { type AcceptedAdvertisement, messageOf } from './accepted-advertisement.ts';
import { OwnList } from './address-list.ts';
import { type AhSequence, ahSecurity, secretBytes } from './advertiser.ts';
import type { Rejection, VrrpCounters } from './counters.ts';
import type { PacketEvent, VrrpAction, VrrpState } from './events-and-actions.ts';
import { groupOf } from './group-address.ts';
import { HmacVerifier, type SignedPacket } from './hmac-verifier.ts';
import type { NetworkPicture } from './network-picture.ts';
import type { InstanceNotice, NoticeLimiter, PacketNotice } from './notices.ts';
import { type PacketDifference, packetDifference } from './packet-difference.ts';
import type { PeerChecksums } from './peer-checksums.ts';
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

/** The authentication header of a packet: none, one with the right digest, or one that has been heard before. */
type AhHeader = 'absent' | 'fresh' | 'replayed';

/** What an instance knows when it hears a packet. */
export interface HearingSituation {
  readonly state: VrrpState;
  readonly facts: InstanceFacts;
  readonly network: NetworkPicture | undefined;
  /** Who sent the last advertisement that passed all checks. */
  readonly master: IpAddress | undefined;
}

/** The receiving side of one instance. */
export class Hearing {
  readonly #counters: VrrpCounters;
  readonly #hmacMd5: KeyedDigest;
  readonly #verifier: HmacVerifier;
  readonly #clock: WallClock;
  readonly #checksums: PeerChecksums;
  readonly #sequence: AhSequence;
  readonly #notices: NoticeLimiter;
  #config: VrrpInstanceConfig;
  #list: OwnList;
  #secret: Uint8Array;
  #peers: ReadonlyMap<IpAddress, UnicastPeerConfig>;
  #addressSums: AddressSums;

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
    this.#counters = parts.counters;
    this.#hmacMd5 = parts.digests.hmacMd5;
    this.#verifier = new HmacVerifier(config, parts.digests.hmacSha256);
    this.#clock = parts.clock;
    this.#checksums = parts.checksums;
    this.#sequence = parts.sequence;
    this.#notices = parts.notices;
    this.#config = config;
    this.#list = new OwnList(config);
    this.#secret = secretBytes(config.authentication?.secret ?? '');
    this.#peers = peersOf(config);
    this.#addressSums = new AddressSums();
  }

  /** Takes a new configuration over. */
  configure(config: VrrpInstanceConfig): void {
    this.#config = config;
    this.#list = new OwnList(config);
    this.#secret = secretBytes(config.authentication?.secret ?? '');
    this.#peers = peersOf(config);
    this.#verifier.configure(config);
    this.#checksums.configure(config);
  }

  /** What in a dropped packet is not as this instance has it; undefined where the counter says it all. */
  difference(
    packet: PacketEvent,
    rejection: Rejection,
    { primaryAddress }: Pick<InstanceFacts, 'primaryAddress'>,
  ): PacketDifference | undefined {
    if (packet.cutFrom !== undefined) return undefined;
    const message = messageOf(packet);
    if (rejection !== 'addressListErrors') {
      const sourceBytes = ipBytes(packet.source);
      const signed = this.#signed(packet, packet.message, sourceBytes);
      const ofTrailer = this.#verifier.difference(signed, rejection);
      if (ofTrailer !== undefined) return ofTrailer;
      return packetDifference(rejection, packet, message, {
        config: this.#config,
        primaryAddress,
      });
    }
    return this.#list.matches(message)
      ? { kind: 'not-link-local' }
      : this.#list.differenceTo(message);
  }

  /** Checks, counts and complains. */
  hear(
    packet: PacketEvent,
    now: Instant,
    out: { push(action: VrrpAction): void },
    situation: HearingSituation,
  ): Heard {
    const { state, facts } = situation;
    const say = (id: InstanceNotice['id'], make: () => InstanceNotice): void =>
      this.#notices.say(this.#config.name, id, make, now, out);
    const result = this.#inspect(packet, situation);
    if (!result.ok) {
      const rejection = result.error;
      say(`vrrp.${rejection}`, () => this.#describe(packet, rejection, 'dropped', facts));
      return { type: 'dropped', rejection };
    }
    if (state === 'INIT' || state === 'FAULT') {
      this.#counters.rejectedByState += 1;
      return { type: 'ignored' };
    }
    const advertisement = result.value;
    this.#counters.advertisementsReceived += 1;
    this.#accept(advertisement);
    const { drift, mismatch, priority } = advertisement;
    const { source } = packet;
    if (drift !== undefined)
      say('vrrp.clockDrift', () => ({ id: 'vrrp.clockDrift', source, ...drift }));
    if (mismatch !== undefined) {
      say(`vrrp.${mismatch}`, () => this.#describe(packet, mismatch, 'accepted', facts));
    }
    if (priority === RESIGN_PRIORITY) this.#counters.priorityZeroReceived += 1;
    else if (this.#config.priority === OWNER_PRIORITY) {
      const id = 'vrrp.ownerHeard';
      say(id, () => ({ id, source }));
    }
    const at = Math.min(packet.receivedAt, now) as Instant;
    return { type: 'accepted', advertisement, at };
  }

  /**
   * Runs the checks. A rejected packet has been counted; an accepted one is not yet: check 17 of the reference, for
   * the state, follows. Check 9, for the VRID, is that of the router.
   */
  #inspect(
    packet: PacketEvent,
    situation: HearingSituation,
  ): Result<AcceptedAdvertisement, Rejection> {
    const early = this.#checkCarrier(packet, situation);
    if (early !== undefined) return this.#reject(early);
    if (packet.cutFrom !== undefined) return this.#reject('packetLengthErrors');
    let payload = packet.message;
    let sequence: number | undefined;
    let ah: AhHeader = 'absent';
    if (packet.ipPacket !== undefined) {
      if (this.#config.authentication?.type !== 'AH') return this.#reject('authTypeMismatch');
      const opened = decodeAh(packet.ipPacket, ahSecurity(this.#config, this.#hmacMd5));
      if (!opened.ok) {
        const { kind } = opened.error;
        return this.#reject(kind === 'truncated' ? 'packetLengthErrors' : 'authFailures');
      }
      payload = opened.value.message;
      sequence = opened.value.sequence;
      ah = sequence > this.#sequence.received ? 'fresh' : 'replayed';
    }
    const { sourceBytes, sum } = this.#addressSums.of(packet.source, packet.destination);
    const signed = this.#signed(packet, payload, sourceBytes);
    const { message } = signed;
    const late =
      this.#checkMessage(message, packet, { payload, addressSum: sum, ah }) ??
      this.#checkTrailer(signed);
    if (late !== undefined) return this.#reject(late);
    const drift = this.#verifier.drift(signed);
    // It has passed, so what is not right as of today is right in the old way.
    const hasOldChecksum =
      this.#checksums.isAccepted && checksumStyleOf(message, 3, 'ipv4', sum) === undefined;
    const isSameMaster = packet.source === situation.master;
    return this.#checkContent(message, packet.source, {
      sourceBytes,
      sequence,
      ...(drift && { drift }),
      ...(hasOldChecksum && { hasOldChecksum }),
      isSameMaster,
    });
  }

  /** What there is to report about a packet: who sent it, and what differs. */
  #describe(
    packet: PacketEvent,
    rejection: Rejection,
    outcome: PacketNotice['outcome'],
    facts: InstanceFacts,
  ): PacketNotice {
    const { source, cutFrom } = packet;
    const notice: PacketNotice = { id: `vrrp.${rejection}`, source, outcome };
    if (cutFrom !== undefined) return { ...notice, cutFrom };
    const difference = this.difference(packet, rejection, facts);
    return difference === undefined ? notice : { ...notice, difference };
  }

  /** Takes over what an advertisement that the machine accepted tells of its sender. */
  #accept(advertisement: AcceptedAdvertisement): void {
    if (advertisement.sequence !== undefined) this.#sequence.received = advertisement.sequence;
    this.#checksums.heard(advertisement.source, advertisement.hasOldChecksum === true);
  }

  #reject(rejection: Rejection): Result<never, Rejection> {
    this.#counters[rejection] += 1;
    return err(rejection);
  }

  /** Checks 1 and 2: who sent it where. */
  #checkCarrier(packet: PacketEvent, { facts, network }: HearingSituation): Rejection | undefined {
    const isUnicast = this.#config.unicastPeers.length > 0;
    const expected = isUnicast ? facts.primaryAddress : groupOf(this.#config);
    if (packet.destination !== expected) return 'wrongDestination';
    if (network?.isOwn(facts.home, packet.source)) return 'ownSource';
    if (isUnicast && this.#config.checkUnicastSource && !this.#peers.has(packet.source)) {
      return 'unknownPeer';
    }
    return undefined;
  }

  /** Checks 3 to 11: length, TTL, version, type, exact length, checksum, count, authentication. */
  #checkMessage(
    message: Uint8Array,
    packet: PacketEvent,
    {
      payload,
      addressSum,
      ah,
    }: {
      /** The message with its trailer, which the checksum over IPv6 covers. */
      readonly payload: Uint8Array;
      readonly addressSum: number;
      readonly ah: AhHeader;
    },
  ): Rejection | undefined {
    const { version, family } = this.#config;
    if (message.length < VRRP_HEADER_LENGTH) return 'packetLengthErrors';
    if (!this.#isTtlRight(packet)) return 'ipTtlErrors';
    if (versionOf(message) !== version) return 'versionErrors';
    if (typeOf(message) !== ADVERTISEMENT_TYPE) return 'invalidTypePackets';
    const count = countOf(message);
    if (message.length !== messageLength(version, family, count)) return 'packetLengthErrors';
    const summed = family === 'ipv6' ? payload : message;
    const style = checksumStyleOf(summed, version, family, addressSum);
    const isOld = style === undefined && this.#isOldSum(message, packet.source);
    if (style === undefined && !isOld) return 'checksumErrors';
    if (version === 3 && family === 'ipv4') this.#countStyle(style);
    // RFC 9568 erratum 8299. In version 2 an empty list is another list, and nothing else.
    if (version === 3 && count === 0 && !this.#list.isEmpty) return 'addressListErrors';
    return version === 2 ? this.#checkAuthentication(message, ah) : undefined;
  }

  /** Check 11, `auth_hmac`: over unicast only peers can sign (measured on keepalived 2.4.3). */
  #checkTrailer(signed: SignedPacket): Rejection | undefined {
    const { hmac, unicastPeers } = this.#config;
    const isChecked = hmac !== undefined && signed.trailer !== undefined;
    if (isChecked && unicastPeers.length > 0 && !this.#peers.has(signed.source)) {
      return 'unknownPeer';
    }
    return this.#verifier.check(signed);
  }

  #signed(
    { source, family, receivedAt, ipPacket }: PacketEvent,
    payload: Uint8Array,
    sourceBytes: Uint8Array,
  ): SignedPacket {
    const parts = ipPacket === undefined ? splitHmacTrailer(payload, family) : { message: payload };
    return { source, sourceBytes, at: this.#clock.at(receivedAt), ...parts };
  }

  /** Check 11, version 2. */
  #checkAuthentication(message: Uint8Array, ah: AhHeader): Rejection | undefined {
    const type = authTypeOf(message);
    if (type > AUTH_TYPE.ipAuthenticationHeader) return 'invalidAuthType';
    const configured = this.#config.authentication?.type;
    if (configured === undefined) {
      return type === AUTH_TYPE.none ? undefined : 'authTypeMismatch';
    }
    if (configured === 'PASS') {
      if (type !== AUTH_TYPE.simpleText) return 'authTypeMismatch';
      const data = message.subarray(message.length - VRRP_AUTH_LENGTH);
      return equalBytesConstantTime(data, this.#secret) ? undefined : 'authFailures';
    }
    if (type !== AUTH_TYPE.ipAuthenticationHeader) return 'authTypeMismatch';
    if (ah === 'replayed') return 'replays';
    return ah === 'fresh' ? undefined : 'authFailures';
  }

  /** Checks 12 to 16: interval, address list, owner. */
  #checkContent(
    message: Uint8Array,
    source: IpAddress,
    {
      isSameMaster,
      ...known
    }: Pick<AcceptedAdvertisement, 'sourceBytes' | 'sequence' | 'drift' | 'hasOldChecksum'> & {
      readonly isSameMaster: boolean;
    },
  ): Result<AcceptedAdvertisement, Rejection> {
    const { version, strict, skipListCheck, ignoreAdvertisements } = this.#config;
    const field = intervalOf(message, version);
    if (field === 0) return this.#reject('intervalErrors');
    const interval = intervalFromField(version, field);
    const priority = priorityOf(message);
    let mismatch: AcceptedAdvertisement['mismatch'];
    if (interval !== this.#config.advertInterval) {
      if (version === 2) return this.#reject('intervalErrors');
      mismatch = 'intervalErrors';
    }
    const isOther = !(skipListCheck && isSameMaster) && !this.#list.matches(message);
    // RFC 3768 section 7.1 lets a receiver verify the list, and then drop what the owner did not send. Out of
    // strict mode nothing is dropped: an address added on one side first would give two Masters.
    if (isOther && version === 2 && strict && priority !== OWNER_PRIORITY) {
      return this.#reject('addressListErrors');
    }
    const lacksLinkLocal = this.#lacksLinkLocal(message);
    if (lacksLinkLocal && strict) return this.#reject('addressListErrors');
    if (isOther || lacksLinkLocal) mismatch = 'addressListErrors';
    if (this.#config.priority === OWNER_PRIORITY && priority !== RESIGN_PRIORITY) {
      // Erratum 8298: log and process, so that two owners can settle it. Strict mode ignores.
      if (strict || ignoreAdvertisements) {
        // Its number counts all the same: below it nobody would believe this owner after a restart.
        if (known.sequence !== undefined) this.#sequence.received = known.sequence;
        return this.#reject('ownerConflicts');
      }
      this.#counters.ownerConflicts += 1;
    }
    if (mismatch !== undefined) this.#counters[mismatch] += 1;
    return ok({ ...known, source, priority, interval, mismatch });
  }

  /** Check 15, erratum 8300: the first IPv6 address of a list has to be link-local. */
  #lacksLinkLocal(message: Uint8Array): boolean {
    if (this.#config.family === 'ipv4') return false;
    const first = ipFromBytes(message.subarray(VRRP_HEADER_LENGTH, VRRP_HEADER_LENGTH + 16));
    return first !== undefined && !isLinkLocal(first);
  }

  /** Check 4. A TTL the socket could not tell (-1) is not held against the packet. */
  #isTtlRight(packet: PacketEvent): boolean {
    const { ttl } = packet;
    if (ttl < 0) return true;
    if (this.#config.unicastPeers.length === 0) return ttl === VRRP_TTL;
    const peer = this.#peers.get(packet.source);
    return peer === undefined || (ttl >= peer.minTtl && ttl <= peer.maxTtl);
  }

  /** The checksum of keepalived 1.3.6 and older, from one of our peers. */
  #isOldSum(message: Uint8Array, source: IpAddress): boolean {
    if (!this.#checksums.isAccepted || !this.#peers.has(source)) return false;
    const sum = sumWords(ipBytes(source), sumWords(ipBytes(groupOf(this.#config))));
    return checksumStyleOf(message, 3, 'ipv4', sum) === 'pseudo-header';
  }

  #countStyle(style: ChecksumStyle | undefined): void {
    if (style === undefined) this.#counters.checksumOldUnicast += 1;
    else if (style === 'pseudo-header') this.#counters.checksumPseudoHeader += 1;
    else this.#counters.checksumMessageOnly += 1;
  }
}

function peersOf(config: VrrpInstanceConfig): ReadonlyMap<IpAddress, UnicastPeerConfig> {
  return new Map(config.unicastPeers.map((peer) => [peer.address, peer]));
}

/** Bytes and word sum of the last pair of addresses: one master speaks for a long time. */
class AddressSums {
  #source: IpAddress | undefined;
  #destination: IpAddress | undefined;
  #value: { readonly sourceBytes: Uint8Array; readonly sum: number } = {
    sourceBytes: new Uint8Array(0),
    sum: 0,
  };

  of(
    source: IpAddress,
    destination: IpAddress,
  ): { readonly sourceBytes: Uint8Array; readonly sum: number } {
    if (source !== this.#source || destination !== this.#destination) {
      const sourceBytes = ipBytes(source);
      this.#value = { sourceBytes, sum: sumWords(sourceBytes, sumWords(ipBytes(destination))) };
      this.#source = source;
      this.#destination = destination;
    }
    return this.#value;
  }
}
