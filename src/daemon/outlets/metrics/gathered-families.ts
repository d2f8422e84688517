/** A family about marks of `nftables_ipvs`. Absent without them. */
import { gatheredStatus } from '../../control/gathered-status.ts';
import { labelSet } from './exposition.ts';
import { PREFIX, type Scrape } from './scrape.ts';

/** Writes it. */
export function writeGatheredFamilies({ out, state }: Scrape): void {
  const all = state.config.virtualServers.flatMap((server) => {
    const status = gatheredStatus(server, state);
    return status === null ? [] : [{ labels: labelSet({ virtual_server: server.key }), status }];
  });
  if (all.length === 0) return;
  out.family(
    `${PREFIX}group_marks_in_force`,
    'gauge',
    'Whether packets to the addresses of a group get the mark of its service (nftables_ipvs).',
  );
  for (const { labels, status } of all) out.sample(labels, status.inForce ? 1 : 0);
}
