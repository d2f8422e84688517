/** The purpose of rules that translate the source of connections to servers of Full-NAT. */
import { ChainWriter } from '../chain-writer.ts';
import { NftWriter } from '../nft-writer.ts';
import { IPTABLES_PROGRAMS, type RulePlace } from '../rule-writer.ts';
import type { RuleSubject } from '../subject.ts';
import { FULL_NAT_CHAIN } from './chain-content.ts';
import { FULL_NAT_CONTENT } from './nft-content.ts';
import {
  bothFullNatWishes,
  type FullNatWish,
  fullNatWish,
  servicesInForce,
  servicesOfWish,
} from './wish.ts';

const TABLE = 'tandem_fnat';

/** nftables first, and iptables where the kernel or the program for it is missing. */
const PLACES: readonly RulePlace[] = [
  { method: 'nftables', table: TABLE },
  ...IPTABLES_PROGRAMS.map((program) => ({ method: 'chain', program, table: 'nat' }) as const),
];

/** Sources of Full-NAT. */
export const FULL_NAT: RuleSubject<FullNatWish> = {
  purpose: 'full-nat',
  wishOf: fullNatWish,
  both: bothFullNatWishes,
  writable: (wish) => wish,
  devices: () => [],
  places: () => PLACES,
  writer: (place) =>
    place.method === 'chain'
      ? new ChainWriter(place, FULL_NAT_CHAIN)
      : new NftWriter(TABLE, FULL_NAT_CONTENT),
  wanted: servicesOfWish,
  held: servicesInForce,
};
