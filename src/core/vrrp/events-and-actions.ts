/**
 * Events, actions and views of the VRRP router, the pure core that holds all instances and sync groups
 * of one vrrp process. Everything is plain data: it can be recorded as JSON lines and crosses processes.
 * Bytes are Uint8Array.
 */
import type { IpAddress, IpFamily } from '../base/address.ts';
import type { AddressFact, InterfaceFact, RouteFact } from '../base/host.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { LinkProblem } from '../holdings/link-ledger.ts';
import type { RoutingEntry } from '../holdings/routing-entry.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { SyncGroupConfig, VrrpInstanceConfig } from '../model/config.ts';
import type { BuffersConfig } from '../model/global-options.ts';
import type { LinksConfig } from '../model/links.ts';
import type { StaticsConfig } from '../model/statics.ts';
import type { TakeoverConfig } from '../model/takeover.ts';
import type { TrackedKind, TrackerFact } from '../model/tracker-fact.ts';
import type { BfdConfig } from '../model/tracking.ts';
import type { Conflicting, ConflictReport } from './conflict-watch.ts';
import type { PolledLinkFact } from './polled-links.ts';
import type { TransitionReason } from './reasons.ts';
import type { TakeoverNews } from './takeover-facts.ts';
import type { HeldTakeover } from './takeover-hold.ts';

export type { AddressFact, InterfaceFact, RouteFact } from '../base/host.ts';
export type { TransitionReason } from './reasons.ts';

import type { VrrpCounters } from './counters.ts';
import type { VrrpNotice } from './notices.ts';

export type { VrrpCounters } from './counters.ts';

/** State of an instance (RFC 9568 section 6.4); FAULT is keepalived's name for "cannot take part". */
export type VrrpState = 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT';

/**
 * What is wrong with a source of advertisements: the host does not have it; duplicate address detection (RFC
 * 4862) has not ended, or has found the address elsewhere.
 */
export type SourceProblem = 'missing' | 'tentative' | 'duplicate';

/**
 * What is to be said of an interface: administratively down; up without a carrier; not there, and never seen by
 * this process; there under another name; gone.
 */
export type InterfaceState = 'up' | 'down' | 'no-carrier' | 'missing' | 'renamed' | 'deleted';

/** Why an interface that an instance makes for itself is not there, by its name. */
export interface NamedLinkProblem {
  readonly interface: string;
  readonly problem: LinkProblem;
}

/** What a reason is about, where the reason alone does not say it; the catalogue of facts words it. */
export type TransitionCause =
  /** An interface: of the instance, tracked, or the `dev` of a virtual address (`addressed`), of a route, a rule or a static entry (`used`, in words). */
  | {
      readonly kind: 'interface';
      readonly interface: string;
      readonly state: InterfaceState;
      readonly addressed?: IpAddress;
      readonly used?: string;
    }
  /** An interface that the instance makes for itself; `problem`: why it is not there. */
  | {
      readonly kind: 'own-interface';
      readonly interface: string;
      readonly state: InterfaceState;
      readonly problem?: LinkProblem;
    }
  /** Something else that is tracked without a weight (a file also with one); `reverse`: what is wrong is that it is up. */
  | {
      readonly kind: 'tracker';
      readonly tracked: TrackedKind;
      readonly name: string;
      readonly fact?: TrackerFact;
      readonly reverse?: boolean;
    }
  /** The interface should follow from the source address and the routes, and does not. */
  | { readonly kind: 'no-interface'; readonly source: IpAddress }
  /** Nothing to send from. */
  | { readonly kind: 'no-address'; readonly interface: string; readonly family: IpFamily }
  | {
      readonly kind: 'source-address';
      readonly address: IpAddress;
      readonly problem: SourceProblem;
      /** Where the address must be; absent: on any interface of the host. */
      readonly interface?: string;
    }
  /** The kernel refused advertisements; `errno` as in `EPERM`. */
  | { readonly kind: 'sending'; readonly errno: string; readonly destination: IpAddress }
  | { readonly kind: 'socket'; readonly interface: string }
  /** Another router, and the priority it advertised last; absent where only its resignation was heard. */
  | { readonly kind: 'router'; readonly address: IpAddress; readonly priority?: number }
  /** This process was stopped or starved, and sent nothing for so long. */
  | {
      readonly kind: 'stall';
      readonly silent: Duration;
      /** Who is Master meanwhile, and its priority; absent where nobody was heard yet. */
      readonly address?: IpAddress;
      readonly priority?: number;
    }
  /** Another member of the sync group, what happened to it, and what that is about. */
  | {
      readonly kind: 'member';
      readonly group: string;
      readonly member: string;
      readonly reason: TransitionReason;
      readonly cause?: TransitionCause;
    };

/** Whole configuration of the vrrp process. */
export interface VrrpConfig {
  readonly instances: readonly VrrpInstanceConfig[];
  readonly syncGroups: readonly SyncGroupConfig[];
  readonly startupDelay: Duration;
  /** Uptime of the host before which no instance starts; absent = none. */
  readonly bootDelay?: Duration;
  /** What is said about interfaces apart from instances; absent = nothing. */
  readonly links?: LinksConfig;
  /** Sizes of receive buffers; absent = nothing is said. */
  readonly buffers?: BuffersConfig;
  /** Packets for virtual routers that are not configured here are reported; absent = no. */
  readonly logUnknownVrids?: boolean;
  /** IPv4 groups are not joined (keyword `disable_local_igmp`); absent = they are. */
  readonly joinsNoLocalGroups?: boolean;
  /** BFD sessions that the vrrp process runs beside the instances. */
  readonly bfd: readonly BfdConfig[];
  /** Heartbeats and witnesses that the vrrp process runs beside the instances; absent = none. */
  readonly takeover?: TakeoverConfig;
  /** What is there whatever VRRP does; absent = nothing. */
  readonly statics?: StaticsConfig;
}

/** A tracker, and what it adds to the priority now. */
export type WeightedTracker =
  | {
      readonly kind: 'interface';
      readonly name: string;
      readonly state: InterfaceState;
      readonly adds: number;
    }
  | {
      readonly kind: TrackedKind;
      readonly name: string;
      /** Absent: nothing is known yet. */
      readonly fact?: TrackerFact;
      readonly adds: number;
    };

/** A tracked object as an instance sees it. */
export interface TrackerView {
  /** With what it adds to the priority now; nothing for one without a weight, or of which nothing is known yet. */
  readonly tracker: WeightedTracker;
  readonly weight: number;
  readonly reverse: boolean;
  /** The instance cannot take part because of it. */
  readonly isFault: boolean;
}

/** What the router is told. */
export type VrrpEvent =
  /**
   * First configuration or a reload; matched by instance name. `adopt` names the instances that this
   * process (its dead predecessor) was MASTER of a moment ago: they go on as MASTER at once.
   */
  | {
      readonly type: 'configure';
      readonly config: VrrpConfig;
      readonly adopt: readonly string[];
      /** How long the host runs; absent = unknown, long. */
      readonly uptime?: Duration;
    }
  /** A full picture of interfaces and addresses, after a dump. */
  | {
      readonly type: 'network';
      readonly interfaces: readonly InterfaceFact[];
      readonly addresses: readonly AddressFact[];
      /**
       * Instances whose socket could not be opened. Deaf, they would hear no Master and take over beside it, so
       * they are at fault.
       */
      readonly deaf?: readonly string[];
      /** Links that are polled, and whether they were there when they were asked last. */
      readonly polled?: readonly PolledLinkFact[];
      /** Routes of the instances whose interface follows from them. */
      readonly routes?: readonly RouteFact[];
      /** Why interfaces that instances make for themselves are not there. */
      readonly linkProblems?: readonly NamedLinkProblem[];
    }
  /** A VRRP message (behind the IP header), with what the socket knew of its packet. */
  | {
      readonly type: 'packet';
      readonly family: IpFamily;
      readonly ifindex: number;
      readonly source: IpAddress;
      readonly destination: IpAddress;
      /** TTL or hop limit; -1 when the socket could not tell. */
      readonly ttl: number;
      /** Kernel receive time on the monotonic clock; `now` when unknown. */
      readonly receivedAt: Instant;
      /** Valid during the call only; length is that of the IP payload. */
      readonly message: Uint8Array;
      /** For AH (protocol 51) the whole IP packet; `message` is not looked at then. */
      readonly ipPacket?: Uint8Array;
      /**
       * Bytes that the packet had, when it is longer than any advertisement: `message` is its beginning, enough to
       * tell whom it was for.
       */
      readonly cutFrom?: number;
    }
  /**
   * What became of one advertisement, told right after its `sendAdvertisement` actions and before any other
   * event. Only what left is counted as sent; refusals may be a fault.
   */
  | {
      readonly type: 'advertisementSent';
      readonly instance: string;
      readonly priority: number;
      /** Destinations it left for, and those the kernel refused, with the errno as in `EPERM`. */
      readonly left: number;
      readonly refused: readonly { readonly destination: IpAddress; readonly errno: string }[];
    }
  /**
   * An action that could not be carried out. `operation` words it for the log. `setAddresses` is ordered again
   * with growing pauses.
   */
  | {
      readonly type: 'actionFailed';
      readonly instance: string;
      readonly action: 'setAddresses';
      readonly operation: string;
      readonly errno: string;
    }
  /** How the sending of announcements ended, in the order in which they were ordered. */
  | { readonly type: 'announced'; readonly results: readonly AnnounceResult[] }
  /** What is known of scripts, processes and files; with `isComplete` nothing else is known any more. */
  | {
      readonly type: 'trackers';
      readonly facts: readonly TrackerFact[];
      readonly isComplete: boolean;
    }
  /** What peers say by their heartbeats, and how many witnesses answer: what is new. */
  | ({ readonly type: 'takeover' } & TakeoverNews)
  /** The wall clock is so far ahead of the monotonic clock: told before the first event, and when it was set. */
  | { readonly type: 'wallClock'; readonly ahead: Duration }
  /** An operator asks an instance to give mastership away (resign once) . */
  | { readonly type: 'resign'; readonly instance: string }
  /** A tracked route or rule of an instance was removed, and the kernel does not take it back. */
  | { readonly type: 'routingLost'; readonly instance: string }
  /** Orderly stop: resign everywhere, remove addresses, and nothing more after that. */
  | { readonly type: 'shutdown' }
  | { readonly type: 'deadline' };

/** A packet as the driver hands it in. */
export type PacketEvent = Extract<VrrpEvent, { readonly type: 'packet' }>;

/** What became of one `announce` action. */
export interface AnnounceResult {
  readonly action: Extract<VrrpAction, { readonly type: 'announce' }>;
  /** Why the kernel did not take the frame; absent when it did. */
  readonly errno?: string;
}

/** What the router orders, in sequence. */
export type VrrpAction =
  /** Send a VRRP message: to the group (destination absent in unicast list) or to one peer. */
  | {
      readonly type: 'sendAdvertisement';
      readonly instance: string;
      readonly family: IpFamily;
      readonly ifindex: number;
      readonly source: IpAddress;
      readonly destination: IpAddress;
      /** IP protocol: 112, or 51 when `message` starts with an authentication header. */
      readonly protocol: 112 | 51;
      readonly message: Uint8Array;
      /** Priority in the message; 0 is a farewell. */
      readonly priority: number;
      /** TTL or hop limit. */
      readonly ttl: number;
      /** IPv4 identification for the driver that builds the header itself; counter from 1 per instance. */
      readonly ipId: number;
    }
  /**
   * The addresses an instance wants on its interfaces from now on (all of them, or none), with its routes and rules. Level, not
   * edge.
   */
  | {
      readonly type: 'setAddresses';
      readonly instance: string;
      readonly present: boolean;
      readonly addresses: readonly VirtualAddressConfig[];
      /** Absent without any. */
      readonly routing?: readonly RoutingEntry[];
    }
  /** Send one link-layer frame that announces an address (gratuitous ARP or unsolicited NA). */
  | {
      readonly type: 'announce';
      readonly instance: string;
      readonly kind: 'arp' | 'na';
      readonly ifindex: number;
      readonly address: IpAddress;
      readonly frame: Uint8Array;
    }
  /** A change of state, for logs, status, metrics, notifications. */
  | {
      readonly type: 'transition';
      readonly instance: string;
      readonly from: VrrpState;
      readonly to: VrrpState;
      readonly reason: TransitionReason;
      /** What it is about, where `reason` does not say it all. */
      readonly cause?: TransitionCause;
    }
  /** Trackers with a weight, or the configuration, gave an instance another effective priority. */
  | {
      readonly type: 'priorityChanged';
      readonly instance: string;
      readonly from: number;
      readonly to: number;
      /** What of its trackers has changed; empty when it was the configuration. */
      readonly trackers: readonly WeightedTracker[];
    }
  /** A conflict with another Master begins, lasts or ends. */
  | ConflictReport
  /** The state of a sync group changed as a whole. */
  | {
      readonly type: 'groupTransition';
      readonly group: string;
      readonly from: VrrpState;
      readonly to: VrrpState;
    }
  /** Something worth a (rate-limited) log line: a rejected packet, a mismatch, a late timer. */
  | ({ readonly type: 'notice' } & VrrpNotice);

/** Actions that only report something: the facts of the vrrp process. */
export type VrrpReport = Extract<
  VrrpAction,
  { readonly type: 'transition' | 'priorityChanged' | 'conflict' | 'groupTransition' | 'notice' }
>;

/** Snapshot of one instance. */
export interface VrrpInstanceView {
  readonly name: string;
  readonly state: VrrpState;
  /** When the state began (monotonic). */
  readonly since: Instant;
  readonly reason: TransitionReason;
  /** What the reason is about, where it does not say it all. */
  readonly cause?: TransitionCause;
  readonly interface: string;
  /** Of the interface by which advertisements leave. */
  readonly ifindex: number;
  readonly vrid: number;
  readonly family: IpFamily;
  readonly version: 2 | 3;
  readonly basePriority: number;
  readonly effectivePriority: number;
  readonly advertInterval: Duration;
  /** Interval learned from the master (version 3) or own. */
  readonly masterAdvertInterval: Duration;
  readonly masterDownInterval: Duration;
  readonly skewTime: Duration;
  /** Source of the last accepted advertisement, and its priority. */
  readonly masterAddress?: IpAddress;
  readonly masterPriority?: number;
  readonly lastAdvertisementAt?: Instant;
  /** Other Masters that go on beside this one, the oldest first. */
  readonly conflicts: readonly Conflicting[];
  /** When another Master was heard last while this router was Master, whether or not that became a conflict. */
  readonly rivalAt?: Instant;
  /** A running `preempt_delay`: until when a master of lower priority, the last one heard, is left alone. */
  readonly preemptNotBefore?: Instant;
  readonly primaryAddress?: IpAddress;
  readonly addresses: readonly VirtualAddressConfig[];
  readonly excludedAddresses: readonly VirtualAddressConfig[];
  readonly syncGroup?: string;
  /** Everything that it tracks. */
  readonly trackers: readonly TrackerView[];
  /** It hears no Master since then, and another member of its group does: it waits. */
  readonly groupWaitSince?: Instant;
  /** Its down timer has run out, and a heartbeat or its witnesses hold the takeover. */
  readonly takeoverHeld?: HeldTakeover;
  readonly garpDelay: Duration;
  readonly counters: Readonly<VrrpCounters>;
}

/** Snapshot of the whole router. */
export interface VrrpView {
  readonly instances: readonly VrrpInstanceView[];
  readonly groups: readonly {
    readonly name: string;
    readonly state: VrrpState;
    readonly members: readonly string[];
  }[];
  /** Packets for nobody: VRID not configured here, and errors that could not be attributed. */
  readonly router: {
    readonly vridErrors: number;
    readonly checksumErrors: number;
    readonly versionErrors: number;
    readonly packetLengthErrors: number;
    readonly ipTtlErrors: number;
    readonly invalidTypePackets: number;
  };
}
