/**
 * The runtime configuration: what the front end produces and everything else reads. Plain frozen data
 * (it travels between processes as a message), every default filled in, every reference resolved or
 * diagnosed. Times are Duration (microseconds), addresses canonical text. Words in comments behind
 * "keyword" are those of keepalived.conf.
 */
import type { IpAddress, IpFamily } from '../base/address.ts';
import type { Duration } from '../base/time.ts';

/** A whole configuration. */
export interface Config {
  readonly global: GlobalConfig;
  readonly vrrpInstances: readonly VrrpInstanceConfig[];
  readonly syncGroups: readonly SyncGroupConfig[];
  readonly virtualServers: readonly VirtualServerConfig[];
  /** Keywords that are understood but not yet in effect, each once, sorted. */
  readonly notSupportedYet: readonly string[];
}

/** `global_defs`. */
export interface GlobalConfig {
  /** Keyword `router_id`; the host name when absent is the daemon's business. */
  readonly routerId?: string;
  /** Keyword `vrrp_startup_delay`. */
  readonly vrrpStartupDelay: Duration;
  /** Tandem's own: where /metrics listens. Default 127.0.0.1:9165. */
  readonly metrics: {
    readonly enabled: boolean;
    readonly address: IpAddress;
    readonly port: number;
  };
  /** Keyword `lvs_flush_onstop`: remove our IPVS entries at an orderly stop. Tandem's default: true. */
  readonly removeIpvsOnStop: boolean;
  /** Keyword `process_priority`-family for the vrrp process: real-time priority when set (`vrrp_rt_priority`). */
  readonly vrrpRealTimePriority?: number;
  /** Keyword `lvs_timeouts`. Seconds; absent parts are left as the kernel has them. */
  readonly lvsTimeouts?: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number };
}

/** `vrrp_instance NAME`. */
export interface VrrpInstanceConfig {
  readonly name: string;
  /** Keyword `state`: only an owner (priority 255) starts as MASTER. */
  readonly initialState: 'MASTER' | 'BACKUP';
  readonly interface: string;
  /** Keyword `virtual_router_id`, 1..255. */
  readonly vrid: number;
  /** Keyword `priority`, 1..255. */
  readonly priority: number;
  readonly version: 2 | 3;
  /** Family of the advertisements. */
  readonly family: IpFamily;
  /** Keyword `advert_int`: whole seconds for version 2, whole centiseconds for version 3. */
  readonly advertInterval: Duration;
  /** Keyword `authentication`; version 2 only. The secret is at most 8 bytes for PASS. */
  readonly authentication?: { readonly type: 'PASS' | 'AH'; readonly secret: string };
  /** Keyword `virtual_ipaddress`, in order; these are advertised. */
  readonly addresses: readonly VirtualAddressConfig[];
  /** Keyword `virtual_ipaddress_excluded`; held, not advertised. */
  readonly excludedAddresses: readonly VirtualAddressConfig[];
  /** False with keyword `nopreempt`. */
  readonly preempt: boolean;
  /** Keyword `preempt_delay`. */
  readonly preemptDelay: Duration;
  /** Keyword `down_timer_adverts`, default 3. */
  readonly downTimerAdverts: number;
  /** Keyword `mcast_src_ip` / `unicast_src_ip`: source of advertisements. */
  readonly sourceAddress?: IpAddress;
  /** Keyword `unicast_peer`; empty = multicast. */
  readonly unicastPeers: readonly UnicastPeerConfig[];
  /** Keyword `check_unicast_src`. */
  readonly checkUnicastSource: boolean;
  /** Keyword `v3_checksum_as_v2` (RFC 9568 checksum over the message only). */
  readonly checksumWithoutPseudoHeader: boolean;
  /** Keyword `vrrp_lower_prio_no_advert` turned round: answer a losing advertisement at once. Default true. */
  readonly answerLowerPriority: boolean;
  /** Keyword `vrrp_higher_prio_send_advert`. Default false. */
  readonly answerHigherPriority: boolean;
  /** Keyword `strict_mode`. */
  readonly strict: boolean;
  readonly announce: AnnounceConfig;
  /** Keyword `track_interface`: names besides the instance's own interface whose loss is a fault. */
  readonly trackInterfaces: readonly TrackInterfaceConfig[];
  /** Keyword `dont_track_primary`. */
  readonly ignoreOwnInterface: boolean;
}

/** A peer of `unicast_peer`. */
export interface UnicastPeerConfig {
  readonly address: IpAddress;
  /** Keywords `min_ttl` / `max_ttl`: accepted range, 0..255. */
  readonly minTtl: number;
  readonly maxTtl: number;
}

/** A line of `track_interface`: weight 0 = fault when down, else priority change. */
export interface TrackInterfaceConfig {
  readonly name: string;
  readonly weight: number;
}

/** A line of `virtual_ipaddress`. */
export interface VirtualAddressConfig {
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** Keyword `dev`; the instance's interface when absent. */
  readonly interface: string;
  /** Keyword `label` (IPv4). */
  readonly label?: string;
  /** Keyword `brd`; absent = none set. */
  readonly broadcast?: IpAddress;
  /** Keyword `peer`. */
  readonly peer?: IpAddress;
  /** Keyword `scope` as rtnetlink number: 0 global, 200 site, 253 link, 254 host. */
  readonly scope: number;
  readonly noPrefixRoute: boolean;
}

/** When and how often gratuitous ARP and unsolicited NA are sent; keywords `garp_*`. */
export interface AnnounceConfig {
  /** `garp_master_repeat`: frames for each address on becoming master. Default 5. */
  readonly repeat: number;
  /** `garp_master_delay`: until the second burst; zero = none. Default 5 s. */
  readonly delay: Duration;
  /** `garp_master_refresh`: period of refreshing bursts; zero = none. */
  readonly refresh: Duration;
  /** `garp_master_refresh_repeat`. Default 1. */
  readonly refreshRepeat: number;
  /** `garp_lower_prio_repeat`, after a losing advertisement; as `repeat` by default. */
  readonly lowerPriorityRepeat: number;
  /** `garp_lower_prio_delay`; as `delay` by default. */
  readonly lowerPriorityDelay: Duration;
  /** `garp_interval`: least time between two gratuitous ARPs of one interface. Default zero. */
  readonly arpGap: Duration;
  /** `gna_interval`: the same for neighbour advertisements. */
  readonly naGap: Duration;
}

/** `vrrp_sync_group NAME`. */
export interface SyncGroupConfig {
  readonly name: string;
  /** Names of instances, each in one group at most. */
  readonly members: readonly string[];
}

/** Transport protocol of a virtual service. */
export type ServiceProtocol = 'TCP' | 'UDP' | 'SCTP';

/** What packets a virtual service takes: address, protocol and port, or a firewall mark. */
export type ServiceIdentity =
  | {
      readonly kind: 'address';
      readonly family: IpFamily;
      readonly protocol: ServiceProtocol;
      readonly address: IpAddress;
      /** 0 = all ports. */
      readonly port: number;
    }
  | { readonly kind: 'fwmark'; readonly family: IpFamily; readonly mark: number };

/** `virtual_server`; one block may cover several services (group, range), all with the same servers. */
export interface VirtualServerConfig {
  /** Stable identity: `group NAME` or the canonical service key. */
  readonly key: string;
  /** Name as the operator wrote it, for messages. */
  readonly title: string;
  readonly services: readonly ServiceIdentity[];
  /** Keyword `lvs_sched` / `lb_algo`. Default `wlc`. */
  readonly scheduler: string;
  /** Keyword `flag-1..3` / `sh-port` / `mh-fallback` ...: bits 1, 2, 3 as SCHED1..3. */
  readonly schedulerFlags: readonly (1 | 2 | 3)[];
  /** Keyword `persistence_timeout`. */
  readonly persistence?: {
    readonly timeoutSeconds: number;
    /** Keyword `persistence_granularity` as a prefix length; 32 or 128 by default. */
    readonly granularityPrefix: number;
    /** Keyword `persistence_engine`. */
    readonly engine?: string;
  };
  /** Keyword `ops`. */
  readonly onePacket: boolean;
  /** Keyword `alpha`: servers are down until their first successful check. */
  readonly alpha: boolean;
  /** Keyword `omega`: stop runs quorum_down and notify_down. */
  readonly omega: boolean;
  /** Keyword `quorum`, default 1. */
  readonly quorum: number;
  /** Keyword `hysteresis`, default 0. */
  readonly hysteresis: number;
  readonly sorryServer?: SorryServerConfig;
  readonly realServers: readonly RealServerConfig[];
}

/** Keyword `sorry_server`. */
export interface SorryServerConfig {
  readonly address: IpAddress;
  readonly port: number;
  readonly forwarding: ForwardingConfig;
  /** Keyword `sorry_server_inhibit`: keep the failed servers with weight 0 beside it. */
  readonly inhibit: boolean;
}

/** Keyword `lvs_method` / `lb_kind`, with the options of TUN. */
export type ForwardingConfig =
  | { readonly method: 'DR' }
  | { readonly method: 'NAT' }
  | {
      readonly method: 'TUN';
      readonly tunnel: 'ipip' | 'gue' | 'gre';
      /** UDP port of GUE, else 0. */
      readonly port: number;
      readonly checksum: 'none' | 'csum' | 'remcsum';
    };

/** `real_server ADDRESS PORT`. */
export interface RealServerConfig {
  readonly address: IpAddress;
  /** 0 = the port of the service. */
  readonly port: number;
  readonly weight: number;
  readonly forwarding: ForwardingConfig;
  /** Keyword `inhibit_on_failure`: weight 0 instead of removal. */
  readonly inhibitOnFailure: boolean;
  /** Keyword `uthreshold`, 0 = none. */
  readonly upperThreshold: number;
  /** Keyword `lthreshold`, 0 = none. */
  readonly lowerThreshold: number;
  readonly checks: readonly CheckConfig[];
}

/** What every checker has. */
export interface CheckCommon {
  /** Stable label: type and ordinal within the server, `TCP_CHECK#1`. */
  readonly label: string;
  /** Period between checks. */
  readonly delayLoop: Duration;
  /** Upper bound of the random delay before the first check. */
  readonly warmup: Duration;
  /** Failures in a row that are forgiven before the server is taken out. */
  readonly retry: number;
  readonly delayBeforeRetry: Duration;
  /** This check counts as failed until its first success. */
  readonly alpha: boolean;
  /** Keyword `log_all_failures`. */
  readonly logAllFailures: boolean;
}

/** Where a network check connects to, and from where. */
export interface CheckTarget {
  readonly address: IpAddress;
  readonly port: number;
  readonly sourceAddress?: IpAddress;
  readonly sourcePort?: number;
  readonly sourceInterface?: string;
  readonly fwmark?: number;
  readonly connectTimeout: Duration;
}

/** `TCP_CHECK`. */
export interface TcpCheckConfig extends CheckCommon {
  readonly type: 'TCP_CHECK';
  readonly target: CheckTarget;
}

/** `HTTP_GET` and `SSL_GET`: all urls, one after another, have to pass. */
export interface HttpCheckConfig extends CheckCommon {
  readonly type: 'HTTP_GET' | 'SSL_GET';
  readonly target: CheckTarget;
  readonly httpVersion: '1.0' | '1.0C' | '1.1';
  /** Keyword `fast_recovery`: no pause between the urls until the server is up. */
  readonly fastRecovery: boolean;
  /** Keyword `enable_sni` (SSL_GET). */
  readonly sni: boolean;
  readonly urls: readonly HttpUrlConfig[];
}

/** `url { ... }`. */
export interface HttpUrlConfig {
  readonly path: string;
  /** Keyword `virtualhost`: the Host header. */
  readonly virtualHost?: string;
  /** Keyword `digest`: lower-case hex MD5 of the body. */
  readonly digest?: string;
  /** Keyword `status_code`: accepted ranges; empty = 200..299. */
  readonly statusCodes: readonly { readonly from: number; readonly to: number }[];
  /** Keyword `regex` over the body, with its limits. */
  readonly regex?: { readonly pattern: string; readonly flags: string; readonly negate: boolean };
}

/** A check of any type. Grows with every checker that is built. */
export type CheckConfig = TcpCheckConfig | HttpCheckConfig;

/** The keyword of a checker that is built. */
export type CheckType = CheckConfig['type'];

/** Canonical text of a service: `tcp:192.0.2.10:443`, `udp:[2001:db8::1]:53`, `fwmark:7:ipv4`. */
export function serviceKey(service: ServiceIdentity): string {
  if (service.kind === 'fwmark') return `fwmark:${service.mark}:${service.family}`;
  return `${service.protocol.toLowerCase()}:${endpointKey(service.address, service.port)}`;
}

/** Canonical text of an endpoint: `192.0.2.1:80`, `[2001:db8::1]:80`. */
export function endpointKey(address: IpAddress, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
