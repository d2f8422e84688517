/** A route or a rule that is held, and what a message to the kernel needs to know of the host. */
import type { RouteConfig, RuleConfig } from '../model/routing.ts';
import { routeText, ruleText } from '../model/routing-text.ts';

/** A route or a rule of the configuration. */
export type RoutingEntry =
  | { readonly kind: 'route'; readonly route: RouteConfig }
  | { readonly kind: 'rule'; readonly rule: RuleConfig };

/** The interfaces of the host as routes need them. */
export interface RoutingLinks {
  /** By name; undefined when there is none now. */
  readonly ifindexOf: (name: string) => number | undefined;
  /** The table of a VRF; undefined when there is no such VRF now. */
  readonly vrfTableOf: (name: string) => number | undefined;
  /** Administratively up. */
  readonly isUp: (ifindex: number) => boolean;
}

/** Why an entry cannot be given to the kernel now. */
export type RoutingObstacle =
  | { readonly type: 'no-interface'; readonly interface: string }
  | { readonly type: 'no-vrf'; readonly interface: string }
  /** A name that no table of iproute2 on this host has. */
  | { readonly type: 'unknown-name'; readonly name: string };

/** `route 10.0.0.0/8 via 192.0.2.1`. */
export function entryText(entry: RoutingEntry): string {
  return entry.kind === 'route'
    ? `route ${routeText(entry.route)}`
    : `rule ${ruleText(entry.rule)}`;
}

/** Somebody who removes it is put right. */
export function isWatched(entry: RoutingEntry): boolean {
  return entry.kind === 'route' ? entry.route.isWatched : entry.rule.isWatched;
}
