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

/** Reads the block `type64` of an object, or `type32` when there is none; zeros when there is neither. */
export function decodeStats(attributes: Attributes, type32: number, type64: number): IpvsStats {
  const block = readNested(attributes, attributes.has(type64) ? type64 : type32);
  if (!block.ok) return NO_TRAFFIC;
  const counter = (type: number): number => {
    const bytes = block.value.get(type);
    if (bytes === undefined) return 0;
    return bytes.length >= 8 ? hostU64(bytes) : hostU32(bytes);
  };
  return {
    connections: counter(abi.IPVS_STATS_ATTR_CONNS),
    packetsIn: counter(abi.IPVS_STATS_ATTR_INPKTS),
    packetsOut: counter(abi.IPVS_STATS_ATTR_OUTPKTS),
    bytesIn: counter(abi.IPVS_STATS_ATTR_INBYTES),
    bytesOut: counter(abi.IPVS_STATS_ATTR_OUTBYTES),
  };
}
