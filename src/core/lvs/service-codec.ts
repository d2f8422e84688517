/**
 * Virtual services <-> attributes (IPVS_SVC_ATTR_*, linux/ip_vs.h). PORT is in network order, all
 * other numbers in host order; an IPv4 NETMASK is the mask in network order, an IPv6 one the prefix
 * length in host order. NEW and SET need every attribute: there is no partial update.
 */
import type { IpFamily } from '../base/address.ts';
import { asciiText, readU16, readU32, writeU32 } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ServiceIdentity, ServiceProtocol } from '../model/config.ts';
import {
  type Attributes,
  type AttributeWriter,
  HOST_IS_LITTLE_ENDIAN,
  hostU16,
  hostU32,
} from '../netlink/attributes.ts';
import * as abi from './abi.ts';
import {
  decodeAddress,
  encodeAddress,
  familyFromNumber,
  familyNumber,
  type IpvsDecodeError,
} from './address-codec.ts';
import { IP_VS_SVC_F_HASHED, type IpvsService, type IpvsStats } from './ipvs-table.ts';
import { ipv4Mask, type Netmask, netmaskOf } from './netmask.ts';
import { decodeRates, decodeStats } from './stats-codec.ts';

/** IPPROTO_* numbers. */
const PROTOCOL_NUMBER = {
  TCP: 6,
  UDP: 17,
  SCTP: 132,
} as const satisfies Record<ServiceProtocol, number>;

/** A mask with which FLAGS replaces all flags of the service. */
const ALL_FLAGS = 0xffff_ffff;

/** Writes what names a service. A mark of 0 must not reach this: the kernel would make TCP 0.0.0.0:0 of it. */
export function writeServiceIdentity(writer: AttributeWriter, identity: ServiceIdentity): void {
  writer.u16(abi.IPVS_SVC_ATTR_AF, familyNumber(identity.family));
  if (identity.kind === 'fwmark') {
    writer.u32(abi.IPVS_SVC_ATTR_FWMARK, identity.mark);
    return;
  }
  writer
    .u16(abi.IPVS_SVC_ATTR_PROTOCOL, PROTOCOL_NUMBER[identity.protocol])
    .bytes(abi.IPVS_SVC_ATTR_ADDR, encodeAddress(identity.address))
    .u16be(abi.IPVS_SVC_ATTR_PORT, identity.port);
}

/** Writes a whole service, as NEW_SERVICE and SET_SERVICE need it. */
export function writeService(writer: AttributeWriter, service: IpvsService): void {
  writeServiceIdentity(writer, service.identity);
  writer.string(abi.IPVS_SVC_ATTR_SCHED_NAME, service.scheduler);
  if (service.persistenceEngine !== undefined) {
    writer.string(abi.IPVS_SVC_ATTR_PE_NAME, service.persistenceEngine);
  }
  writer
    .u32s(abi.IPVS_SVC_ATTR_FLAGS, [service.flags, ALL_FLAGS])
    .u32(abi.IPVS_SVC_ATTR_TIMEOUT, service.timeoutSeconds)
    .bytes(abi.IPVS_SVC_ATTR_NETMASK, encodeNetmask(service.identity.family, service));
}

/** A service as the kernel reports it. */
export interface DecodedService {
  readonly service: IpvsService;
  readonly stats: IpvsStats;
}

/** The same with what comes and goes per second. */
export interface ListedService extends DecodedService {
  readonly rates: IpvsStats;
}

/** Reads the SERVICE block of a reply. */
export function decodeService(attributes: Attributes): Result<DecodedService, IpvsDecodeError> {
  const identity = decodeIdentity(attributes);
  if (!identity.ok) return identity;
  const scheduler = attributes.get(abi.IPVS_SVC_ATTR_SCHED_NAME);
  const flags = attributes.get(abi.IPVS_SVC_ATTR_FLAGS);
  const timeout = attributes.get(abi.IPVS_SVC_ATTR_TIMEOUT);
  const netmask = attributes.get(abi.IPVS_SVC_ATTR_NETMASK);
  if (scheduler === undefined) return missing(abi.IPVS_SVC_ATTR_SCHED_NAME);
  if (flags === undefined) return missing(abi.IPVS_SVC_ATTR_FLAGS);
  if (timeout === undefined) return missing(abi.IPVS_SVC_ATTR_TIMEOUT);
  if (netmask === undefined) return missing(abi.IPVS_SVC_ATTR_NETMASK);
  const engine = attributes.get(abi.IPVS_SVC_ATTR_PE_NAME);
  const service: IpvsService = {
    identity: identity.value,
    scheduler: asciiText(scheduler),
    flags: (hostU32(flags) & ~IP_VS_SVC_F_HASHED) >>> 0,
    timeoutSeconds: hostU32(timeout),
    ...decodeNetmask(identity.value.family, netmask),
    ...(engine === undefined ? {} : { persistenceEngine: asciiText(engine) }),
  };
  const stats = decodeStats(attributes, abi.IPVS_SVC_ATTR_STATS, abi.IPVS_SVC_ATTR_STATS64);
  return ok({ service, stats });
}

/** Reads the SERVICE block of a reply with its rates. */
export function decodeListedService(
  attributes: Attributes,
): Result<ListedService, IpvsDecodeError> {
  const decoded = decodeService(attributes);
  if (!decoded.ok) return decoded;
  const rates = decodeRates(attributes, abi.IPVS_SVC_ATTR_STATS, abi.IPVS_SVC_ATTR_STATS64);
  return ok({ ...decoded.value, rates });
}

function decodeIdentity(attributes: Attributes): Result<ServiceIdentity, IpvsDecodeError> {
  const af = attributes.get(abi.IPVS_SVC_ATTR_AF);
  if (af === undefined) return missing(abi.IPVS_SVC_ATTR_AF);
  const family = familyFromNumber(hostU16(af));
  if (family === undefined) return err({ kind: 'unknown-family', attribute: abi.IPVS_SVC_ATTR_AF });
  const mark = attributes.get(abi.IPVS_SVC_ATTR_FWMARK);
  if (mark !== undefined) return ok({ kind: 'fwmark', family, mark: hostU32(mark) });
  return decodeAddressIdentity(attributes, family);
}

function decodeAddressIdentity(
  attributes: Attributes,
  family: IpFamily,
): Result<ServiceIdentity, IpvsDecodeError> {
  const number = attributes.get(abi.IPVS_SVC_ATTR_PROTOCOL);
  const addressBytes = attributes.get(abi.IPVS_SVC_ATTR_ADDR);
  const port = attributes.get(abi.IPVS_SVC_ATTR_PORT);
  if (number === undefined) return missing(abi.IPVS_SVC_ATTR_PROTOCOL);
  if (addressBytes === undefined) return missing(abi.IPVS_SVC_ATTR_ADDR);
  if (port === undefined) return missing(abi.IPVS_SVC_ATTR_PORT);
  const protocol = protocolFromNumber(hostU16(number));
  if (protocol === undefined) {
    return err({ kind: 'unknown-protocol', attribute: abi.IPVS_SVC_ATTR_PROTOCOL });
  }
  const address = decodeAddress(addressBytes, family);
  if (address === undefined) return missing(abi.IPVS_SVC_ATTR_ADDR);
  return ok({ kind: 'address', family, protocol, address, port: readU16(port, 0) });
}

function protocolFromNumber(number: number): ServiceProtocol | undefined {
  switch (number) {
    case PROTOCOL_NUMBER.TCP:
      return 'TCP';
    case PROTOCOL_NUMBER.UDP:
      return 'UDP';
    case PROTOCOL_NUMBER.SCTP:
      return 'SCTP';
    default:
      return undefined;
  }
}

function encodeNetmask(family: IpFamily, netmask: Netmask): Uint8Array {
  const out = new Uint8Array(4);
  if (family === 'ipv4') writeU32(out, 0, ipv4Mask(netmask));
  else new DataView(out.buffer).setUint32(0, netmask.netmaskPrefix, HOST_IS_LITTLE_ENDIAN);
  return out;
}

function decodeNetmask(family: IpFamily, bytes: Uint8Array): Netmask {
  return netmaskOf(family, family === 'ipv6' ? hostU32(bytes) : readU32(bytes, 0));
}

function missing(attribute: number): {
  readonly ok: false;
  readonly error: IpvsDecodeError;
} {
  return err({ kind: 'missing-attribute', attribute });
}
