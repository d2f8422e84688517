/**
 * What a process held that is gone, and the configuration of its successor does not have any more: a reload dropped it
 * while no process ran. Nobody else would remove it. Pure.
 */
import { type IpAddress, parseIp } from '../base/address.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { StaticsConfig } from '../model/statics.ts';
import type { RoutingEntry } from './routing-entry.ts';
import { entriesOf, staticEntriesOf } from './routing-wishes.ts';
import type { HoldingWish } from './wish.ts';

/** An address that an instance held when it was last heard of. */
export interface HeldAddress {
  readonly instance: string;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly interface: string;
}

/** A route or rule that an instance held, or a static one. */
export interface HeldRouting {
  readonly instance: string;
  readonly entry: RoutingEntry;
}

/** Something that was held. */
export type Held = HeldAddress | HeldRouting;

/**
 * Whether a value from JSON is such a thing. Its route or rule is believed when it is one by its kind: the record is of the same version, and nobody else
 * can write it.
 */
export function isHeld(value: unknown): value is Held {
  const { instance, entry, address, prefixLength, interface: device } = fieldsOf(value);
  if (typeof instance !== 'string') return false;
  if (entry !== undefined) {
    const { kind, route, rule } = fieldsOf(entry);
    const body = kind === 'route' ? route : kind === 'rule' ? rule : undefined;
    return typeof body === 'object' && body !== null;
  }
  return (
    typeof address === 'string' &&
    parseIp(address) === address &&
    Number.isInteger(prefixLength) &&
    typeof device === 'string'
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** What is configured to be held. */
interface Holders {
  readonly instances: readonly VrrpInstanceConfig[];
  readonly statics?: StaticsConfig | undefined;
}

/** The wishes that put away what is not configured; one for each owner that held such a thing. */
export function leftBehind(
  held: readonly Held[],
  { instances, statics }: Holders,
): readonly HoldingWish[] {
  const addresses = [
    ...instances.flatMap((one) => [...one.addresses, ...one.excludedAddresses]),
    ...(statics?.addresses ?? []),
  ];
  const places = new Set(addresses.map(placeOf));
  const entries = new Set(
    [...instances.flatMap(entriesOf), ...staticEntriesOf(statics)].map(textOf),
  );
  const byOwner = new Map<string, { addresses: VirtualAddressConfig[]; routing: RoutingEntry[] }>();
  const of = (owner: string): { addresses: VirtualAddressConfig[]; routing: RoutingEntry[] } => {
    const found = byOwner.get(owner) ?? { addresses: [], routing: [] };
    byOwner.set(owner, found);
    return found;
  };
  for (const one of held) {
    if ('entry' in one) {
      if (!entries.has(textOf(one.entry))) of(one.instance).routing.push(one.entry);
    } else if (!places.has(placeOf(one))) {
      const { address, prefixLength, interface: device } = one;
      // The kernel tells the rest; what matters here is which address it is.
      const form = { address, prefixLength, interface: device, scope: 0, noPrefixRoute: false };
      of(one.instance).addresses.push(form);
    }
  }
  return Array.from(byOwner, ([instance, wish]) => ({ instance, present: false, ...wish }));
}

function placeOf({
  address,
  interface: device,
}: Pick<HeldAddress, 'address' | 'interface'>): string {
  return `${address} ${device}`;
}

/** Entries that travelled between processes are equal by what they say. */
function textOf(entry: RoutingEntry): string {
  const { isWatched: _, ...said } = entry.kind === 'route' ? entry.route : entry.rule;
  return JSON.stringify([entry.kind, Object.entries(said).sort()]);
}
