/**
 * Connection timeouts and facts about the module: SET_CONFIG, GET_CONFIG and GET_INFO
 * (IPVS_CMD_ATTR_TIMEOUT_*, IPVS_INFO_ATTR_*, linux/ip_vs.h).
 */
import { type Attributes, AttributeWriter, hostU32 } from '../netlink/attributes.ts';
import * as abi from './abi.ts';

/** Timeouts of established TCP, of TCP after FIN, and of UDP connections, in seconds. */
export interface IpvsTimeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

/** What GET_INFO tells. */
export interface IpvsInfo {
  /** `1.2.1`. */
  readonly version: string;
  /** Buckets of the connection table; changes while running on recent kernels, 0 before the first service. */
  readonly connectionTableSize: number;
}

/** Attributes of SET_CONFIG; an absent timeout, as one of 0, leaves the kernel's. */
export function encodeTimeouts(timeouts: Partial<IpvsTimeouts>): Uint8Array {
  const writer = new AttributeWriter();
  const { tcp, tcpFin, udp } = timeouts;
  if (tcp !== undefined) writer.u32(abi.IPVS_CMD_ATTR_TIMEOUT_TCP, tcp);
  if (tcpFin !== undefined) writer.u32(abi.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, tcpFin);
  if (udp !== undefined) writer.u32(abi.IPVS_CMD_ATTR_TIMEOUT_UDP, udp);
  return writer.finish();
}

/** Reads GET_CONFIG's reply; an absent timeout is 0. */
export function decodeTimeouts(attributes: Attributes): IpvsTimeouts {
  return {
    tcp: number(attributes, abi.IPVS_CMD_ATTR_TIMEOUT_TCP),
    tcpFin: number(attributes, abi.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN),
    udp: number(attributes, abi.IPVS_CMD_ATTR_TIMEOUT_UDP),
  };
}

/** Reads GET_INFO's reply. */
export function decodeInfo(attributes: Attributes): IpvsInfo {
  const version = number(attributes, abi.IPVS_INFO_ATTR_VERSION);
  return {
    version: `${(version >> 16) & 0xff}.${(version >> 8) & 0xff}.${version & 0xff}`,
    connectionTableSize: number(attributes, abi.IPVS_INFO_ATTR_CONN_TAB_SIZE),
  };
}

function number(attributes: Attributes, type: number): number {
  const bytes = attributes.get(type);
  return bytes === undefined ? 0 : hostU32(bytes);
}
