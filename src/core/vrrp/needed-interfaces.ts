/**
 * Interfaces that an instance cannot do without, besides its own: those of its addresses, routes and rules, and of the static
 * entries of its track group. keepalived tracks the same (measured on keepalived 2.2.7): the `dev` of an address, of a route with one hop and of
 * a rule (`iif`), unless the entry has `no_track`.
 */
import type { IpAddress } from '../base/address.ts';
import { entryText, type RoutingEntry } from '../holdings/routing-entry.ts';
import { entriesOf, staticEntriesOf } from '../holdings/routing-wishes.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { StaticsConfig } from '../model/statics.ts';

/** An interface, and what needs it. */
export interface NeededInterface {
  readonly name: string;
  /** The address that is to be there. */
  readonly addressed?: IpAddress;
  /** The route or rule, or the static entry with its group, in words. */
  readonly used?: string;
}

/** What static entries need, by the instances of their track groups. */
export type StaticNeeds = ReadonlyMap<string, readonly NeededInterface[]>;

/** By configuration: it is asked for with each picture of the host, and there may be a thousand routes. */
const KNOWN: WeakMap<VrrpInstanceConfig, readonly NeededInterface[]> = new WeakMap();

/** The interfaces that the configuration of an instance names, but for its own, each with the first thing that needs it. */
export function neededInterfaces(config: VrrpInstanceConfig): readonly NeededInterface[] {
  const known = KNOWN.get(config) ?? firstOfEach(findNeeded(config));
  KNOWN.set(config, known);
  return known;
}

function firstOfEach(needed: readonly NeededInterface[]): readonly NeededInterface[] {
  const names = new Map<string, NeededInterface>();
  for (const one of needed) if (!names.has(one.name)) names.set(one.name, one);
  return [...names.values()];
}

function findNeeded(config: VrrpInstanceConfig): readonly NeededInterface[] {
  const needed: NeededInterface[] = [];
  for (const list of [config.addresses, config.excludedAddresses]) {
    for (const { interface: name, address: addressed, isUntracked } of list) {
      if (isUntracked !== true) needed.push({ name, addressed });
    }
  }
  for (const entry of entriesOf(config)) {
    const name = trackedInterface(entry);
    if (name !== undefined) needed.push({ name, used: entryText(entry) });
  }
  return needed.filter(({ name }) => name !== config.interface);
}

/** What the static entries with a track group need. */
export function staticNeeds(statics: StaticsConfig | undefined): StaticNeeds {
  const needs = new Map<string, NeededInterface[]>();
  if (statics === undefined) return needs;
  const members = new Map(statics.trackGroups.map((group) => [group.name, group.members]));
  const add = (group: string, need: NeededInterface): void => {
    for (const member of members.get(group) ?? []) {
      needs.set(member, [...(needs.get(member) ?? []), need]);
    }
  };
  for (const {
    address,
    prefixLength,
    interface: name,
    trackGroup,
    isUntracked,
  } of statics.addresses) {
    if (trackGroup === undefined || isUntracked === true) continue;
    add(trackGroup, {
      name,
      used: `static address ${address}/${prefixLength} track_group ${trackGroup}`,
    });
  }
  const groups = [...statics.routes, ...statics.rules].map(({ trackGroup }) => trackGroup);
  for (const [index, entry] of staticEntriesOf(statics).entries()) {
    const trackGroup = groups[index];
    const name = trackedInterface(entry);
    if (trackGroup === undefined || name === undefined) continue;
    add(trackGroup, { name, used: `static ${entryText(entry)}` });
  }
  return needs;
}

/** Of several hops one may fail: they are not tracked. */
function trackedInterface(entry: RoutingEntry): string | undefined {
  if (entry.kind === 'rule') {
    return entry.rule.isWatched ? entry.rule.inputInterface : undefined;
  }
  const { hops, isWatched } = entry.route;
  return isWatched && hops.length === 1 ? hops[0]?.interface : undefined;
}
