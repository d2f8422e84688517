/**
 * Traffic counters (IPVS_STATS_ATTR_*). The 64-bit block is used when the kernel sends it (4.1 and
 * later), because the 32-bit counters wrap. PAD attributes, which some architectures put in front of
 * 64-bit numbers, have a type of their own and are passed over.
 */
import { type Attributes, hostU32, hostU64, readNested } from '../netlink/attributes.ts';
import * as abi from './abi.ts';
import type { IpvsStats } from './ipvs-table.ts';

/** Counters of something that never saw a packet. */
export const NO_TRAFFIC: IpvsStats = {
  connections: 0,
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
};

/** The attributes of the five numbers, in the order of `IpvsStats`. */
type Numbers = readonly [number, number, number, number, number];

const TOTALS: Numbers = [
  abi.IPVS_STATS_ATTR_CONNS,
  abi.IPVS_STATS_ATTR_INPKTS,
  abi.IPVS_STATS_ATTR_OUTPKTS,
  abi.IPVS_STATS_ATTR_INBYTES,
  abi.IPVS_STATS_ATTR_OUTBYTES,
];

const RATES: Numbers = [
  abi.IPVS_STATS_ATTR_CPS,
  abi.IPVS_STATS_ATTR_INPPS,
  abi.IPVS_STATS_ATTR_OUTPPS,
  abi.IPVS_STATS_ATTR_INBPS,
  abi.IPVS_STATS_ATTR_OUTBPS,
];

/** Reads the block `type64` of an object, or `type32` when there is none; zeros when there is neither. */
export function decodeStats(attributes: Attributes, type32: number, type64: number): IpvsStats {
  return decodeNumbers(attributes, attributes.has(type64) ? type64 : type32, TOTALS);
}

/** The rates in the same block, per second: what the kernel estimates from the last seconds. */
export function decodeRates(attributes: Attributes, type32: number, type64: number): IpvsStats {
  return decodeNumbers(attributes, attributes.has(type64) ? type64 : type32, RATES);
}

function decodeNumbers(attributes: Attributes, type: number, numbers: Numbers): IpvsStats {
  const block = readNested(attributes, type);
  if (!block.ok) return NO_TRAFFIC;
  const number = (one: number): number => {
    const bytes = block.value.get(one);
    if (bytes === undefined) return 0;
    return bytes.length >= 8 ? hostU64(bytes) : hostU32(bytes);
  };
  const [connections, packetsIn, packetsOut, bytesIn, bytesOut] = numbers;
  return {
    connections: number(connections),
    packetsIn: number(packetsIn),
    packetsOut: number(packetsOut),
    bytesIn: number(bytesIn),
    bytesOut: number(bytesOut),
  };
}
