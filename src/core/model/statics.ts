/**
 * Addresses, routes and rules that are there while the program runs, whatever VRRP does, and the instances that fail
 * with them.
 */
import type { VirtualAddressConfig } from './address.ts';
import type { RouteConfig, RuleConfig } from './routing.ts';

/** All of them. */
export interface StaticsConfig {
  readonly addresses: readonly StaticAddressConfig[];
  readonly routes: readonly StaticRouteConfig[];
  readonly rules: readonly StaticRuleConfig[];
  readonly trackGroups: readonly TrackGroupConfig[];
}

/** What a static entry may belong to. */
interface InTrackGroup {
  /** The instances of this group are in FAULT while the entry's interface is down. */
  readonly trackGroup?: string;
}

/** A line of `static_ipaddress`. */
export interface StaticAddressConfig extends VirtualAddressConfig, InTrackGroup {}

/** A line of `static_routes`. */
export interface StaticRouteConfig extends RouteConfig, InTrackGroup {}

/** A line of `static_rules`. */
export interface StaticRuleConfig extends RuleConfig, InTrackGroup {}

/** `track_group NAME`. */
export interface TrackGroupConfig {
  readonly name: string;
  /** Names of instances that exist. */
  readonly members: readonly string[];
}

/** The owner of static entries in the accounts, in messages and in metrics. An instance of this name is refused. */
export const STATIC_OWNER = 'static entries';
