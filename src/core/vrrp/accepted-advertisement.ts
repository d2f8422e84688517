/** What the reception checks of an instance hand on: an advertisement that passed them, and the message of a packet. */
import type { IpAddress } from '../base/address.ts';
import type { Duration } from '../base/time.ts';
import { AH_LENGTH } from '../wire/vrrp-ah.ts';
import { splitHmacTrailer } from '../wire/vrrp-hmac.ts';
import type { PacketEvent } from './events-and-actions.ts';
import type { ClockDrift } from './hmac-verifier.ts';

/** The VRRP message of a packet event: what stands behind an authentication header, or before a trailer. */
export function messageOf(packet: PacketEvent): Uint8Array {
  if (packet.ipPacket === undefined) {
    return splitHmacTrailer(packet.message, packet.family).message;
  }
  const headerLength = ((packet.ipPacket[0] ?? 0) & 0x0f) * 4;
  return packet.ipPacket.subarray(headerLength + AH_LENGTH);
}

/** An advertisement that passed every check but the one for the state of the instance. */
export interface AcceptedAdvertisement {
  readonly source: IpAddress;
  readonly sourceBytes: Uint8Array;
  readonly priority: number;
  readonly interval: Duration;
  /** Differences that are only counted and logged. */
  readonly mismatch: 'addressListErrors' | 'intervalErrors' | undefined;
  /** The AH sequence number; undefined without AH. */
  readonly sequence: number | undefined;
  /** The clock of its sender is about to leave the window of `auth_hmac`. */
  readonly drift?: ClockDrift;
  /** Its checksum is that of keepalived 1.3.6 and older. */
  readonly hasOldChecksum?: boolean;
}
