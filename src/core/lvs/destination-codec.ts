/**
 * Destinations <-> attributes (IPVS_DEST_ATTR_*, linux/ip_vs.h). PORT and TUN_PORT are in network
 * order, all other numbers in host order. NEW and SET need every attribute: there is no partial
 * update, and the tunnel attributes are sent for tunnels only, since their absence means IPIP.
 */
import type { IpFamily } from '../base/address.ts';
import { readU16 } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Attributes, type AttributeWriter, hostU16, hostU32 } from '../netlink/attributes.ts';
import * as abi from './abi.ts';
import {
  decodeAddress,
  encodeAddress,
  familyFromNumber,
  familyNumber,
  type IpvsDecodeError,
} from './address-codec.ts';
import type {
  IpvsDestination,
  IpvsForwarding,
  IpvsObservedDestination,
  IpvsStats,
} from './ipvs-table.ts';
import { decodeRates, decodeStats } from './stats-codec.ts';

/** IP_VS_CONN_F_MASQ .. IP_VS_CONN_F_BYPASS, by number. */
const FORWARDINGS: readonly IpvsForwarding[] = [
  'masquerade',
  'localnode',
  'tunnel',
  'direct',
  'bypass',
];
/** IP_VS_CONN_F_FWD_MASK: the kernel looks at these bits only. */
const FORWARDING_MASK = 7;

type TunnelType = NonNullable<IpvsDestination['tunnel']>['type'];

/** IP_VS_CONN_F_TUNNEL_TYPE_IPIP, _GUE, _GRE, by number. */
const TUNNEL_TYPES: readonly TunnelType[] = ['ipip', 'gue', 'gre'];

/** Writes what names a destination within its service. */
export function writeDestinationIdentity(
  writer: AttributeWriter,
  destination: IpvsDestination,
): void {
  writer
    .u16(abi.IPVS_DEST_ATTR_ADDR_FAMILY, familyNumber(destination.family))
    .bytes(abi.IPVS_DEST_ATTR_ADDR, encodeAddress(destination.address))
    .u16be(abi.IPVS_DEST_ATTR_PORT, destination.port);
}

/** Writes a whole destination, as NEW_DEST and SET_DEST need it. */
export function writeDestination(writer: AttributeWriter, destination: IpvsDestination): void {
  writeDestinationIdentity(writer, destination);
  writer
    .u32(abi.IPVS_DEST_ATTR_FWD_METHOD, FORWARDINGS.indexOf(destination.forwarding))
    .u32(abi.IPVS_DEST_ATTR_WEIGHT, destination.weight);
  const { tunnel } = destination;
  if (destination.forwarding === 'tunnel' && tunnel !== undefined) {
    writer
      .u8(abi.IPVS_DEST_ATTR_TUN_TYPE, TUNNEL_TYPES.indexOf(tunnel.type))
      .u16be(abi.IPVS_DEST_ATTR_TUN_PORT, tunnel.port)
      .u16(abi.IPVS_DEST_ATTR_TUN_FLAGS, tunnel.flags);
  }
  writer
    .u32(abi.IPVS_DEST_ATTR_U_THRESH, destination.upperThreshold)
    .u32(abi.IPVS_DEST_ATTR_L_THRESH, destination.lowerThreshold);
}

/** Reads the DEST block of a reply; `serviceFamily` is meant where the kernel names none (before 3.18). */
export function decodeDestination(
  attributes: Attributes,
  serviceFamily: IpFamily,
): Result<IpvsObservedDestination, IpvsDecodeError> {
  const number = (type: number): number => {
    const bytes = attributes.get(type);
    return bytes === undefined ? 0 : hostU32(bytes);
  };
  const family = destinationFamily(attributes, serviceFamily);
  if (family === undefined) {
    return err({ kind: 'unknown-family', attribute: abi.IPVS_DEST_ATTR_ADDR_FAMILY });
  }
  const addressBytes = attributes.get(abi.IPVS_DEST_ATTR_ADDR);
  const address = addressBytes === undefined ? undefined : decodeAddress(addressBytes, family);
  if (address === undefined) {
    return err({ kind: 'missing-attribute', attribute: abi.IPVS_DEST_ATTR_ADDR });
  }
  const port = attributes.get(abi.IPVS_DEST_ATTR_PORT);
  if (port === undefined) {
    return err({ kind: 'missing-attribute', attribute: abi.IPVS_DEST_ATTR_PORT });
  }
  const forwarding = FORWARDINGS[number(abi.IPVS_DEST_ATTR_FWD_METHOD) & FORWARDING_MASK];
  if (forwarding === undefined) {
    return err({ kind: 'unknown-forwarding', attribute: abi.IPVS_DEST_ATTR_FWD_METHOD });
  }
  const tunnel = forwarding === 'tunnel' ? decodeTunnel(attributes) : undefined;
  return ok({
    family,
    address,
    port: readU16(port, 0),
    forwarding,
    weight: number(abi.IPVS_DEST_ATTR_WEIGHT),
    upperThreshold: number(abi.IPVS_DEST_ATTR_U_THRESH),
    lowerThreshold: number(abi.IPVS_DEST_ATTR_L_THRESH),
    ...(tunnel === undefined ? {} : { tunnel }),
    activeConnections: number(abi.IPVS_DEST_ATTR_ACTIVE_CONNS),
    inactiveConnections: number(abi.IPVS_DEST_ATTR_INACT_CONNS),
    persistentConnections: number(abi.IPVS_DEST_ATTR_PERSIST_CONNS),
    stats: decodeStats(attributes, abi.IPVS_DEST_ATTR_STATS, abi.IPVS_DEST_ATTR_STATS64),
  });
}

/** A destination with what comes and goes per second. */
export interface ListedDestination extends IpvsObservedDestination {
  readonly rates: IpvsStats;
}

/** Reads the DEST block of a reply with its rates, as `decodeDestination`. */
export function decodeListedDestination(
  attributes: Attributes,
  serviceFamily: IpFamily,
): Result<ListedDestination, IpvsDecodeError> {
  const decoded = decodeDestination(attributes, serviceFamily);
  if (!decoded.ok) return decoded;
  const rates = decodeRates(attributes, abi.IPVS_DEST_ATTR_STATS, abi.IPVS_DEST_ATTR_STATS64);
  return ok({ ...decoded.value, rates });
}

function destinationFamily(attributes: Attributes, serviceFamily: IpFamily): IpFamily | undefined {
  const bytes = attributes.get(abi.IPVS_DEST_ATTR_ADDR_FAMILY);
  const number = bytes === undefined ? 0 : hostU16(bytes);
  return number === 0 ? serviceFamily : familyFromNumber(number);
}

/**
 * Undefined for a type that we do not know (the kernel takes any number): such a destination equals
 * none of ours, so one that should be ours is set right.
 */
function decodeTunnel(attributes: Attributes): IpvsDestination['tunnel'] {
  const type = TUNNEL_TYPES[attributes.get(abi.IPVS_DEST_ATTR_TUN_TYPE)?.[0] ?? 0];
  if (type === undefined) return undefined;
  const port = attributes.get(abi.IPVS_DEST_ATTR_TUN_PORT);
  const flags = attributes.get(abi.IPVS_DEST_ATTR_TUN_FLAGS);
  return {
    type,
    port: port === undefined ? 0 : readU16(port, 0),
    flags: flags === undefined ? 0 : hostU16(flags),
  };
}
