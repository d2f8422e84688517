/** The purpose of rules that mark packets to the addresses of groups. */
import { ChainWriter } from '../chain-writer.ts';
import { NftWriter } from '../nft-writer.ts';
import { IPTABLES_PROGRAMS } from '../rule-writer.ts';
import type { RuleSubject } from '../subject.ts';
import { MARKS_CHAIN } from './chain-content.ts';
import { MARKS_CONTENT } from './nft-content.ts';
import { bothMarksWishes, type MarksWish, markedServers, marksWish } from './wish.ts';

/** Marks of `nftables_ipvs`. */
export const GROUP_MARKS: RuleSubject<MarksWish> = {
  purpose: 'marks',
  wishOf: marksWish,
  both: bothMarksWishes,
  writable: (wish) => wish,
  devices: () => [],
  // nftables first, and iptables where the kernel or the program for it is missing.
  places: ({ table }) => [
    { method: 'nftables', table },
    ...IPTABLES_PROGRAMS.map((program) => ({ method: 'chain', program, table: 'mangle' }) as const),
  ],
  writer: (place) => {
    if (place.method === 'chain') return new ChainWriter(place, MARKS_CHAIN);
    return new NftWriter(place.method === 'nftables' ? place.table : '', MARKS_CONTENT);
  },
  wanted: ({ servers }) => [...servers.keys()],
  held: markedServers,
};
