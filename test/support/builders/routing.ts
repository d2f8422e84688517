/** Routes and rules as the lines of a configuration make them, and a host that has interfaces for them. */
import type { RoutingEntry, RoutingLinks } from '../../../src/core/holdings/routing-entry.ts';
import { entriesOf } from '../../../src/core/holdings/routing-wishes.ts';
import { instance, parse } from '../parse-text.ts';

/** The routes of these lines. */
export function routeEntries(...lines: readonly string[]): readonly RoutingEntry[] {
  return entries('virtual_routes', lines);
}

/** The rules of these lines. */
export function ruleEntries(...lines: readonly string[]): readonly RoutingEntry[] {
  return entries('virtual_rules', lines);
}

function entries(block: string, lines: readonly string[]): readonly RoutingEntry[] {
  const { config, diagnostics } = parse(instance(`${block} {\n${lines.join('\n')}\n}`));
  const found = entriesOf(config?.vrrpInstances[0] ?? {});
  if (found.length === lines.length) return found;
  throw new Error(diagnostics.map(({ message }) => message).join('\n'));
}

/** Interfaces by name, and which of them are down; a test may change both. */
export class FakeLinks implements RoutingLinks {
  readonly indexes = new Map([
    ['eth0', 2],
    ['eth1', 3],
  ]);
  readonly down = new Set<number>();
  readonly vrfs = new Map<string, number>();

  readonly ifindexOf = (name: string): number | undefined => this.indexes.get(name);
  readonly vrfTableOf = (name: string): number | undefined => this.vrfs.get(name);
  readonly isUp = (ifindex: number): boolean => !this.down.has(ifindex);
}
