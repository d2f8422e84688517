/**
 * Checks the trailers of received advertisements (`auth_hmac`). The cheap checks come first, and they only reject: what
 * a packet says is believed, and remembered, when its MAC is right.
 */
import type { IpAddress, IpFamily } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { type HmacConfig, hmacKeyBytes, hmacWindowSeconds } from '../model/hmac.ts';
import type { KeyedDigest } from '../wire/keyed-digests.ts';
import {
  decodeHmacTrailer,
  isHmacRight,
  isLaterStamp,
  secondsBehind,
  stampAt,
} from '../wire/vrrp-hmac.ts';
import type { Rejection } from './counters.ts';
import type { PacketDifference } from './packet-difference.ts';

/**
 * Senders whose last number is remembered, the ones heard longest ago are forgotten first. Only who knows a key gets in,
 * and a virtual router has a handful of routers.
 */
const SENDERS_MAX = 16;

/** A packet with what is checked. */
export interface SignedPacket {
  readonly source: IpAddress;
  /** In network order. */
  readonly sourceBytes: Uint8Array;
  readonly message: Uint8Array;
  /** Absent: the packet ends with its message. */
  readonly trailer?: Uint8Array;
  /** When it arrived, microseconds of the wall clock. */
  readonly at: number;
}

/** A clock of a sender that is off by more than half the window, though not by more than all of it. */
export type ClockDrift = Extract<PacketDifference, { readonly kind: 'clock' }>;

/** The receiving side of `auth_hmac` of one instance. What it remembers outlives reloads. */
export class HmacVerifier {
  readonly #hmacSha256: KeyedDigest;
  readonly #marks = new Map<IpAddress, bigint>();
  #config: HmacConfig | undefined;
  #family: IpFamily = 'ipv4';
  #keys: ReadonlyMap<number, Uint8Array> = new Map();
  #window = 0;

  constructor(config: VrrpInstanceConfig, hmacSha256: KeyedDigest) {
    this.#hmacSha256 = hmacSha256;
    this.configure(config);
  }

  /** Takes a new configuration over. */
  configure(config: VrrpInstanceConfig): void {
    const { hmac } = config;
    this.#config = hmac;
    this.#family = config.family;
    this.#keys = new Map(hmac?.keys.map(({ id, secret }) => [id, hmacKeyBytes(secret)]));
    this.#window = hmacWindowSeconds(config);
  }

  /** Why a packet is dropped; undefined when it may pass. */
  check(packet: SignedPacket): Rejection | undefined {
    const { source, sourceBytes, message, trailer } = packet;
    const config = this.#config;
    if (trailer === undefined) return config?.mode === 'enforce' ? 'hmacMissing' : undefined;
    // Without the extension a packet with 28 bytes more is too long, unless they say what they are.
    const said = decodeHmacTrailer(trailer);
    if (config === undefined) return said === undefined ? 'packetLengthErrors' : 'authTypeMismatch';
    if (said === undefined) return 'hmacMalformed';
    const clock = stampAt(packet.at);
    const isTimed = config.antiReplay === 'time';
    if (isTimed && this.#isOutside(said.stamp, clock)) return 'hmacStale';
    const key = this.#keys.get(said.keyId);
    if (key === undefined) return 'hmacUnknownKey';
    const hmacSha256 = this.#hmacSha256;
    const security = { key, hmacSha256, family: this.#family, source: sourceBytes };
    if (!isHmacRight(message, trailer, security)) return 'hmacInvalid';
    const mark = this.#markOf(source, isTimed, clock);
    if (mark !== undefined && !isLaterStamp(said.stamp, mark)) return 'hmacReplays';
    this.#remember(source, said.stamp);
    return undefined;
  }

  /** What there is to say about a packet that was dropped for `rejection`. */
  difference(packet: SignedPacket, rejection: Rejection): PacketDifference | undefined {
    const said = packet.trailer && decodeHmacTrailer(packet.trailer);
    if (said === undefined) return undefined;
    if (rejection === 'hmacUnknownKey') return { kind: 'key', id: said.keyId };
    return rejection === 'hmacStale' ? this.#clockOf(said.stamp, packet.at) : undefined;
  }

  /** The clock of the sender of a packet that passed, when it is about to leave the window. */
  drift({ trailer, at }: SignedPacket): ClockDrift | undefined {
    const said = trailer && decodeHmacTrailer(trailer);
    if (said === undefined || this.#config?.antiReplay !== 'time') return undefined;
    const clock = this.#clockOf(said.stamp, at);
    return 2 * Math.abs(clock.behind) > this.#window ? clock : undefined;
  }

  #clockOf(stamp: bigint, at: number): ClockDrift {
    return { kind: 'clock', behind: secondsBehind(stamp, stampAt(at)), window: this.#window };
  }

  #isOutside(stamp: bigint, clock: bigint): boolean {
    return Math.abs(secondsBehind(stamp, clock)) > this.#window;
  }

  /** In time mode one that lies outside the window is forgotten, so that a sender whose clock was set is heard again. */
  #markOf(source: IpAddress, isTimed: boolean, clock: bigint): bigint | undefined {
    const mark = this.#marks.get(source);
    return mark !== undefined && isTimed && this.#isOutside(mark, clock) ? undefined : mark;
  }

  #remember(source: IpAddress, stamp: bigint): void {
    this.#marks.delete(source);
    this.#marks.set(source, stamp);
    if (this.#marks.size <= SENDERS_MAX) return;
    const [oldest] = this.#marks.keys();
    if (oldest !== undefined) this.#marks.delete(oldest);
  }
}
