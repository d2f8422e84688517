/** Advertisements as packets on a segment. */
import { ipBytes } from '../../src/core/base/address.ts';
import { concatBytes } from '../../src/core/base/bytes.ts';
import { encodeIpv4Header } from '../../src/core/wire/ipv4.ts';
import { VRRP_TOS, VRRP_TTL } from '../../src/core/wire/protocol.ts';
import type { AdvertisementAction } from '../../src/daemon/vrrp/advertisement-sender.ts';
import type { WirePacket } from './segment.ts';

/** The packet of an advertisement of a host. */
export function vrrpPacket(from: string, action: AdvertisementAction): WirePacket {
  const { family, source, destination, message, protocol } = action;
  const packet = { protocol: 'vrrp', from, family, source, destination, message } as const;
  return protocol === 51 ? { ...packet, ipPacket: ahPacket(action) } : packet;
}

/** The IP packet of protocol 51 that a driver builds. */
function ahPacket(action: AdvertisementAction): Uint8Array {
  const header = encodeIpv4Header({
    tos: VRRP_TOS,
    payloadLength: action.message.length,
    identification: action.ipId,
    dontFragment: false,
    ttl: VRRP_TTL,
    protocol: action.protocol,
    source: ipBytes(action.source),
    destination: ipBytes(action.destination),
  });
  return concatBytes([header, action.message]);
}
