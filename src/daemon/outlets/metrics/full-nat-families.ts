/** Families about Full-NAT. Absent where no server is reached by it. */
import { fullNatStatus } from '../../control/full-nat-status.ts';
import { labelSet } from './exposition.ts';
import { PREFIX, type Scrape } from './scrape.ts';

/** Writes the families. */
export function writeFullNatFamilies({ out, state }: Scrape): void {
  const all = [...fullNatStatus(state)].map(
    ([key, status]) => ({ labels: labelSet({ virtual_server: key }), status }) as const,
  );
  if (all.length === 0) return;
  out.family(
    `${PREFIX}full_nat_in_force`,
    'gauge',
    'Whether the rules stand that translate the source of connections to servers of FNAT.',
  );
  for (const { labels, status } of all) out.sample(labels, status.inForce ? 1 : 0);
  out.family(
    `${PREFIX}full_nat_connections_max`,
    'gauge',
    'Connections that one server can have at the same time, by the source ports that there are.',
  );
  for (const { labels, status } of all) out.sample(labels, status.connectionsMax);
  out.family(
    `${PREFIX}full_nat_connections`,
    'gauge',
    'Connections of the server that has most, of all services that share its source ports.',
  );
  for (const { labels, status } of all) {
    if (status.connections !== null) out.sample(labels, status.connections);
  }
  out.single(
    `${PREFIX}full_nat_repairs_total`,
    'counter',
    'Restorations of rules of FNAT that somebody had changed.',
    state.rules['full-nat']?.repairs ?? 0,
  );
}
