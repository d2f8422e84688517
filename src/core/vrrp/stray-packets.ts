/**
 * Packets for a VRID that is not configured here. On a segment with many virtual routers they are normal:
 * counted, never reported one by one. A packet is only an error of kind "VRID" when everything before that
 * check was right (reference section 4.1, check 9).
 */
import { ipBytes, isMulticast } from '../base/address.ts';
import { sumWords } from '../base/checksum.ts';
import { ADVERTISEMENT_TYPE, VRRP_TTL } from '../wire/protocol.ts';
import {
  checksumStyleOf,
  countOf,
  messageLength,
  typeOf,
  VRRP_HEADER_LENGTH,
  versionOf,
} from '../wire/vrrp.ts';
import type { PacketEvent, VrrpView } from './events-and-actions.ts';

/** Router-wide counters. */
export type RouterCounters = { -readonly [K in keyof VrrpView['router']]: number };

/** All router-wide counters at zero. */
export function newRouterCounters(): RouterCounters {
  return {
    vridErrors: 0,
    checksumErrors: 0,
    versionErrors: 0,
    packetLengthErrors: 0,
    ipTtlErrors: 0,
    invalidTypePackets: 0,
  };
}

/** The counter that a packet for no instance raises. */
export function strayCounter(packet: PacketEvent, message: Uint8Array): keyof RouterCounters {
  const { family, destination, source, ttl } = packet;
  if (message.length < VRRP_HEADER_LENGTH || packet.cutFrom !== undefined) {
    return 'packetLengthErrors';
  }
  if (isMulticast(destination) && ttl >= 0 && ttl !== VRRP_TTL) return 'ipTtlErrors';
  const version = versionOf(message);
  if (version !== 2 && version !== 3) return 'versionErrors';
  if (typeOf(message) !== ADVERTISEMENT_TYPE) return 'invalidTypePackets';
  if (message.length !== messageLength(version, family, countOf(message))) {
    return 'packetLengthErrors';
  }
  const addressSum = sumWords(ipBytes(source), sumWords(ipBytes(destination)));
  if (checksumStyleOf(message, version, family, addressSum) === undefined) return 'checksumErrors';
  return 'vridErrors';
}
