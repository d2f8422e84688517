/** What a host says of an address and its own hardware address: the sender of any ARP message, the target of a neighbour advertisement. */
import { type IpAddress, ipFromBytes, type MacAddress, macFromBytes } from '../base/address.ts';
import { decodeArp } from './arp.ts';

/** A host has this address. Who hears it writes that into its neighbour table. */
export interface AddressClaim {
  readonly address: IpAddress;
  readonly mac: MacAddress;
}

const NEIGHBOUR_ADVERTISEMENT = 136;
const TARGET_AT = 8;
const OPTIONS_AT = 24;
const OPTION_TARGET_LINK_LAYER = 2;
const OPTION_UNIT_BYTES = 8;

/** The claim in an Ethernet frame with ARP, request or reply; undefined without one (a probe has no sender address). */
export function claimOfArp(frame: Uint8Array): AddressClaim | undefined {
  const decoded = decodeArp(frame);
  if (!decoded.ok) return undefined;
  return claimOf(decoded.value.senderAddress, decoded.value.senderMac);
}

/** The claim in an ICMPv6 message whose checksum and hop limit are right (RFC 4861 section 4.4); undefined without one. */
export function claimOfAdvertisement(message: Uint8Array): AddressClaim | undefined {
  if (message[0] !== NEIGHBOUR_ADVERTISEMENT || message.length < OPTIONS_AT) return undefined;
  const target = message.subarray(TARGET_AT, OPTIONS_AT);
  for (let at = OPTIONS_AT; at + OPTION_UNIT_BYTES <= message.length; ) {
    const bytes = OPTION_UNIT_BYTES * (message[at + 1] ?? 0);
    if (bytes === 0) return undefined;
    if (message[at] === OPTION_TARGET_LINK_LAYER)
      return claimOf(target, message.subarray(at + 2, at + 8));
    at += bytes;
  }
  return undefined;
}

function claimOf(address: Uint8Array, mac: Uint8Array): AddressClaim | undefined {
  const parsed = ipFromBytes(address);
  const isHost = mac.some((byte) => byte !== 0) && ((mac[0] ?? 0) & 1) === 0;
  return parsed === undefined || !isHost ? undefined : { address: parsed, mac: macFromBytes(mac) };
}
