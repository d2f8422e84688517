/** Routes and routing rules, in the terms of `ip route` and `ip rule`. */
import type { IpAddress, IpFamily } from '../base/address.ts';

/** A number that iproute2 has names for. It is the name where the tables of the host were not read. */
export type NamedNumber = number | string;

/** An address with the length of its prefix: 0.0.0.0/0 and ::/0 are everywhere. */
export interface PrefixConfig {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** What the kernel does with packets that a route takes (RTN_* of `linux/rtnetlink.h`). */
export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'throw'
  | 'unreachable'
  | 'prohibit'
  | 'blackhole'
  | 'nat'
  | 'xresolve';

/** A line of `virtual_routes` or `static_routes`. */
export interface RouteConfig {
  readonly family: IpFamily;
  readonly type: RouteType;
  readonly destination: PrefixConfig;
  /** Only for packets from there; IPv6 only. */
  readonly from?: PrefixConfig;
  /** Source address of what the host itself sends this way. */
  readonly preferredSource?: IpAddress;
  /** Where packets go, in order; several share them by weight. Empty where the type says it all. */
  readonly hops: readonly RouteHopConfig[];
  /** Absent: main. */
  readonly table?: NamedNumber;
  /** The table of this VRF. */
  readonly vrf?: string;
  readonly metric?: number;
  readonly scope?: NamedNumber;
  /** RTPROT_*; 18 is keepalived's, by which a watched route is recognised. */
  readonly protocol: NamedNumber;
  readonly tos?: NamedNumber;
  readonly metrics: readonly RouteMetricConfig[];
  /** Router preference of RFC 4191; IPv6 only. */
  readonly preference?: NamedNumber;
  /** IPv6 only. */
  readonly expiresSeconds?: number;
  /** The TTL of MPLS is copied from that of IP. */
  readonly propagatesTtl?: boolean;
  /** Before the routes to the same place, behind them, or only where there is none. */
  readonly insertion: 'prepend' | 'append' | 'add';
  /** It is put back when somebody else deletes it. */
  readonly isWatched: boolean;
}

/** A gateway of a route. */
export interface RouteHopConfig {
  /** Its family may be another than that of the route (RFC 5549). */
  readonly gateway?: IpAddress;
  readonly interface?: string;
  /** Share among the hops, 1..256. */
  readonly weight: number;
  /** The gateway counts as on the link, whatever its prefix. */
  readonly onLink: boolean;
  readonly realms?: RealmsConfig;
  readonly encapsulation?: EncapsulationConfig;
}

/** Realms of a route or rule; IPv4 only. */
export interface RealmsConfig {
  readonly from?: NamedNumber;
  readonly to: NamedNumber;
}

/** A lightweight tunnel of a hop. */
export type EncapsulationConfig =
  | {
      readonly type: 'ip' | 'ip6';
      /** As written: it may have 64 bits. */
      readonly id?: string;
      readonly destination?: IpAddress;
      readonly source?: IpAddress;
      /** TOS or traffic class. */
      readonly trafficClass?: number;
      /** TTL or hop limit. */
      readonly hopLimit?: number;
      /** As written. */
      readonly flags?: string;
    }
  | { readonly type: 'mpls'; readonly labels: readonly number[] }
  /** Four groups of hexadecimal digits. */
  | { readonly type: 'ila'; readonly locator: string };

/** A metric of a route by its keyword (RTAX_*). */
export interface RouteMetricConfig {
  readonly name: string;
  /**
   * In units of the kernel: rtt eighths and rttvar quarters of a millisecond, rto_min milliseconds; `features` a bit
   * mask; `congctl` a name.
   */
  readonly value: number | string;
  /** The kernel does not adapt it. */
  readonly isLocked: boolean;
}

/** A line of `virtual_rules` or `static_rules`. */
export interface RuleConfig {
  readonly family: IpFamily;
  /** Place among the rules; the smallest comes first. */
  readonly preference: number;
  /** What does not match is taken. */
  readonly isInverted: boolean;
  /** Absent: any. */
  readonly from?: PrefixConfig;
  readonly to?: PrefixConfig;
  readonly tos?: NamedNumber;
  readonly fwmark?: { readonly mark: number; readonly mask?: number };
  readonly inputInterface?: string;
  readonly outputInterface?: string;
  readonly users?: NumberSpan;
  readonly tunnelId?: number;
  readonly ipProtocol?: NamedNumber;
  readonly sourcePorts?: NumberSpan;
  readonly destinationPorts?: NumberSpan;
  /** As of a route. */
  readonly protocol: NamedNumber;
  readonly action: RuleActionConfig;
  readonly isWatched: boolean;
}

/** Numbers from one to another, both included. */
export interface NumberSpan {
  readonly from: number;
  readonly to: number;
}

/** What becomes of packets that a rule takes. */
export type RuleActionConfig =
  | {
      readonly type: 'table';
      readonly table: NamedNumber;
      /** Routes with a prefix as short as this or shorter do not count. */
      readonly suppressedPrefixLength?: number;
      /** Routes over interfaces of this group do not count. */
      readonly suppressedGroup?: NamedNumber;
      readonly realms?: RealmsConfig;
    }
  /** The table of the VRF that the packet belongs to. */
  | { readonly type: 'l3mdev' }
  /** Goes on at the rule of this preference. */
  | { readonly type: 'goto'; readonly preference: number }
  | { readonly type: 'nop' | 'blackhole' | 'unreachable' | 'prohibit' };
