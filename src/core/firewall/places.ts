/** Where rules are to be written, by preference. */
import type { FirewallConfig } from '../model/global-options.ts';
import { IptablesWriter } from './iptables-writer.ts';
import { filterContent } from './nft-rules.ts';
import { NftWriter } from './nft-writer.ts';
import {
  type ChainPlace,
  IPTABLES_PROGRAMS,
  type RulePlace,
  type RuleWriter,
  type SetNames,
} from './rule-writer.ts';
import type { FirewallWish } from './wish.ts';

/** A place for rules that drop packets. */
type FilterPlace = Exclude<RulePlace, ChainPlace>;

/** The table where no other name is written, as with keepalived. */
const TABLE = 'keepalived';
/** Priority of chains: just before those of most firewalls. */
const PRIORITY = -1;
const CHAINS = { input: 'INPUT', output: 'OUTPUT' } as const;
const SETS: SetNames = { ipv4: 'keepalived', ipv6: 'keepalived6', linkLocal: 'keepalived_if6' };

/**
 * The places to try, one after another: nftables first, and iptables where the kernel or the program for it is missing; the other way round with
 * `vrrp_iptables` alone. With both keywords nftables counts, as with keepalived.
 */
export function placesFor(settings: FirewallConfig): readonly FilterPlace[] {
  const { nftablesTable, iptables } = settings;
  const chains = iptables ?? CHAINS;
  const sets = setNames(settings.ipsets);
  const own = { method: 'iptables', ...chains, ...(sets === undefined ? {} : { sets }) } as const;
  const older = IPTABLES_PROGRAMS.map((program): FilterPlace => ({ ...own, program }));
  const table: FilterPlace = { method: 'nftables', table: nftablesTable ?? TABLE };
  return iptables === undefined || nftablesTable !== undefined
    ? [table, ...older]
    : [...older, table];
}

/** Writes rules there. */
export function writerFor(place: RulePlace, settings: FirewallConfig): RuleWriter<FirewallWish> {
  if (place.method === 'iptables') return new IptablesWriter(place);
  return new NftWriter(
    place.method === 'nftables' ? place.table : TABLE,
    filterContent({
      priority: settings.nftablesPriority ?? PRIORITY,
      counts: settings.countsPackets ?? false,
      byIndex: settings.matchesIndex ?? false,
    }),
  );
}

/** Names that are not written are keepalived's. Without names no sets are used. */
function setNames(written: FirewallConfig['ipsets']): SetNames | undefined {
  if (written === undefined || written === 'none') return undefined;
  const [ipv4 = SETS.ipv4, ipv6 = SETS.ipv6, linkLocal = SETS.linkLocal] = written;
  return { ipv4, ipv6, linkLocal };
}
