/** Families about firewall rules for addresses that accept no packets. Absent where every address accepts them. */
import { isInForce } from '../../../core/firewall/wish.ts';
import { labelSet } from './exposition.ts';
import { PREFIX, type Scrape } from './scrape.ts';

/** Writes the families. */
export function writeFirewallFamilies({ out, state }: Scrape): void {
  const { closed: firewall } = state.rules;
  if (firewall === undefined) return;
  out.single(
    `${PREFIX}firewall_in_force`,
    'gauge',
    'Whether packets to all addresses that are not to accept any are dropped.',
    isInForce(firewall) ? 1 : 0,
  );
  out.family(
    `${PREFIX}firewall_address_dropped`,
    'gauge',
    'Whether packets to an address that is not to accept any are dropped.',
  );
  for (const address of firewall.wanted) {
    out.sample(labelSet({ address }), firewall.held.includes(address) ? 1 : 0);
  }
  out.single(
    `${PREFIX}firewall_repairs_total`,
    'counter',
    'Restorations of rules that somebody had changed.',
    firewall.repairs,
  );
}
