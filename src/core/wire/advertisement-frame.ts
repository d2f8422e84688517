/**
 * An advertisement to the VRRP group as a whole Ethernet frame (RFC 1112 section 6.4, RFC 2464 section 7). The IP
 * layer of a host refuses to send from an address that it has lost; a farewell must leave from there all the same,
 * because that is the address by which peers know the Master.
 */
import { concatBytes } from '../base/bytes.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE, writeEthernetHeader } from './ethernet.ts';
import { encodeIpv4Header } from './ipv4.ts';
import { IPV6_HEADER_LENGTH, writeIpv6Header } from './ipv6.ts';
import { VRRP_TOS, VRRP_TTL } from './protocol.ts';

/** What stands in the frame; addresses are 4 or 16 bytes, the destination is a group. */
export interface AdvertisementFrame {
  readonly mac: Uint8Array;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly protocol: number;
  /** IPv4 identification. */
  readonly ipId: number;
  readonly message: Uint8Array;
}

/** The hardware address of a group of 4 or 16 bytes. */
export function groupMac(group: Uint8Array): Uint8Array {
  return group.length === 4
    ? Uint8Array.of(0x01, 0x00, 0x5e, (group[1] ?? 0) & 0x7f, ...group.subarray(2))
    : Uint8Array.of(0x33, 0x33, ...group.subarray(12));
}

/** The frame. */
export function encodeAdvertisementFrame(fields: AdvertisementFrame): Uint8Array {
  const { mac, source, destination, protocol, message } = fields;
  const isIpv4 = source.length === 4;
  const ethernet = new Uint8Array(ETHERNET_HEADER_LENGTH);
  writeEthernetHeader(ethernet, {
    destination: groupMac(destination),
    source: mac,
    etherType: isIpv4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6,
  });
  const payloadLength = message.length;
  if (isIpv4) {
    const header = encodeIpv4Header({
      tos: VRRP_TOS,
      payloadLength,
      identification: fields.ipId,
      dontFragment: false,
      ttl: VRRP_TTL,
      protocol,
      source,
      destination,
    });
    return concatBytes([ethernet, header, message]);
  }
  const header = new Uint8Array(IPV6_HEADER_LENGTH);
  writeIpv6Header(header, 0, {
    trafficClass: VRRP_TOS,
    flowLabel: 0,
    payloadLength,
    nextHeader: protocol,
    hopLimit: VRRP_TTL,
    source,
    destination,
  });
  return concatBytes([ethernet, header, message]);
}
