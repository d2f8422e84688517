/** Virtual routes and rules of a simulated cluster. */
import type { RoutingEntry } from '../../src/core/holdings/routing-entry.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import { routeEntries, ruleEntries } from '../support/builders/routing.ts';

/** What reloads make of them: none, one more, or those of VI_1 with VI_4. */
export type RoutingEdit = 'none' | 'more' | 'moved';

/** With the address as its source, so that it can come behind that only. */
const FIRST = routeEntries('10.1.0.0/16 via 192.0.2.254 dev eth0 src 192.0.2.100');
/** Over the other segment, which VI_1 needs for it. */
const CROSSING = routeEntries('10.2.0.0/16 via 198.51.100.254 dev eth1');
const TABLE = routeEntries('0.0.0.0/0 via 192.0.2.254 dev eth0 table 100');
const RULE = ruleEntries('from 192.0.2.100 lookup 100 priority 1001');
const MORE = routeEntries('10.9.0.0/16 via 192.0.2.254 dev eth0');
const SECOND = routeEntries('10.3.0.0/16 via 198.51.100.254 dev eth1');
const SIXTH = routeEntries('2001:db8:9::/48 via fe80::254 dev eth0');

/** What each instance of the plan has; a cluster without a fourth one has nowhere to move to. */
const USUAL: Readonly<Record<string, readonly RoutingEntry[]>> = {
  VI_1: [...FIRST, ...TABLE, ...RULE],
  VI_2: SECOND,
  VI_3: SIXTH,
};

/** The routes and rules of an instance, as its configuration has them. */
export function routingOf(
  instance: string,
  { edit, crosses }: { readonly edit: RoutingEdit | undefined; readonly crosses: boolean },
): Pick<VrrpInstanceConfig, 'routes' | 'rules'> {
  if (edit === 'none') return {};
  const usual = USUAL[instance] ?? [];
  const movable = [...(crosses ? CROSSING : []), ...(edit === 'more' ? MORE : [])];
  const holder = edit === 'moved' ? 'VI_4' : 'VI_1';
  const entries = instance === holder ? [...usual, ...movable] : usual;
  return {
    routes: entries.flatMap((one) => (one.kind === 'route' ? one.route : [])),
    rules: entries.flatMap((one) => (one.kind === 'rule' ? one.rule : [])),
  };
}
