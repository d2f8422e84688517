/**
 * Builds the advertisements of one instance. Messages are encoded once and kept per destination until
 * something in them changes (priority, list, source): with a thousand instances the steady state allocates
 * one action per packet. Authenticated packets (AH) carry a sequence number and are built each time.
 */
import { type IpAddress, ipBytes } from '../base/address.ts';
import { utf8Bytes } from '../base/bytes.ts';
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { intervalToField } from '../wire/intervals.ts';
import type { KeyedDigest, KeyedDigests } from '../wire/keyed-digests.ts';
import { AH_PROTOCOL, OWNER_PRIORITY, VRRP_PROTOCOL, VRRP_TTL } from '../wire/protocol.ts';
import {
  type Advertisement,
  AUTH_TYPE,
  type ChecksumStyle,
  encodeAdvertisement,
  VRRP_AUTH_LENGTH,
} from '../wire/vrrp.ts';
import { type AhSecurity, encodeAh } from '../wire/vrrp-ah.ts';
import { withHmacTrailer } from '../wire/vrrp-hmac.ts';
import type { VrrpAction } from './events-and-actions.ts';
import { groupOf } from './group-address.ts';
import { HmacSigner } from './hmac-signer.ts';
import type { PeerChecksums } from './peer-checksums.ts';
import type { WallClock } from './wall-clock.ts';

/**
 * Sequence numbers of the AH. One count is shared by all routers of an instance: whoever sends continues
 * from the highest number seen or sent. Replays are told by the received ones alone: two Masters that
 * count in step would otherwise drop each other's packets for ever.
 */
export interface AhSequence {
  received: number;
  sent: number;
}

/** The field has 32 bits, and a number must have successors. */
const SEQUENCE_START_MAX = 0xff00_0000;

/** Where advertisements leave from. */
export interface AdvertisementOrigin {
  readonly ifindex: number;
  readonly source: IpAddress;
}

interface Destination {
  readonly address: IpAddress;
  readonly bytes: Uint8Array;
}

interface Encoded {
  readonly priority: number;
  readonly source: IpAddress;
  /** Who gets the old checksum. */
  readonly old: ReadonlySet<IpAddress>;
  /** One per destination, in the same order. */
  readonly messages: readonly Uint8Array[];
}

/** The 8 bytes of a password, padded with zeros (RFC 2338 section 5.3.10). */
export function secretBytes(secret: string): Uint8Array {
  const bytes = new Uint8Array(VRRP_AUTH_LENGTH);
  bytes.set(utf8Bytes(secret).subarray(0, VRRP_AUTH_LENGTH));
  return bytes;
}

/** Encodes and numbers the advertisements of one instance. */
export class Advertiser {
  readonly #hmacMd5: KeyedDigest;
  readonly #signer: HmacSigner;
  readonly #sequence: AhSequence;
  readonly #clock: WallClock;
  readonly #checksums: PeerChecksums;
  #config: VrrpInstanceConfig;
  #destinations: readonly Destination[];
  #encoded: Encoded | undefined;
  #nextId = 1;

  constructor(
    config: VrrpInstanceConfig,
    options: {
      readonly digests: KeyedDigests;
      readonly clock: WallClock;
      readonly checksums: PeerChecksums;
      readonly sequence: AhSequence;
    },
  ) {
    const { clock, digests } = options;
    const { hmacSha256 } = digests;
    this.#hmacMd5 = digests.hmacMd5;
    this.#signer = new HmacSigner(config, { clock, hmacSha256 });
    this.#sequence = options.sequence;
    this.#clock = clock;
    this.#checksums = options.checksums;
    this.#config = config;
    this.#destinations = destinationsOf(config);
  }

  /** Takes a new configuration over; the next advertisement follows it. */
  configure(config: VrrpInstanceConfig): void {
    this.#config = config;
    this.#destinations = destinationsOf(config);
    this.#encoded = undefined;
    this.#signer.configure(config);
  }

  /**
   * The number behind the last one that was sent or heard. The first of a process is the second of the wall clock, which a peer that has heard
   * an earlier process of this router has not heard yet: version 2 advertises at most once a second. Numbers that begin at 1 were replays to it,
   * until this router heard another one.
   */
  #nextSequence(now: Instant): number {
    const { sent, received } = this.#sequence;
    const last = sent === 0 ? Math.floor(this.#clock.at(now) / 1e6) % SEQUENCE_START_MAX : sent;
    return Math.max(last, received) + 1;
  }

  /**
   * Appends the actions that send one advertisement of `priority` (0 resigns) to the group or to every
   * peer. Copies to several peers share one IP identification, which skips 0.
   */
  advertise(
    priority: number,
    origin: AdvertisementOrigin,
    now: Instant,
    out: { push(a: VrrpAction): void },
  ): void {
    const ipId = this.#nextId;
    this.#nextId = ipId === 0xffff ? 1 : ipId + 1;
    const isAh = this.#config.authentication?.type === 'AH';
    // What crosses a router is never multicast.
    const ttl = this.#config.unicastTtl ?? VRRP_TTL;
    if (isAh) this.#sequence.sent = this.#nextSequence(now);
    const messages = this.#messages(priority, origin.source);
    // A fresh number for each advertisement, and the same one for all peers.
    const trailer = messages[0] && this.#signer.sign(messages[0], ipBytes(origin.source), now);
    for (const [i, { address, bytes }] of this.#destinations.entries()) {
      const message = messages[i];
      if (message === undefined) continue;
      out.push({
        type: 'sendAdvertisement',
        instance: this.#config.name,
        family: this.#config.family,
        ifindex: origin.ifindex,
        source: origin.source,
        destination: address,
        priority,
        ttl,
        protocol: isAh ? AH_PROTOCOL : VRRP_PROTOCOL,
        message: this.#finished(message, { ...origin, destination: bytes, ipId, trailer }),
        ipId,
      });
    }
  }

  #messages(priority: number, source: IpAddress): readonly Uint8Array[] {
    const kept = this.#encoded;
    const { old } = this.#checksums;
    const isSame = kept?.priority === priority && kept.source === source && kept.old === old;
    if (isSame) return kept.messages;
    const sourceBytes = ipBytes(source);
    const { family } = this.#config;
    const style: ChecksumStyle = this.#config.checksumWithoutPseudoHeader
      ? 'message-only'
      : 'pseudo-header';
    const values = this.#values(priority);
    const group = ipBytes(groupOf(this.#config));
    const messages = this.#destinations.map(({ address, bytes }) => {
      const packet = { source: sourceBytes, destination: old.has(address) ? group : bytes };
      return encodeAdvertisement(values, family, packet, style);
    });
    this.#encoded = { priority, source, old, messages };
    return messages;
  }

  #values(priority: number): Advertisement {
    const { version, vrid, advertInterval, addresses, authentication } = this.#config;
    const values: Advertisement = {
      version,
      vrid,
      priority: Math.min(priority, OWNER_PRIORITY),
      interval: intervalToField(version, advertInterval),
      addresses: addresses.map(({ address }) => ipBytes(address)),
    };
    if (authentication === undefined || version !== 2) return values;
    return {
      ...values,
      authentication:
        authentication.type === 'PASS'
          ? { type: AUTH_TYPE.simpleText, data: secretBytes(authentication.secret) }
          : { type: AUTH_TYPE.ipAuthenticationHeader, data: new Uint8Array(VRRP_AUTH_LENGTH) },
    };
  }

  /** A message as it goes to one destination, with what authenticates it in front or behind. */
  #finished(
    message: Uint8Array,
    {
      trailer,
      ipId: identification,
      ...to
    }: {
      readonly source: IpAddress;
      readonly destination: Uint8Array;
      readonly ipId: number;
      readonly trailer: Uint8Array | undefined;
    },
  ): Uint8Array {
    const { authentication, family } = this.#config;
    const { destination } = to;
    const source = ipBytes(to.source);
    if (trailer !== undefined) {
      return withHmacTrailer(message, trailer, family, { source, destination });
    }
    if (authentication?.type !== 'AH') return message;
    const sequence = this.#sequence.sent;
    const fields = { source, destination, identification, sequence, message };
    return encodeAh(fields, ahSecurity(this.#config, this.#hmacMd5));
  }
}

/** Key and rules of the authentication header for an instance that has one. */
export function ahSecurity(config: VrrpInstanceConfig, hmacMd5: KeyedDigest): AhSecurity {
  return {
    key: secretBytes(config.authentication?.secret ?? ''),
    hmacMd5,
    unicast: config.unicastPeers.length > 0,
  };
}

function destinationsOf(config: VrrpInstanceConfig): readonly Destination[] {
  const addresses =
    config.unicastPeers.length > 0
      ? config.unicastPeers.map((peer) => peer.address)
      : [groupOf(config)];
  return addresses.map((address) => ({ address, bytes: ipBytes(address) }));
}
