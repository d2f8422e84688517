/**
 * What a reload means for each instance: leave alone, take the new configuration in place, or restart that one
 * instance. A virtual router is what peers and clients know it by: interface, VRID and family. Its name is a
 * label, so a renamed instance is the same router and goes on. In place is everything that does not make it
 * another one, also what its peers have to follow (version, authentication, unicast): while they do, a Master
 * that went on is better than one that gave up.
 *
 * What restarts, and why:
 * - another interface: other peers, another link, other sockets;
 * - another `virtual_router_id`: to every peer a router that has never spoken;
 * - another family: other addresses, other packets.
 */
import { equalData } from '../base/equal-data.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';

/** How one instance takes a new configuration. */
export type ReloadVerdict = 'unchanged' | 'in-place' | 'restart';

/** An instance that goes on under another name. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/** Fields that make an instance another one: its key on the wire. */
const IDENTITY = ['interface', 'vrid', 'family'] as const;

/** Compares two configurations of one instance. */
export function reloadVerdict(
  before: VrrpInstanceConfig,
  after: VrrpInstanceConfig,
): ReloadVerdict {
  if (equalData(before, after)) return 'unchanged';
  return isSameRouter(before, after) ? 'in-place' : 'restart';
}

/**
 * The running instance that each new one follows, by the new name. The same virtual router comes first,
 * whatever its name (of several, which differ in unicast and multicast, the one with the name or the mode); what
 * is left is matched by name and restarts.
 */
export function matchInstances(
  before: readonly VrrpInstanceConfig[],
  after: readonly VrrpInstanceConfig[],
): ReadonlyMap<string, VrrpInstanceConfig> {
  const matches = new Map<string, VrrpInstanceConfig>();
  const free = new Map(before.map((one) => [one.name, one]));
  const byRouter = new Map<string, VrrpInstanceConfig[]>();
  for (const one of before) {
    const list = byRouter.get(routerKey(one));
    if (list === undefined) byRouter.set(routerKey(one), [one]);
    else list.push(one);
  }
  const take = (next: VrrpInstanceConfig, found: VrrpInstanceConfig | undefined): void => {
    if (found === undefined || matches.has(next.name) || !free.has(found.name)) return;
    matches.set(next.name, found);
    free.delete(found.name);
  };
  const same = (next: VrrpInstanceConfig): readonly VrrpInstanceConfig[] =>
    (byRouter.get(routerKey(next)) ?? []).filter(({ name }) => free.has(name));
  for (const next of after)
    take(
      next,
      same(next).find(({ name }) => name === next.name),
    );
  for (const next of after) {
    take(
      next,
      same(next).find((one) => isUnicast(one) === isUnicast(next)),
    );
  }
  for (const next of after) take(next, same(next)[0]);
  for (const next of after) take(next, free.get(next.name));
  return matches;
}

/** The instances that go on under another name. */
export function renamedInstances(
  before: readonly VrrpInstanceConfig[],
  after: readonly VrrpInstanceConfig[],
): readonly Renamed[] {
  return Array.from(matchInstances(before, after), ([to, { name: from }]) => ({ from, to })).filter(
    ({ from, to }) => from !== to,
  );
}

function isSameRouter(a: VrrpInstanceConfig, b: VrrpInstanceConfig): boolean {
  return IDENTITY.every((field) => a[field] === b[field]);
}

function routerKey(config: VrrpInstanceConfig): string {
  return IDENTITY.map((field) => config[field]).join(' ');
}

function isUnicast(config: VrrpInstanceConfig): boolean {
  return config.unicastPeers.length > 0;
}
