/** Routes, rules and static addresses in the status document: as configured, with what the kernel has. */
import type { AddressStatus, RoutingStatus, StaticsStatus } from '../../core/control/status.ts';
import { problemText } from '../../core/facts/routing-facts.ts';
import { entryText, type RoutingEntry } from '../../core/holdings/routing-entry.ts';
import type { RoutingView } from '../../core/holdings/routing-ledger.ts';
import { entriesOf, staticEntriesOf } from '../../core/holdings/routing-wishes.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import { STATIC_OWNER } from '../../core/model/statics.ts';
import type { DaemonState } from '../supervisor/state.ts';

/** What is known of all routes and rules, by owner and text. */
export type KnownRouting = ReadonlyMap<string, RoutingView>;

/** Reads it off a state; empty while the vrrp process is unknown. */
export function knownRouting({ routing }: Pick<DaemonState, 'routing'>): KnownRouting {
  return new Map(routing.map((one) => [keyOf(one.owner, one.entry), one]));
}

/** The routes and rules of an instance. */
export function routingStatus(
  config: VrrpInstanceConfig,
  known: KnownRouting,
): readonly RoutingStatus[] {
  return entriesOf(config).map((entry) => statusOf(config.name, entry, known));
}

/** All static entries. */
export function staticsStatus(
  { config: { statics }, vips }: Pick<DaemonState, 'config' | 'vips'>,
  known: KnownRouting,
): StaticsStatus {
  const addresses = (statics?.addresses ?? []).map((one): AddressStatus => {
    const { address, prefixLength, interface: device } = one;
    const view = vips.find(
      (vip) => vip.instance === STATIC_OWNER && vip.address === address && vip.interface === device,
    );
    return {
      address: `${address}/${prefixLength}`,
      interface: device,
      excluded: false,
      held: view?.present ?? null,
      claimed: null,
    };
  });
  const routing = staticEntriesOf(statics).map((entry) => statusOf(STATIC_OWNER, entry, known));
  return { addresses, routing };
}

function statusOf(owner: string, entry: RoutingEntry, known: KnownRouting): RoutingStatus {
  const view = known.get(keyOf(owner, entry));
  return {
    kind: entry.kind,
    entry: entryText(entry),
    set: view?.present ?? null,
    restored: view?.restored ?? null,
    problem: view?.problem === undefined ? null : problemText(view.problem),
  };
}

function keyOf(owner: string, entry: RoutingEntry): string {
  return `${owner} ${entryText(entry)}`;
}
