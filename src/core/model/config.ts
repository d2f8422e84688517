/**
 * The runtime configuration: what the front end produces and everything else reads. Plain frozen data
 * (it travels between processes as a message), every default filled in, every reference resolved or
 * diagnosed. Times are Duration (microseconds), addresses canonical text. Which keyword sets a field stands once, in
 * its row in `../language/settings`.
 */
import type { IpAddress, IpFamily } from '../base/address.ts';
import type { AddressRange } from '../base/address-range.ts';
import { type Duration, seconds, ZERO_DURATION } from '../base/time.ts';
import type { VirtualAddressConfig, VirtualAddressOptionsConfig } from './address.ts';
import type { CommandConfig } from './command.ts';
import type { GlobalOptionsConfig, PlaceConfig } from './global-options.ts';
import type { HmacConfig } from './hmac.ts';
import type { InstanceOptionsConfig } from './instance-options.ts';
import type { LinksConfig } from './links.ts';
import type {
  GlobalNotifyConfig,
  InstanceNotifyConfig,
  ServerNotifyConfig,
  ServiceNotifyConfig,
  VrrpNotifyConfig,
} from './notify.ts';
import type { RouteConfig, RuleConfig } from './routing.ts';
import type { StaticsConfig } from './statics.ts';
import type { TakeoverConfig, TakeoverHeartbeatConfig } from './takeover.ts';
import type { LeftOutTracker, TrackedConfig, TrackerConfig } from './tracking.ts';
import type { OwnLinkConfig, VirtualLinkConfig } from './vmac.ts';

/** A whole configuration. */
export interface Config {
  readonly global: GlobalConfig;
  readonly vrrpInstances: readonly VrrpInstanceConfig[];
  readonly syncGroups: readonly SyncGroupConfig[];
  readonly virtualServers: readonly VirtualServerConfig[];
  /** What is defined to be tracked. */
  readonly tracked: TrackedConfig;
  /** Heartbeats and witnesses, which have a say in takeovers; absent = none. */
  readonly takeover?: TakeoverConfig;
  /** Static addresses, routes and rules; absent = none. */
  readonly statics?: StaticsConfig;
  /** What is said about interfaces apart from instances; absent = nothing. */
  readonly links?: LinksConfig;
  /** Where the program runs, and under which name; absent = nothing is said. Not in effect yet. */
  readonly place?: PlaceConfig;
  /** Keywords that are understood but not yet in effect, each once, sorted. */
  readonly notSupportedYet: readonly string[];
}

/** `global_defs`. */
export interface GlobalConfig extends GlobalOptionsConfig {
  /** Name of this director; the host name when absent is the daemon's business. */
  readonly routerId?: string;
  /** From the start until an instance may become master. */
  readonly vrrpStartupDelay: Duration;
  /** Advertisements of virtual routers that are not configured here are reported. */
  readonly logUnknownVrids: boolean;
  /** Tandem's own: where /metrics listens. */
  readonly metrics: {
    readonly enabled: boolean;
    readonly address: IpAddress;
    readonly port: number;
    /** What there are series of: each check, else each real server, else each virtual server. */
    readonly detail: MetricsDetail;
  };
  /** Tandem's own: `net.ipv4.vs.conntrack` is set to 1, as Full-NAT needs it. */
  readonly switchesConntrack: boolean;
  /** Tandem's own: an orderly stop removes our IPVS entries, and only ours. Default: true. */
  readonly removeIpvsOnStop: boolean;
  /** Tandem's own: most probes at a time, 1 to `RUNNING_PROBES_MAX`; absent = that many. */
  readonly checksAtOnce?: number;
  /** Tandem's own: most of them at one address; absent = no limit. */
  readonly checksPerAddress?: number;
  /** Real-time priority of the vrrp process, when set. */
  readonly vrrpRealTimePriority?: number;
  /** Timeouts of IPVS in seconds; absent parts are left as the kernel has them. */
  readonly lvsTimeouts?: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number };
  /** Whom changes are told, and how; absent = nothing is said about it. */
  readonly notify?: GlobalNotifyConfig;
}

/** How much metrics say; each word says less than the one before. */
export type MetricsDetail = 'all' | 'servers' | 'services';

/** `vrrp_instance NAME`. */
export interface VrrpInstanceConfig {
  readonly name: string;
  /** Only an owner (priority 255) starts as MASTER. */
  readonly initialState: 'MASTER' | 'BACKUP';
  readonly interface: string;
  /** 1..255. */
  readonly vrid: number;
  /** 1..255. */
  readonly priority: number;
  readonly version: 2 | 3;
  /** Family of the advertisements. */
  readonly family: IpFamily;
  /** Whole seconds for version 2, whole centiseconds for version 3. */
  readonly advertInterval: Duration;
  /** Version 2 only. The secret is at most 8 bytes for PASS. */
  readonly authentication?: { readonly type: 'PASS' | 'AH'; readonly secret: string };
  /** In order; these are advertised. */
  readonly addresses: readonly VirtualAddressConfig[];
  /** Held, not advertised. */
  readonly excludedAddresses: readonly VirtualAddressConfig[];
  /** A backup displaces a master of lower priority. */
  readonly preempt: boolean;
  /** Before it does. */
  readonly preemptDelay: Duration;
  /** Advertisements to miss before the master counts as gone; 3 in the RFCs. */
  readonly downTimerAdverts: number;
  /** Source of advertisements, multicast and unicast. */
  readonly sourceAddress?: IpAddress;
  /** Group that advertisements go to; absent = that of VRRP. */
  readonly multicastGroup?: IpAddress;
  /** Empty = multicast. */
  readonly unicastPeers: readonly UnicastPeerConfig[];
  /** TTL or hop limit of what goes to peers, 0..255; absent = 255. */
  readonly unicastTtl?: number;
  /** Without a peer the instance is at fault, instead of multicast. */
  readonly needsPeer: boolean;
  /** Only advertisements from listed peers are accepted. */
  readonly checkUnicastSource: boolean;
  /** Version 3 with a checksum over the message only. */
  readonly checksumWithoutPseudoHeader: boolean;
  /** A master answers a losing advertisement at once. */
  readonly answerLowerPriority: boolean;
  /** A master answers a winning advertisement once, before it gives way. */
  readonly answerHigherPriority: boolean;
  /** What the RFC does not allow is refused. */
  readonly strict: boolean;
  /** The address list of the master that was heard last is not compared again. */
  readonly skipListCheck: boolean;
  /** An owner (priority 255) that drops all advertisements. */
  readonly ignoreAdvertisements: boolean;
  readonly announce: AnnounceConfig;
  /** Interfaces besides the instance's own. */
  readonly trackInterfaces: readonly TrackInterfaceConfig[];
  /** The state of the own interface does not matter. */
  readonly ignoreOwnInterface: boolean;
  /** Scripts, processes, files and BFD sessions that count; absent = none. */
  readonly trackers?: readonly TrackerConfig[];
  /** Tandem's own: the peer whose heartbeat has a say in its takeovers; absent = none has. */
  readonly takeoverHeartbeat?: TakeoverHeartbeatConfig;
  /** Tandem's own: name of the witness that has to answer before it becomes MASTER, which exists; absent = none. */
  readonly takeoverWitness?: string;
  /** What it was to track and goes on without; absent = none. */
  readonly leftOut?: readonly LeftOutTracker[];
  /** Whom it tells of its changes; absent = nobody. */
  readonly notify?: InstanceNotifyConfig;
  /** An interface of its own; absent = it runs on `interface`. */
  readonly ownLink?: OwnLinkConfig;
  /**
   * All interfaces that it makes for itself, its own first; absent = none. Worked out from `ownLink`, the addresses and
   * the other instances for the vrrp process (`core/model/virtual-links.ts`); the addresses name them then.
   */
  readonly links?: readonly VirtualLinkConfig[];
  /** The one of them by which advertisements leave; absent = by `interface`. */
  readonly sendsBy?: string;
  /** Absent = advertisements bear no HMAC. */
  readonly hmac?: HmacConfig;
  /** Routes that the master sets; absent = none. */
  readonly routes?: readonly RouteConfig[];
  /** Rules that the master sets; absent = none. */
  readonly rules?: readonly RuleConfig[];
  /** What else is said of its addresses; absent = nothing. Not in effect yet. */
  readonly addressOptions?: readonly VirtualAddressOptionsConfig[];
  /** What few instances say; absent = none of it is written. */
  readonly options?: InstanceOptionsConfig;
}

/** A peer of `unicast_peer`. */
export interface UnicastPeerConfig {
  readonly address: IpAddress;
  /** Accepted range of the TTL, 0..255. */
  readonly minTtl: number;
  readonly maxTtl: number;
}

/** A line of `track_interface`: weight 0 = fault when down, else priority change. */
export interface TrackInterfaceConfig {
  readonly name: string;
  readonly weight: number;
  /** What it adds is taken away instead, and the other way round; with weight 0 it is a fault when up. */
  readonly reverse?: boolean;
}

/** When and how often gratuitous ARP and unsolicited NA are sent. */
export interface AnnounceConfig {
  /** Frames for each address on becoming master. */
  readonly repeat: number;
  /** Until the second burst; zero = none. */
  readonly delay: Duration;
  /** Period of refreshing bursts; zero = none. */
  readonly refresh: Duration;
  /** Frames for each address in a refreshing burst. */
  readonly refreshRepeat: number;
  /** Frames for each address after a losing advertisement. */
  readonly lowerPriorityRepeat: number;
  /** Until the second burst after it. */
  readonly lowerPriorityDelay: Duration;
  /** Least time between two gratuitous ARPs of one interface. */
  readonly arpGap: Duration;
  /** The same for neighbour advertisements. */
  readonly naGap: Duration;
}

/** Announcements where nothing is written about them. */
export const ANNOUNCE_DEFAULTS: AnnounceConfig = {
  repeat: 5,
  delay: seconds(5),
  refresh: ZERO_DURATION,
  refreshRepeat: 1,
  lowerPriorityRepeat: 5,
  lowerPriorityDelay: seconds(5),
  arpGap: ZERO_DURATION,
  naGap: ZERO_DURATION,
};

/** What an instance is known by, to peers and to people. */
type InstanceIdentity = 'name' | 'interface' | 'vrid' | 'family' | 'addresses';

/** An IPv4 instance of which nothing is written but what it is known by. */
export const INSTANCE_DEFAULTS: Omit<VrrpInstanceConfig, InstanceIdentity> = {
  initialState: 'BACKUP',
  priority: 100,
  version: 2,
  advertInterval: seconds(1),
  excludedAddresses: [],
  preempt: true,
  preemptDelay: ZERO_DURATION,
  downTimerAdverts: 3,
  unicastPeers: [],
  needsPeer: false,
  checkUnicastSource: false,
  checksumWithoutPseudoHeader: false,
  answerLowerPriority: true,
  answerHigherPriority: false,
  strict: false,
  skipListCheck: false,
  ignoreAdvertisements: false,
  announce: ANNOUNCE_DEFAULTS,
  trackInterfaces: [],
  ignoreOwnInterface: false,
};

/** `vrrp_sync_group NAME`. */
export interface SyncGroupConfig {
  readonly name: string;
  /** Names of instances, each in one group at most. */
  readonly members: readonly string[];
  /** What counts for all members; absent = nothing. */
  readonly trackers?: readonly TrackerConfig[];
  /** What it was to track and goes on without; absent = none. */
  readonly leftOut?: readonly LeftOutTracker[];
  /** Interfaces that count for all members; absent = none. */
  readonly trackInterfaces?: readonly TrackInterfaceConfig[];
  /** Whom it tells of its changes; absent = nobody. */
  readonly notify?: VrrpNotifyConfig;
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
  /** Addresses of a group whose packets get the mark of one of the services (`nftables_ipvs`); absent = each address is a service. */
  readonly gathered?: GatheredAddresses;
  /** Name of the kernel's scheduler. */
  readonly scheduler: string;
  /** Flags of the scheduler: 1, 2, 3 for IP_VS_SVC_F_SCHED1 to 3. */
  readonly schedulerFlags: readonly (1 | 2 | 3)[];
  /** A client stays with its server. */
  readonly persistence?: {
    readonly timeoutSeconds: number;
    /** Prefix length that makes clients one; 32 or 128 by default. */
    readonly granularityPrefix: number;
    /** Name of the kernel's persistence engine. */
    readonly engine?: string;
  };
  /** With FNAT: what servers see as client; absent = the director's address on the interface towards a server. */
  readonly fullNatSource?: AddressRange;
  /** Each packet is scheduled on its own. */
  readonly onePacket: boolean;
  /** Servers are down until their first successful check. */
  readonly alpha: boolean;
  /** A stop reports servers and service as down. */
  readonly omega: boolean;
  /** Checks rest while this host does not hold an address of the service. */
  readonly haSuspend: boolean;
  /** Sum of weights below which the service counts as down. */
  readonly quorum: number;
  /** Distance from the quorum before a change counts. */
  readonly hysteresis: number;
  /** Tandem's own: how long a server that a reload takes away may keep its connections; zero = not at all. */
  readonly drainTime: Duration;
  /** Tandem's own: a server that comes back gets its whole weight over this time; absent = at once. */
  readonly slowStart?: Duration;
  /** Tandem's own: so many failures of a server within `flapTime` hold it out until it has not failed for that time; absent = never. */
  readonly flapLimit?: number;
  readonly flapTime?: Duration;
  /** Tandem's own: below this share of living servers, in percent, checks are not believed; absent = they always are. */
  readonly panicThreshold?: number;
  /** Whom it tells when its quorum changes; absent = nobody. */
  readonly notify?: ServiceNotifyConfig;
  readonly sorryServer?: SorryServerConfig;
  readonly realServers: readonly RealServerConfig[];
}

/** Addresses and ports that a firewall rule gathers under one mark. */
export interface GatheredAddresses {
  readonly protocol: ServiceProtocol;
  readonly mark: number;
  /** Port 0 = all ports. */
  readonly entries: readonly { readonly range: AddressRange; readonly port: number }[];
}

/** The server that serves while the quorum is lost. */
export interface SorryServerConfig {
  readonly address: IpAddress;
  readonly port: number;
  readonly forwarding: ForwardingConfig;
  /** The failed servers are kept with weight 0 beside it. */
  readonly inhibit: boolean;
}

/** How packets reach a server, with the options of TUN. */
export type ForwardingConfig =
  | { readonly method: 'DR' }
  | {
      readonly method: 'NAT';
      /** FNAT: the server sees the director as its client. */
      readonly isFull?: true;
    }
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
  /** Weight 0 instead of removal on failure. */
  readonly inhibitOnFailure: boolean;
  /** Connections above which the server gets no new ones; 0 = no limit. */
  readonly upperThreshold: number;
  /** Connections below which it gets new ones again; 0 = no limit. */
  readonly lowerThreshold: number;
  /** Whom it tells when it comes and goes; absent = nobody. */
  readonly notify?: ServerNotifyConfig;
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
  /** Tandem's own: successes in a row that bring it up, at least 1; absent = 1. */
  readonly rise?: number;
  /** Tandem's own: the period while it is down; absent = `delayLoop`. */
  readonly delayWhileDown?: Duration;
  /** Tandem's own: the pause while failures are forgiven, and while successes are counted; absent = `delayBeforeRetry`, and `delayLoop`. */
  readonly delayInDoubt?: Duration;
  /** This check counts as failed until its first success. */
  readonly alpha: boolean;
  /** Every failed attempt is a line of the log. */
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

/** `SSL`: files in PEM form, read by the process that checks. */
export interface TlsClientConfig {
  readonly certificate?: string;
  readonly key?: string;
  /** Pass phrase of the key: a secret. */
  readonly password?: string;
  readonly authorities?: string;
}

/** `HTTP_GET` and `SSL_GET`: all urls, one after another, have to pass. */
export interface HttpCheckConfig extends CheckCommon {
  readonly type: 'HTTP_GET' | 'SSL_GET';
  readonly target: CheckTarget;
  readonly httpVersion: '1.0' | '1.0C' | '1.1';
  /** No pause between the urls until the server is up. */
  readonly fastRecovery: boolean;
  /** The host name goes into the TLS handshake (SSL_GET). */
  readonly sni: boolean;
  /** It goes there in place of the host name of a page. */
  readonly sniName?: string;
  /** A connection ends with an alert of TLS, not only with that of TCP (SSL_GET). */
  readonly tlsCompliant: boolean;
  /** What is shown to servers that ask for a certificate (SSL_GET). */
  readonly tlsClient?: TlsClientConfig;
  readonly urls: readonly HttpUrlConfig[];
}

/** `url { ... }`. */
export interface HttpUrlConfig {
  readonly path: string;
  /** The Host header. */
  readonly virtualHost?: string;
  /** Lower-case hex MD5 of the body. */
  readonly digest?: string;
  /** Accepted ranges; empty = 200..299. */
  readonly statusCodes: readonly { readonly from: number; readonly to: number }[];
  /** Over the body, with its limits. */
  readonly regex?: {
    readonly pattern: string;
    /** Letters, see `RegexProblem`. */
    readonly flags: string;
    readonly negate: boolean;
    /** Bytes of the body before the place where a match may begin. */
    readonly minOffset?: number;
    /** Bytes of the body before the last place where a match may begin. */
    readonly maxOffset?: number;
  };
  /** That of the check, for this page. */
  readonly tlsCompliant?: boolean;
}

/** `UDP_CHECK`. */
export interface UdpCheckConfig extends CheckCommon {
  readonly type: 'UDP_CHECK';
  readonly target: CheckTarget;
  /** The bytes that are sent, as hexadecimal digits. */
  readonly payload: string;
  /**
   * How the answer has to begin, as hexadecimal digits with `x` for any digit; empty = any answer will do. Absent:
   * none has to come.
   */
  readonly reply?: string;
  /** Bytes; it counts only for an answer that has to begin in some way. */
  readonly minReplyLength: number;
  readonly maxReplyLength: number;
}

/** `SMTP_CHECK`: all targets have to answer. */
export interface SmtpCheckConfig extends CheckCommon {
  readonly type: 'SMTP_CHECK';
  readonly target: CheckTarget;
  /** Those of the second `host` block and the following. */
  readonly others: readonly CheckTarget[];
  /** What the server is told with HELO. */
  readonly heloName: string;
}

/** A type of record that `DNS_CHECK` can ask for. */
export type DnsRecordType =
  | 'A'
  | 'NS'
  | 'CNAME'
  | 'SOA'
  | 'MX'
  | 'TXT'
  | 'AAAA'
  | 'RRSIG'
  | 'DNSKEY';

/** `DNS_CHECK`. */
export interface DnsCheckConfig extends CheckCommon {
  readonly type: 'DNS_CHECK';
  readonly target: CheckTarget;
  readonly recordType: DnsRecordType;
  /** Labels with dots between them, without one at the end; `.` = the root. */
  readonly name: string;
}

/** `PING_CHECK`; the port of its target means nothing. */
export interface PingCheckConfig extends CheckCommon {
  readonly type: 'PING_CHECK';
  readonly target: CheckTarget;
}

/** `MISC_CHECK`. */
export interface MiscCheckConfig extends CheckCommon {
  readonly type: 'MISC_CHECK';
  readonly command: CommandConfig;
  /** Limit for one run; longer is a failure. */
  readonly timeLimit: Duration;
  /** An exit status of 2 to 255 is a weight, less 2. */
  readonly isDynamic: boolean;
}

/** `FILE_CHECK`: nobody is asked, so the times and the forgiveness of other checks mean nothing. */
export interface FileCheckConfig extends CheckCommon {
  readonly type: 'FILE_CHECK';
  /** Name of a `track_file`. */
  readonly file: string;
  /** What its number is multiplied with; 0 = any number but 0 takes the server out. */
  readonly weight: number;
  /** The sign is turned round; with weight 0 a number of 0 takes the server out. */
  readonly isReversed: boolean;
}

/** `BFD_CHECK`: nobody is asked, so the times and the forgiveness of other checks mean nothing. */
export interface BfdCheckConfig extends CheckCommon {
  readonly type: 'BFD_CHECK';
  /** Name of a `bfd_instance`. */
  readonly session: string;
}

/** A check of any type. Grows with every checker that is built. */
export type CheckConfig =
  | TcpCheckConfig
  | HttpCheckConfig
  | SmtpCheckConfig
  | UdpCheckConfig
  | DnsCheckConfig
  | PingCheckConfig
  | MiscCheckConfig
  | FileCheckConfig
  | BfdCheckConfig;

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
