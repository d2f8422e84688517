/**
 * The typed messages between the supervisor and its children: one union for each direction and
 * child. They travel over Node's IPC channel with structured clone, so Maps and Uint8Arrays survive.
 * Children never log and never keep metrics: they report facts and views.
 */

import type { BfdContinuation } from '../../core/bfd/neighbour.ts';
import type { BfdReport, BfdView } from '../../core/bfd/sessions.ts';
import type { RequestTo } from '../../core/control/commands.ts';
import type { Timed } from '../../core/facts/envelope.ts';
import type { TraceReport } from '../../core/facts/trace-facts.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type {
  HealthReport,
  KnownShare,
  VirtualServerView,
} from '../../core/health/events-and-actions.ts';
import type { Left, OrderBook } from '../../core/health/server-orders.ts';
import type { HeartbeatReport } from '../../core/heartbeat/sessions.ts';
import type { TakeoverView } from '../../core/heartbeat/view.ts';
import type { WitnessReport } from '../../core/heartbeat/witnesses.ts';
import type { VipView } from '../../core/holdings/address-ledger.ts';
import type { Held } from '../../core/holdings/left-behind.ts';
import type { HeldLinks, LinkView } from '../../core/holdings/link-ledger.ts';
import type { ChangedSetting } from '../../core/holdings/parent-settings.ts';
import type { RoutingView } from '../../core/holdings/routing-ledger.ts';
import type { SyncDaemon, SyncDaemonRole } from '../../core/lvs/daemon-codec.ts';
import type { IpvsStats } from '../../core/lvs/ipvs-table.ts';
import type { IpvsRepair } from '../../core/lvs/repair.ts';
import type { SyncGoal } from '../../core/lvs/sync-daemons.ts';
import type { ProbeLimits } from '../../core/model/check-limits.ts';
import type { Config } from '../../core/model/config.ts';
import type { ReceiveBuffer } from '../../core/model/global-options.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import { withVirtualLinks } from '../../core/model/virtual-links.ts';
import type { ProgramEnd, ProgramRequest } from '../../core/programs/program-request.ts';
import type { TrackingConfig, TrackingReport } from '../../core/tracking/events-and-actions.ts';
import type {
  VrrpConfig,
  VrrpInstanceView,
  VrrpReport,
  VrrpView,
} from '../../core/vrrp/events-and-actions.ts';
import type { CheckProgram } from '../../drivers/probes/program-port.ts';
import type { RunningProgram } from '../../drivers/programs/program-group.ts';
import type { PreconditionState } from '../health/precondition-watch.ts';
import type { CommandReply, Numbered } from './child-commands.ts';
import type { DeliveryOrder, DeliveryReport } from './deliveries.ts';
import type { VirtualServerNews } from './virtual-server-news.ts';

/** The number of a configuration: a child confirms it when it is in force. */
export type ConfigSerial = number;

/** What the vrrp process reports as it happens. */
export type VrrpProcessReport =
  | VrrpReport
  | BfdReport
  | HeartbeatReport
  | WitnessReport
  | TraceReport;

/** What the supervisor tells the vrrp process. */
export type ToVrrp =
  | {
      readonly type: 'configure';
      readonly serial: ConfigSerial;
      /** Traffic is reported, for the level `debug`. */
      readonly isTraced: boolean;
      readonly config: VrrpConfig;
      readonly adopt: readonly string[];
      /** What its predecessor held when it was last heard of; empty for the first process. */
      readonly held: readonly Held[];
      /** Interfaces that it had made, and what it had changed at others; absent = none. */
      readonly heldLinks?: HeldLinks;
      /** BFD sessions that a predecessor of this process had up a moment ago; absent in a reload. */
      readonly bfd?: readonly BfdContinuation[];
    }
  | Numbered<RequestTo<'vrrp'>>
  /** To the process that began the start: what else a start has to do is done. */
  | { readonly type: 'warmUp' }
  /** What is known of scripts, processes and files; with `isComplete` nothing else is known any more. */
  | {
      readonly type: 'trackers';
      readonly facts: readonly TrackerFact[];
      readonly isComplete: boolean;
    }
  /**
   * In the place of a process that is gone: farewell for the instances that were MASTER until a moment ago, addresses of all removed, and
   * those that it held, end.
   */
  | {
      readonly type: 'cleanUp';
      readonly config: VrrpConfig;
      readonly masters: readonly string[];
      readonly held: readonly Held[];
      /** Interfaces that it had made, and what it had changed at others; absent = none. */
      readonly heldLinks?: HeldLinks;
    }
  | { readonly type: 'shutdown' };

/** The part of a configuration that the vrrp process gets. */
export function vrrpConfigOf(config: Config): VrrpConfig {
  const bootDelay = config.global.vrrp?.bootDelay;
  return {
    ...(bootDelay !== undefined && { bootDelay }),
    ...(config.links && { links: config.links }),
    ...(config.global.buffers && { buffers: config.global.buffers }),
    instances: withVirtualLinks(config.vrrpInstances, config.global.vrrp),
    joinsNoLocalGroups: config.global.vrrp?.joinsNoLocalGroups === true,
    syncGroups: config.syncGroups,
    startupDelay: config.global.vrrpStartupDelay,
    logUnknownVrids: config.global.logUnknownVrids,
    bfd: config.tracked.bfd,
    ...(config.takeover && { takeover: config.takeover }),
    ...(config.statics !== undefined && { statics: config.statics }),
  };
}

/** What the supervisor tells the health process. */
export type ToHealth =
  | {
      readonly type: 'configure';
      readonly serial: ConfigSerial;
      /** Traffic is reported, for the level `debug`. */
      readonly isTraced: boolean;
      /** Of those that this process has from the configuration before, the place in that list. */
      readonly virtualServers: readonly VirtualServerNews[];
      /** Of the socket on which IPVS is asked; absent = nothing is said. */
      readonly commandBuffer?: ReceiveBuffer;
      readonly lvsTimeouts?: {
        readonly tcp?: number;
        readonly tcpFin?: number;
        readonly udp?: number;
      };
      /** How many probes may run at once; absent = as many as there are places. */
      readonly limits?: ProbeLimits;
      /** Keyword `lvs_conntrack`: the setting of the kernel is made. */
      readonly switchesConntrack?: boolean;
      /** Service keys that a predecessor of this process had put into the kernel: they are ours. */
      readonly owned: readonly string[];
      /** What was known before a restart, so that nothing changes by it; empty otherwise. */
      readonly known: KnownHealth;
      /** What operators have ordered for real servers, and who leaves; absent = nothing. */
      readonly orders?: OrderBook;
      /** Tandem starts, and `lvs_flush` says that the table is its own: services of others go. */
      readonly takesAll?: boolean;
      /** Keyword `lvs_flush_on_stop`: an orderly stop empties the table, services of others too. */
      readonly flushesAtStop?: boolean;
      /** Absent: nothing of it runs. */
      readonly sync?: SyncGoal;
    }
  /** In the place of a process that is gone: these services are removed, or with `flushes` all that there are, then the end. */
  | { readonly type: 'cleanUp'; readonly owned: readonly string[]; readonly flushes?: boolean }
  /** The instance that the connection synchronisation follows has another state. */
  | { readonly type: 'syncRoles'; readonly roles: readonly SyncDaemonRole[] }
  /** Another book of orders. */
  | { readonly type: 'orders'; readonly book: OrderBook }
  | Numbered<RequestTo<'health'>>
  /** What the runner process has found out of what is tracked; all that there is, when it is complete. */
  | {
      readonly type: 'trackers';
      readonly facts: readonly TrackerFact[];
      readonly isComplete: boolean;
    }
  /** The end of what `runProgram` asked for. */
  | { readonly type: 'programEnded'; readonly id: number; readonly end: ProgramEnd }
  /** The answer to `loadModule`: what kept IPVS from being loaded, in an operator's words. */
  | { readonly type: 'moduleLoaded'; readonly problem?: string }
  /** Orderly stop; with `keepTable` the kernel's table stays as it is. */
  | { readonly type: 'shutdown'; readonly keepTable: boolean };

/** Verdicts that outlive the process that reached them; servers as `serverKey`s of the health core. */
export interface KnownHealth {
  readonly down: readonly string[];
  readonly alive: readonly string[];
  /** Keys of virtual servers that have their quorum. */
  readonly quorumUp: readonly string[];
  /** What checks said about the weights of their servers; absent: nothing. */
  readonly shares?: readonly KnownShare[];
}

/** Whether IPVS can be used, and what is in it. */
export interface IpvsStatus {
  readonly available: boolean;
  /** Why not, in words an operator can act on; empty when available. */
  readonly reason: string;
  /** When the table was last read (monotonic microseconds); 0 = never. */
  readonly readAt: number;
  readonly services: number;
  readonly destinations: number;
  /** Operations sent to the kernel since start, those it refused, and repairs of foreign changes. */
  readonly operations: number;
  readonly refusals: number;
  readonly repairs: number;
  /** What of them stands. */
  readonly refused: IpvsRefused;
  /** The connection synchronisation as the kernel was seen last, and what keeps it from running as it should; empty = nothing. */
  readonly sync: { readonly running: readonly SyncDaemon[]; readonly problem: string };
}

/** Operations that the kernel refuses now, and that are tried again. */
export interface IpvsRefused {
  /** One for each kind of operation and reason. */
  readonly causes: readonly Trouble[];
  /** What is refused of a service, by its `serviceKey`; of some services, when there are very many. */
  readonly services: Readonly<Record<string, string>>;
}

/** Nothing is refused. */
export const NONE_REFUSED: IpvsRefused = { causes: [], services: {} };

/** One service in the kernel and its destinations, with their traffic at the last reading. */
export interface IpvsTraffic {
  readonly serviceKey: string;
  readonly scheduler: string;
  readonly stats: IpvsStats;
  readonly destinations: readonly {
    readonly key: string;
    readonly weight: number;
    readonly active: number;
    readonly inactive: number;
    readonly stats: IpvsStats;
  }[];
}

/** What the kernel has of a service now, by acknowledged operations or because it was read. */
export interface IpvsProgrammed {
  readonly serviceKey: string;
  readonly found?: {
    readonly scheduler: string;
    readonly weights: readonly { readonly key: string; readonly weight: number }[];
  };
}

/** How programs of the configuration are started. */
export interface ProgramSettings {
  /** File creation mask; absent: 0177. */
  readonly umask?: number;
  /** A program that runs as another user has that user's supplementary groups (keyword `set_supplementary_groups`). */
  readonly hasGroups: boolean;
}

/** What the supervisor tells the runner process. */
export type ToRunner =
  | {
      readonly type: 'configure';
      readonly serial: ConfigSerial;
      /** Tandem has just been started. */
      readonly isStart: boolean;
      readonly tracking: TrackingConfig;
      readonly programs: ProgramSettings;
      /** What was found out before a restart of this process, so that nothing changes by it. */
      readonly known: readonly TrackerFact[];
    }
  /** Answered with `programEnded` of the same key. */
  | { readonly type: 'run'; readonly request: ProgramRequest }
  | { readonly type: 'cancel'; readonly key: string }
  /** These processes of the host execute another program, have another name, or have ended. */
  | { readonly type: 'processesChanged'; readonly pids: readonly number[] }
  | DeliveryOrder
  | { readonly type: 'shutdown' };

/** What the supervisor tells every child before its configuration; what is undefined is as it was when the process started. */
export interface ToChild {
  readonly type: 'settings';
  /** Name of the process. */
  readonly name: string | undefined;
  /** File creation mask. */
  readonly umask: number | undefined;
  /** Limit of an orderly stop, milliseconds. */
  readonly stopMs: number | undefined;
}

/** What all children say. */
export type FromChild =
  /** First message: drivers are open, configuration may come. */
  | { readonly type: 'ready' }
  /** Once a second: the loop turns. Lateness of the worst timer since the last one, in microseconds. */
  | { readonly type: 'heartbeat'; readonly at: number; readonly latenessUs: number }
  | { readonly type: 'trouble'; readonly trouble: Trouble }
  /**
   * The answer to `shutdown` and `cleanUp`: the process ends. `left` names what is still in the kernel and should not be, as the
   * kernel was read last.
   */
  | { readonly type: 'stopped'; readonly left: readonly string[] };

/** What the vrrp process says. */
export type FromVrrp =
  | FromChild
  | CommandReply
  /** Transitions and notices of the router, as they happen. */
  | {
      readonly type: 'facts';
      readonly facts: readonly Timed<VrrpProcessReport>[];
    }
  /** Views of some instances (all within a second), groups and router-wide counters. */
  | {
      readonly type: 'views';
      readonly instances: readonly VrrpInstanceView[];
      readonly groups: VrrpView['groups'];
      readonly router: VrrpView['router'];
      readonly vips: readonly VipView[];
      /** Routes and rules; absent when nothing has changed since the last views of this process. */
      readonly routing?: readonly RoutingView[];
      /** The interfaces that instances make for themselves, and what was changed at others; absent = none. */
      readonly links?: readonly LinkView[];
      readonly changedSettings?: readonly ChangedSetting[];
      /** Absent without sessions. */
      readonly bfd?: BfdView;
      /** Absent without heartbeats and witnesses. */
      readonly takeover?: TakeoverView;
      /** False until a configuration is in force in this process: it knows less than its predecessor did. */
      readonly isInForce: boolean;
    }
  /** The configuration of this many instances is in force. */
  | { readonly type: 'configured'; readonly serial: ConfigSerial; readonly instances: number };

/** What the health process says. */
export type FromHealth =
  | FromChild
  | CommandReply
  | {
      readonly type: 'facts';
      readonly facts: readonly Timed<HealthReport | TraceReport>[];
    }
  /** Views of some virtual servers. */
  | { readonly type: 'views'; readonly virtualServers: readonly VirtualServerView[] }
  /** `owned` are the services in the kernel that are ours; absent when they are the same as before. */
  | { readonly type: 'ipvs'; readonly status: IpvsStatus; readonly owned?: readonly string[] }
  /** Services that were read; with `isComplete` there are no others. */
  | {
      readonly type: 'traffic';
      readonly traffic: readonly IpvsTraffic[];
      readonly isComplete: boolean;
    }
  /** Services that have changed; without `found` one is no longer in the kernel. */
  | { readonly type: 'programmed'; readonly services: readonly IpvsProgrammed[] }
  /** Settings of the kernel that the configuration needs; when it is new, and when one changed. */
  | { readonly type: 'preconditions'; readonly preconditions: readonly PreconditionState[] }
  /** A program of a check is to be run; answered with `programEnded` of the same id. */
  | { readonly type: 'runProgram'; readonly id: number; readonly program: CheckProgram }
  /** Nobody waits for it any more. */
  | { readonly type: 'cancelProgram'; readonly id: number }
  /** Servers of a predecessor that the configuration does not have: they are on their way out, and go into the book. */
  | { readonly type: 'serversLeft'; readonly left: Left }
  /** The kernel has no IPVS yet: asks for its module, which only the supervisor may load. */
  | { readonly type: 'loadModule' }
  /** The kernel's table was repaired after somebody else changed it. */
  | {
      readonly type: 'repaired';
      readonly operations: number;
      /** The first of them. */
      readonly repairs: readonly IpvsRepair[];
    }
  /** The connection synchronisation was started or stopped. */
  | {
      readonly type: 'syncChanged';
      readonly running: readonly SyncDaemon[];
      readonly isRepair: boolean;
    }
  /** The kernel takes all operations again, after refusals. */
  /** A setting of the kernel was changed, as the configuration asks. */
  | { readonly type: 'settingChanged'; readonly setting: string; readonly value: string }
  | { readonly type: 'refusalsEnded' }
  /** The configuration is in force, as far as the kernel let it: refusals were reported and are tried again. */
  | {
      readonly type: 'configured';
      readonly serial: ConfigSerial;
      readonly virtualServers: number;
      readonly operations: number;
    };

/** What the runner process says. */
export type FromRunner =
  | FromChild
  | {
      readonly type: 'facts';
      readonly facts: readonly Timed<TrackingReport | TraceReport>[];
    }
  | { readonly type: 'programEnded'; readonly end: ProgramEnd }
  /** The process groups of all programs that run now. */
  | { readonly type: 'running'; readonly groups: readonly RunningProgram[] }
  | DeliveryReport
  /** What is known: what has changed, or with `isComplete` everything. */
  | {
      readonly type: 'trackers';
      readonly facts: readonly TrackerFact[];
      readonly isComplete: boolean;
    }
  /** The configuration is in force. */
  | { readonly type: 'configured'; readonly serial: ConfigSerial; readonly trackers: number };
