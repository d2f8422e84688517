/**
 * Unsolicited neighbour advertisement (RFC 4861 section 4.4, RFC 9568 section 6.4.2) as a whole Ethernet
 * frame to all nodes, from the announced address itself, as keepalived and FRR send it.
 * ```
 * Ethernet 14 | IPv6 40 | ICMPv6 from 54:
 * [ 136 ][  0  ][ checksum ]
 * [R S O ][ reserved       ]
 * [ target address, 16     ]
 * [  2  ][  1  ][ mac, 6   ]   option: target link-layer address
 * ```
 */
import { readU16, writeU16 } from '../base/bytes.ts';
import { foldSum, sumWords } from '../base/checksum.ts';
import { ok, type Result } from '../base/result.ts';
import { type DecodeError, decodeError } from './decode-error.ts';
import {
  decodeEthernetHeader,
  ETHERNET_HEADER_LENGTH,
  ETHERTYPE,
  writeEthernetHeader,
} from './ethernet.ts';
import { decodeIpv6Header, IPV6_HEADER_LENGTH, pseudoHeaderSum, writeIpv6Header } from './ipv6.ts';

/** Bytes of the frame. */
export const NA_FRAME_LENGTH = 86;

/** Flags of a neighbour advertisement, in the first byte behind the checksum. */
export const NA_FLAG = { router: 0x80, solicited: 0x40, override: 0x20 } as const;

const ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;
const OPTION_TARGET_LINK_LAYER = 2;
const ICMP_OFFSET = ETHERNET_HEADER_LENGTH + IPV6_HEADER_LENGTH;
const ICMP_LENGTH = NA_FRAME_LENGTH - ICMP_OFFSET;
const ALL_NODES_MAC = Uint8Array.of(0x33, 0x33, 0, 0, 0, 1);
const ALL_NODES = Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

/** A decoded advertisement; addresses are views into the frame. */
export interface NeighbourAdvertisement {
  readonly sourceMac: Uint8Array;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly hopLimit: number;
  readonly flags: number;
  readonly target: Uint8Array;
  /** The target link-layer address option. */
  readonly mac: Uint8Array;
}

/**
 * The frame that announces `address` (16 bytes) at `mac` (6 bytes). The override flag is set; `router` sets
 * R, which the RFC wants and keepalived sends while the interface forwards.
 */
export function encodeUnsolicitedNa(
  mac: Uint8Array,
  address: Uint8Array,
  router: boolean,
): Uint8Array {
  const frame = new Uint8Array(NA_FRAME_LENGTH);
  writeEthernetHeader(frame, {
    destination: ALL_NODES_MAC,
    source: mac,
    etherType: ETHERTYPE.ipv6,
  });
  writeIpv6Header(frame, ETHERNET_HEADER_LENGTH, {
    trafficClass: 0,
    flowLabel: 0,
    payloadLength: ICMP_LENGTH,
    nextHeader: ICMPV6,
    hopLimit: 255,
    source: address,
    destination: ALL_NODES,
  });
  const icmp = frame.subarray(ICMP_OFFSET);
  icmp[0] = NEIGHBOUR_ADVERTISEMENT;
  icmp[4] = NA_FLAG.override | (router ? NA_FLAG.router : 0);
  icmp.set(address, 8);
  icmp[24] = OPTION_TARGET_LINK_LAYER;
  icmp[25] = 1;
  icmp.set(mac, 26);
  const start = pseudoHeaderSum({ source: address, destination: ALL_NODES }, ICMPV6, ICMP_LENGTH);
  writeU16(icmp, 2, ~foldSum(sumWords(icmp, start)) & 0xffff);
  return frame;
}

/** Reads a frame with a neighbour advertisement that carries exactly the one option. */
export function decodeNeighbourAdvertisement(
  frame: Uint8Array,
): Result<NeighbourAdvertisement, DecodeError> {
  const ethernet = decodeEthernetHeader(frame);
  if (!ethernet.ok) return ethernet;
  if (ethernet.value.etherType !== ETHERTYPE.ipv6) return decodeError('bad-type', 12);
  const ip = decodeIpv6Header(frame.subarray(ETHERNET_HEADER_LENGTH));
  if (!ip.ok) return decodeError(ip.error.kind, ETHERNET_HEADER_LENGTH + ip.error.offset);
  const { nextHeader, payloadLength, source, destination, hopLimit } = ip.value;
  if (nextHeader !== ICMPV6) return decodeError('bad-type', ETHERNET_HEADER_LENGTH + 6);
  if (payloadLength !== ICMP_LENGTH) return decodeError('bad-length', ETHERNET_HEADER_LENGTH + 4);
  const icmp = frame.subarray(ICMP_OFFSET, NA_FRAME_LENGTH);
  if (icmp[0] !== NEIGHBOUR_ADVERTISEMENT || icmp[1] !== 0)
    return decodeError('bad-type', ICMP_OFFSET);
  const start = pseudoHeaderSum({ source, destination }, ICMPV6, ICMP_LENGTH);
  if (foldSum(sumWords(icmp, start)) !== 0xffff)
    return decodeError('bad-checksum', ICMP_OFFSET + 2);
  if (readU16(icmp, 24) !== ((OPTION_TARGET_LINK_LAYER << 8) | 1)) {
    return decodeError('bad-value', ICMP_OFFSET + 24);
  }
  return ok({
    sourceMac: ethernet.value.source,
    source,
    destination,
    hopLimit,
    flags: icmp[4] ?? 0,
    target: icmp.subarray(8, 24),
    mac: icmp.subarray(26, 32),
  });
}
