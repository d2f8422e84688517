/** What the kernel is asked for so that held routes and rules are seen: only what bears the marks that they have. */
import type { IpFamily } from '../base/address.ts';
import type { NamedNumber } from '../model/routing.ts';
import type { RoutingEntry } from './routing-entry.ts';

/** Routes by family and mark, and the families whose rules are read. */
export interface RoutingQuestion {
  readonly routes: readonly { readonly family: IpFamily; readonly protocol: number }[];
  readonly rules: readonly IpFamily[];
}

/** The question that all these entries need; undefined without any. */
export function routingQuestion(entries: readonly RoutingEntry[]): RoutingQuestion | undefined {
  if (entries.length === 0) return undefined;
  const routes = new Map<string, RoutingQuestion['routes'][number]>();
  const rules = new Set<IpFamily>();
  for (const entry of entries) {
    if (entry.kind === 'rule') {
      rules.add(entry.rule.family);
      continue;
    }
    const { family, protocol } = entry.route;
    if (isNumber(protocol)) routes.set(`${family} ${protocol}`, { family, protocol });
  }
  return { routes: [...routes.values()], rules: [...rules] };
}

function isNumber(value: NamedNumber): value is number {
  return typeof value === 'number';
}
