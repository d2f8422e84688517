/**
 * The status document: what Tandem knows, as plain JSON for programs and as the source of the text that
 * operators read. Every fact has its age; what a dead process said last is `unknown`, not repeated.
 * Times of day are ISO 8601 in UTC, spans are seconds; `null` means "not known" or "there is none".
 */
import type { COMPONENT_NAMES, ComponentName } from '../facts/entry.ts';
import type { HeartbeatDrop, PeerState } from '../heartbeat/session.ts';
import type { RouterState } from '../model/takeover.ts';
import type { LeftOutTracker } from '../model/tracking.ts';
import type { BfdDiagnostic, BfdState } from '../wire/bfd.ts';

/** Version of the document; it grows when a field changes its meaning or goes away. */
export const STATUS_VERSION = 1;

/** The whole document. */
export interface StatusReport {
  readonly statusVersion: typeof STATUS_VERSION;
  readonly takenAt: string;
  readonly version: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  /** Keyword `router_id`, else the host name. */
  readonly routerId: string;
  readonly components: readonly ComponentStatus[];
  readonly configuration: ConfigurationStatus;
  readonly vrrp: VrrpStatus;
  /** Null where every address accepts packets. */
  readonly firewall: FirewallStatus | null;
  readonly bfd: readonly BfdSessionStatus[];
  readonly heartbeats: readonly HeartbeatStatus[];
  readonly witnesses: readonly WitnessStatus[];
  readonly ipvs: IpvsStatusReport;
  /** Empty while the health process does not answer. */
  readonly preconditions: readonly PreconditionStatus[];
  readonly virtualServers: readonly VirtualServerStatus[];
}

/** One process. */
export interface ComponentStatus {
  readonly name: (typeof COMPONENT_NAMES)[ComponentName];
  readonly up: boolean;
  readonly pid: number | null;
  readonly restarts: number;
  readonly heartbeatAgeSeconds: number | null;
  /** Whether a second process waits, loaded, to take over; null where none is kept. */
  readonly spareReady: boolean | null;
}

/** The configuration in force, and how the last attempt to change it went. */
export interface ConfigurationStatus {
  readonly file: string;
  readonly loadedAt: string;
  readonly loadedAgeSeconds: number;
  readonly lastAttemptOk: boolean;
  /** Why the last attempt was refused; empty when it was not. */
  readonly refusedBecause: readonly string[];
  readonly lastAttemptAt: string;
  readonly lastAttemptAgeSeconds: number;
  /** Of `reload_time_file`; null: no reload is planned. */
  readonly nextReloadAt: string | null;
  readonly reloads: number;
  readonly reloadsRefused: number;
  /** Of the last attempt. */
  readonly errors: number;
  readonly warnings: number;
  /** Keywords that are understood but have no effect yet. */
  readonly notSupportedYet: readonly string[];
}

/** VRRP as a whole. */
export interface VrrpStatus {
  /** Whether the vrrp process answers; without it all states are UNKNOWN. */
  readonly known: boolean;
  readonly ageSeconds: number | null;
  readonly instances: readonly InstanceStatus[];
  readonly groups: readonly {
    readonly name: string;
    readonly state: string;
    readonly members: readonly string[];
  }[];
  /** What is there whatever VRRP does. */
  readonly statics: StaticsStatus;
}

/** Static addresses, routes and rules. */
export interface StaticsStatus {
  readonly addresses: readonly AddressStatus[];
  readonly routing: readonly RoutingStatus[];
}

/** A route or rule. */
export interface RoutingStatus {
  readonly kind: 'route' | 'rule';
  /** In the words of the configuration. */
  readonly entry: string;
  /** The kernel has it, as it was seen last; null when nobody can tell. */
  readonly set: boolean | null;
  /** How often it came back after somebody else had removed it. */
  readonly restored: number | null;
  /** What stands against it now, in words. */
  readonly problem: string | null;
}

/** Rules that drop packets to and from addresses which are not to accept any. Addresses are as `192.0.2.1` or `fe80::1%eth0`. */
export interface FirewallStatus {
  /** Packets to all of them are dropped, as it was seen last. */
  readonly inForce: boolean;
  /** Where the rules stand, in words; null: nowhere. */
  readonly place: string | null;
  /** Addresses that are not to accept packets. */
  readonly wanted: readonly string[];
  /** Those to which packets are dropped, as read in the kernel last. */
  readonly dropped: readonly string[];
  readonly lookedAgeSeconds: number | null;
  /** How often rules were restored that somebody had changed. */
  readonly repairs: number;
  /** Why the rules do not stand. */
  readonly problem: string | null;
}

/** A BFD session; what is not known while the vrrp process does not answer is null. */
export interface BfdSessionStatus {
  readonly name: string;
  readonly neighbour: string;
  readonly source: string | null;
  readonly multihop: boolean;
  /** AdminDown, Down, Init or Up of RFC 5880. */
  readonly state: BfdState | 'UNKNOWN';
  /** What those that track it go by: it is Up, or counts as up for a moment behind a restart of the vrrp process. */
  readonly countsAsUp: boolean | null;
  readonly since: string | null;
  readonly forSeconds: number | null;
  /** Why it left Up last. */
  readonly diagnostic: BfdDiagnostic | null;
  readonly neighbourState: BfdState | null;
  readonly neighbourDiagnostic: BfdDiagnostic | null;
  /** Between two packets of ours, at most. */
  readonly transmitIntervalSeconds: number | null;
  /** Silence of the neighbour that ends the session; null before its first packet. */
  readonly detectionTimeSeconds: number | null;
  readonly packetsSent: number | null;
  readonly packetsReceived: number | null;
}

/** A heartbeat; what is not known while the vrrp process does not answer is null. */
export interface HeartbeatStatus {
  readonly name: string;
  readonly peer: string;
  /** `left`: the peer has said that it goes. */
  readonly state: PeerState | 'UNKNOWN';
  readonly since: string | null;
  readonly forSeconds: number | null;
  /** Null: never. */
  readonly heardAgeSeconds: number | null;
  /** Silence after which the peer counts as gone. */
  readonly silenceSeconds: number | null;
  /** What the peer says of its virtual routers; empty while it is not heard. */
  readonly routers: readonly {
    readonly vrid: number;
    readonly family: 'ipv4' | 'ipv6';
    readonly state: RouterState;
    readonly priority: number;
    readonly forSeconds: number;
    /** Its interface can be used, and its advertisements leave. */
    readonly isSound: boolean;
    /** Enough of its witnesses answer, or it asks none. */
    readonly hasWitnesses: boolean;
    /** Source of its advertisements. */
    readonly source: string | null;
  }[];
  readonly datagramsSent: number | null;
  readonly datagramsReceived: number | null;
  /** By reason. */
  readonly datagramsDropped: Readonly<Record<HeartbeatDrop, number>> | null;
}

/** A witness; what is not known is null. */
export interface WitnessStatus {
  readonly name: string;
  /** Null while the first answers are awaited as well. */
  readonly enough: boolean | null;
  readonly forSeconds: number | null;
  readonly answering: number | null;
  readonly total: number;
  readonly atLeast: number;
  readonly hosts: readonly {
    readonly address: string;
    readonly answers: boolean | null;
    readonly answeredAgeSeconds: number | null;
  }[];
}

/** State of an instance or a group in the document. */
export type InstanceState = 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT' | 'UNKNOWN';

/** A virtual address of an instance. */
export interface AddressStatus {
  /** With prefix length. */
  readonly address: string;
  readonly interface: string;
  /** Held but not advertised. */
  readonly excluded: boolean;
  /** The kernel has it, as it was seen last; null when nobody can tell. */
  readonly held: boolean | null;
  /** Another host has said that it has the address, while this one held it; null when none has. */
  readonly claimed: ClaimedStatus | null;
}

/** Claims of another host to an address. */
export interface ClaimedStatus {
  /** Of the last one. */
  readonly hardwareAddress: string;
  /** Seconds in which one was heard. */
  readonly times: number;
  /** How long ago the last one was. */
  readonly agoSeconds: number;
}

/** One VRRP instance. */
export interface InstanceStatus {
  readonly name: string;
  readonly state: InstanceState;
  readonly since: string | null;
  readonly forSeconds: number | null;
  /** Why it is in this state: the reason of the last transition; `tandem explain` knows the word. */
  readonly reason: string | null;
  /** The reason in words. */
  readonly reasonText: string | null;
  /** What the reason is about, in words, where it does not say it all. */
  readonly cause: string | null;
  readonly interface: string;
  /** The interfaces that it makes for itself (`use_vmac`, `use_ipvlan`), its own first. */
  readonly ownInterfaces: readonly OwnInterfaceStatus[];
  readonly vrid: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly version: 2 | 3;
  readonly priority: number | null;
  readonly basePriority: number;
  readonly advertIntervalSeconds: number;
  /** Who is master as seen here; of a MASTER itself. */
  readonly master: {
    readonly address: string | null;
    readonly priority: number | null;
    readonly isThisNode: boolean;
    readonly heardAgeSeconds: number | null;
  } | null;
  /** Other masters that go on beside this one, the oldest first. */
  readonly conflicts: readonly {
    /** Its name: what differs; `tandem explain` knows the word. */
    readonly name: string;
    readonly address: string;
    readonly priority: number;
    readonly since: string;
    readonly forSeconds: number;
    /** Who is it and what differs, as a sentence. */
    readonly text: string;
    /** What to do, as a sentence. */
    readonly advice: string;
  }[];
  /** A running `preempt_delay`: the master of lower priority that is left alone, and how long still. */
  readonly preemptDelay: {
    readonly remainingSeconds: number;
    readonly address: string;
    readonly priority: number;
  } | null;
  readonly group: string | null;
  /** How long it has heard no master, while another member of its group hears one; null when it waits for nothing. */
  readonly groupWaitSeconds: number | null;
  /** Its down timer has run out, and this holds the takeover; null when nothing does. */
  readonly takeoverHeld: {
    readonly by: 'heartbeat' | 'witness';
    readonly forSeconds: number;
    /** What it waits for, as a clause. */
    readonly text: string;
  } | null;
  /** What it tracks, and what that means for it. */
  readonly trackers: readonly TrackerStatus[];
  /** What it, or its sync group, was to track and goes on without, and why. */
  readonly leftOut: readonly LeftOutTracker[];
  readonly addresses: readonly AddressStatus[];
  /** Its routes and rules. */
  readonly routing: readonly RoutingStatus[];
  readonly advertisementsSent: number | null;
  readonly advertisementsReceived: number | null;
}

/** An interface that an instance makes for itself, as the kernel has it. */
export interface OwnInterfaceStatus {
  readonly name: string;
  /** The interface that it stands on. */
  readonly parent: string;
  readonly kind: 'macvlan' | 'ipvlan';
  /** Of a macvlan; null for an ipvlan, which has that of its parent. */
  readonly hardwareAddress: string | null;
  /** It is there as it should be; null while that is not known. */
  readonly present: boolean | null;
  /** Why it is not, in words. */
  readonly problem: string | null;
  /** How often it came back after somebody else had removed or changed it. */
  readonly restored: number;
}

/** A tracked object as an instance sees it. */
export interface TrackerStatus {
  readonly kind: 'interface' | 'script' | 'process' | 'file' | 'bfd';
  readonly name: string;
  /** False while nothing is known of it yet, or what is known may be old: the process that watches it is down. */
  readonly known: boolean;
  /** Its state and what it adds, in words. */
  readonly text: string;
  /** As configured; 0 = fault. */
  readonly weight: number;
  readonly reverse: boolean;
  /** What it adds to the priority now. */
  readonly adds: number;
  /** The instance cannot take part because of it. */
  readonly fault: boolean;
}

/** The kernel's IPVS table. */
export interface IpvsStatusReport {
  /** Whether the health process answers. */
  readonly known: boolean;
  readonly available: boolean | null;
  /** Why it can't be used; empty when it can. */
  readonly reason: string;
  readonly readAgeSeconds: number | null;
  readonly services: number | null;
  readonly destinations: number | null;
  readonly operations: number | null;
  readonly refusals: number | null;
  readonly repairs: number | null;
  /** What the kernel runs of the connection synchronisation; null while that is not known. */
  readonly syncDaemons:
    | readonly {
        readonly role: 'master' | 'backup';
        readonly interface: string;
        readonly syncId: number;
      }[]
    | null;
  /** What keeps the connection synchronisation from running as it should; empty = nothing. */
  readonly syncProblem: string;
}

/** A setting of the kernel that the configuration needs. */
export interface PreconditionStatus {
  /** As in the metrics' label `check`. */
  readonly check: string;
  /** Name of the sysctl. */
  readonly setting: string;
  readonly met: boolean;
  /** What goes wrong while it is not met, as a clause. */
  readonly consequence: string;
}

/** Traffic from the last read of the kernel's table. */
export interface TrafficStatus {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** One virtual server. */
export interface VirtualServerStatus {
  readonly key: string;
  readonly title: string;
  /** LEAVING: it is no longer in the configuration, and keeps connections of servers that leave. */
  readonly state: 'UP' | 'DOWN' | 'UNKNOWN' | 'LEAVING';
  /** What the kernel runs; of several services that differ all of them, with commas. Where it is not known, what is configured. */
  readonly scheduler: string;
  readonly schedulerConfigured: string;
  /** What the kernel refuses of its services, and is tried again. */
  readonly refusals: readonly string[];
  readonly quorum: number;
  readonly aliveWeight: number | null;
  /** Of clients; `null` = none. */
  readonly persistence: {
    readonly timeoutSeconds: number;
    /** Clients of one network of this size stay together; `null` = each address by itself. */
    readonly prefixLength: number | null;
  } | null;
  readonly sorryServer: { readonly address: string; readonly active: boolean | null } | null;
  /** Whether its checks rest because this host does not have its address; null without `ha_suspend`, and when it is not known. */
  readonly suspended: boolean | null;
  /** The mark that gathers the addresses of its group; null without `nftables_ipvs`. */
  readonly gathered: GatheredStatus | null;
  /** Null without servers of FNAT. */
  readonly fullNat: FullNatStatus | null;
  /** Whether the kernel has all its services; null when the table is not known. */
  readonly inKernel: boolean | null;
  readonly realServers: readonly RealServerStatus[];
  /** Servers that a reload took away and that keep their connections for a time (`drain_time`). */
  readonly leaving: readonly LeavingStatus[];
  /** Whether checks are not believed because too many servers failed at once (`panic_threshold`); null when it is not known. */
  readonly panic: boolean | null;
}

/** What an operator has ordered for a real server. */
export interface OrderStatus {
  readonly kind: 'drain' | 'maintenance' | 'weight';
  readonly since: string;
  readonly forSeconds: number;
  /** Of `weight`. */
  readonly weight: number | null;
  /** Of `drain`: no connection was left, or its time was over. */
  readonly drained: boolean | null;
  /** While it is drained. */
  readonly drain: DrainStatus | null;
}

/** A server that is no longer in the configuration. */
export interface LeavingStatus {
  readonly key: string;
  readonly since: string;
  readonly forSeconds: number;
  readonly drain: DrainStatus;
}

/** How far a drain is; connections as counted last. */
export interface DrainStatus {
  readonly activeConnections: number | null;
  readonly inactiveConnections: number | null;
  /** Clients that are bound to the server. */
  readonly persistentConnections: number | null;
  /** Until no connection is left, if they go on to end as in the last minute; null when that cannot be told. */
  readonly emptyInSeconds: number | null;
  /** Until it ends whatever is left; null = no limit. */
  readonly endsInSeconds: number | null;
}

/** The mark of a virtual server whose addresses are gathered (`nftables_ipvs`). */
export interface GatheredStatus {
  readonly mark: number;
  /** All packets to its addresses are marked, as it was seen last. */
  readonly inForce: boolean;
  /** Where the rules for it stand, in words; null: nowhere. */
  readonly place: string | null;
  /** Why they do not stand. */
  readonly problem: string | null;
}

/** Full-NAT of a virtual server. */
export interface FullNatStatus {
  /** The rules that translate sources stand, as it was seen last. */
  readonly inForce: boolean;
  /** Where they stand, in words; null: nowhere. */
  readonly place: string | null;
  /** Why they do not stand. */
  readonly problem: string | null;
  /** What servers see as client, `192.0.2.10-192.0.2.13`; null: the address of the director towards them. */
  readonly source: string | null;
  /** Connections that one server can have at the same time, by the source ports that there are. */
  readonly connectionsMax: number;
  /** Those of the server that has most, of all services that share its source ports; null when they are not known. */
  readonly connections: number | null;
  /** That server. */
  readonly server: string | null;
}

/** One real server. */
export interface RealServerStatus {
  readonly key: string;
  readonly state: 'UP' | 'DOWN' | 'UNCHECKED' | 'UNKNOWN';
  readonly since: string | null;
  readonly forSeconds: number | null;
  readonly forwarding: string;
  readonly weightConfigured: number;
  /** In the kernel; null when it is not there or the table is not known. */
  readonly weight: number | null;
  /** What an operator has ordered for it (`tandem server`); null = nothing. */
  readonly order: OrderStatus | null;
  /** Whether it is held out because it came and went (`flap_damping`); null when it is not known. */
  readonly damped: boolean | null;
  /** How much of its weight it has while it starts slowly (`slow_start`), in percent; null = all of it, or not known. */
  readonly slowStartPercent: number | null;
  readonly traffic: TrafficStatus | null;
  readonly checks: readonly CheckStatus[];
}

/** One check. */
export interface CheckStatus {
  readonly label: string;
  readonly up: boolean | null;
  readonly runs: number | null;
  readonly failures: number | null;
  readonly failuresInRow: number | null;
  /** Failures in a row that are forgiven. */
  readonly retry: number;
  readonly lastOutcome: string | null;
  readonly lastDetail: string | null;
  readonly lastDurationSeconds: number | null;
  readonly lastAgeSeconds: number | null;
}
