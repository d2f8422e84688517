/**
 * What happened to routes and rules beyond what was ordered: left over, removed by somebody else, refused by the kernel. Entries of
 * one owner and cause are one notice.
 */
import type { FightNumbers } from './fight.ts';
import { entryText, type RoutingEntry, type RoutingObstacle } from './routing-entry.ts';

/** Ids of the notices. */
export type RoutingNoticeId =
  /** A route or rule of an earlier run was removed or replaced. */
  | 'vrrp.routingRemoved'
  /** Somebody else removed one; it has been put back, or it stays away. */
  | 'vrrp.routingRepaired'
  /** Somebody else removes one again and again. */
  | 'vrrp.routingContested'
  /** One cannot be set now. */
  | 'vrrp.routingRefused'
  /** What could not be set is set. */
  | 'vrrp.routingAccepted';

/** Why, for each code. */
export type RoutingCause =
  /** Not held now; the mark of routes says that an earlier run had set it. */
  | { readonly type: 'not-held' }
  /** It is there with other attributes, or leads elsewhere. */
  | { readonly type: 'other-form' }
  | { readonly type: 'removed' }
  /** It is not watched: it comes back with the next change of state. */
  | { readonly type: 'removed-unwatched' }
  | ({ readonly type: 'keeps-removing' } & FightNumbers)
  | RoutingProblem
  | { readonly type: 'set' };

/** What stands against a route or rule. */
export type RoutingProblem =
  | RoutingObstacle
  | { readonly type: 'interface-down'; readonly interface: string }
  /** `errno` as in `ENETUNREACH`; `explanation` is the kernel's own, empty without one. */
  | { readonly type: 'refused'; readonly errno: string; readonly explanation: string };

/** One thing that happened to one entry. */
export interface RoutingEvent {
  readonly id: RoutingNoticeId;
  /** The instance, or STATIC_OWNER. */
  readonly owner: string;
  readonly entry: RoutingEntry;
  readonly cause: RoutingCause;
}

/** A notice about routes and rules. */
export interface RoutingNotice {
  readonly id: RoutingNoticeId;
  readonly instance: string;
  /** The first of them, at most ENTRIES_MAX: `route 10.0.0.0/8 via 192.0.2.1`. */
  readonly entries: readonly string[];
  /** All of them. */
  readonly count: number;
  readonly cause: RoutingCause;
}

/** Most entries that one notice names. */
export const ENTRIES_MAX = 8;

/** The notices of some events. */
export function routingNotices(events: readonly RoutingEvent[]): RoutingNotice[] {
  const groups = new Map<string, { first: RoutingEvent; entries: RoutingEntry[] }>();
  for (const event of events) {
    const key = JSON.stringify([event.id, event.owner, event.cause]);
    const group = groups.get(key) ?? { first: event, entries: [] };
    group.entries.push(event.entry);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first: { id, owner, cause }, entries }) => ({
    id,
    instance: owner,
    entries: entries.slice(0, ENTRIES_MAX).map(entryText),
    count: entries.length,
    cause,
  }));
}
