/**
 * Numbers of the kernel for routes and rules (linux/rtnetlink.h, linux/fib_rules.h, linux/lwtunnel.h, linux/mpls_iptunnel.h, linux/ila.h).
 */
import type { IpFamily } from '../base/address.ts';
import type { RouteType, RuleActionConfig } from '../model/routing.ts';

/** AF_* by family. */
export const AF_NUMBER: Readonly<Record<IpFamily, number>> = { ipv4: 2, ipv6: 10 };

/** struct rtmsg and struct fib_rule_hdr have the same length. */
export const HEADER_LENGTH = 12;

/** RT_TABLE_MAIN. */
export const TABLE_MAIN = 254;

/** The metric that the kernel gives an IPv6 route without one (IP6_RT_PRIO_USER). */
export const IPV6_METRIC_DEFAULT = 1024;

/** RTM_F_CLONED: not a route but a cached exception of one. */
export const ROUTE_CLONED = 0x200;

/** RTNH_F_ONLINK. */
export const HOP_ON_LINK = 4;

/** RTA_* of routes. */
export const RTA = {
  DST: 1,
  SRC: 2,
  OIF: 4,
  GATEWAY: 5,
  PRIORITY: 6,
  PREFSRC: 7,
  METRICS: 8,
  MULTIPATH: 9,
  FLOW: 11,
  CACHEINFO: 12,
  TABLE: 15,
  VIA: 18,
  PREF: 20,
  ENCAP_TYPE: 21,
  ENCAP: 22,
  EXPIRES: 23,
  TTL_PROPAGATE: 26,
} as const;

/** RTAX_LOCK: a bit for each metric that the kernel does not adapt. */
export const RTAX_LOCK = 1;

/** RTAX_* by the keyword of the metric. */
export const RTAX: Readonly<Record<string, number | undefined>> = {
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  features: 12,
  rto_min: 13,
  initrwnd: 14,
  quickack: 15,
  congctl: 16,
  fastopen_no_cookie: 17,
};

/** RTN_* by type. */
export const ROUTE_TYPE_NUMBER: Readonly<Record<RouteType, number>> = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
};

/** LWTUNNEL_ENCAP_*. */
export const ENCAP_TYPE_NUMBER = { mpls: 1, ip: 2, ila: 3, ip6: 4 } as const;

/** LWTUNNEL_IP_* and LWTUNNEL_IP6_*: the same numbers for what is the same. */
export const TUNNEL = { ID: 1, DST: 2, SRC: 3, TTL: 4, TOS: 5, FLAGS: 6 } as const;

/** FRA_* of rules. */
export const FRA = {
  DST: 1,
  SRC: 2,
  IIFNAME: 3,
  GOTO: 4,
  PRIORITY: 6,
  FWMARK: 10,
  FLOW: 11,
  TUN_ID: 12,
  SUPPRESS_IFGROUP: 13,
  SUPPRESS_PREFIXLEN: 14,
  TABLE: 15,
  FWMASK: 16,
  OIFNAME: 17,
  L3MDEV: 19,
  UID_RANGE: 20,
  PROTOCOL: 21,
  IP_PROTO: 22,
  SPORT_RANGE: 23,
  DPORT_RANGE: 24,
} as const;

/** FIB_RULE_INVERT. */
export const RULE_INVERT = 2;

/** FR_ACT_* by action. */
export const RULE_ACTION_NUMBER: Readonly<Record<RuleActionConfig['type'], number>> = {
  table: 1,
  l3mdev: 1,
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
};
