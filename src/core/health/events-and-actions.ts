/**
 * Events, actions and views of the health core: the checks of all real servers, quorum, and what
 * weight each server should have in IPVS. Probes themselves are run by drivers; the core says when and
 * judges their outcome.
 */
import type { IpAddress } from '../base/address.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { ProbeResult, WeightShare } from '../checkers/outcome.ts';
import type { IpvsObservedDestination, IpvsTable } from '../lvs/ipvs-table.ts';
import type { ProbeLimits } from '../model/check-limits.ts';
import type { CheckConfig, VirtualServerConfig } from '../model/config.ts';
import type { TrackerFact } from '../model/tracker-fact.ts';
import type { ConnectionCounts, DrainView } from './draining.ts';
import type { Left, OrderBook, OrderedState, ServerOrder } from './server-orders.ts';

/** What a check had said about the weight of its server. */
export interface KnownShare {
  /** `serverKey` of the server. */
  readonly server: string;
  /** Label of the check. */
  readonly check: string;
  readonly share: WeightShare;
}

/** What the health core is told. */
export type HealthEvent =
  /** First configuration or a reload; servers and checks are matched by identity and keep their state. */
  | {
      readonly type: 'configure';
      readonly virtualServers: readonly VirtualServerConfig[];
      /** What operators have ordered of these servers, and who leaves; absent: as before. */
      readonly book?: OrderBook;
      /** How many probes may run at once; absent = as many as there are places. */
      readonly limits?: ProbeLimits;
      /** The kernel's table is emptied at this start (`lvs_flush`): nothing in it has to leave slowly. */
      readonly emptiesTable?: boolean;
    }
  /** A probe that `startProbe` asked for has ended; `generation` guards against results of a removed check. */
  | {
      readonly type: 'probeEnded';
      readonly checkId: number;
      readonly generation: number;
      readonly result: ProbeResult;
    }
  /**
   * State kept from before a restart of this process. Comes before the first `configure`, or after it
   * and then touches only what has not been checked yet.
   */
  | {
      readonly type: 'adoptDown';
      /** `serverKey`s that were down: they start down, not up. */
      readonly serverKeys: readonly string[];
      /** `serverKey`s that were alive: they start alive even with `alpha`, and all retries are theirs. */
      readonly aliveServerKeys?: readonly string[];
      /** Keys of virtual servers that had their quorum: inside the hysteresis they keep it. */
      readonly quorumUpKeys?: readonly string[];
      /** What checks had said about the weight of their servers: it counts until their first result. */
      readonly shares?: readonly KnownShare[];
    }
  /** What another process has found out of what is tracked; all that there is, when it is complete. */
  | {
      readonly type: 'trackers';
      readonly facts: readonly TrackerFact[];
      readonly isComplete: boolean;
    }
  /** Which of the deciding addresses (`suspension.ts`) this host holds now: all of them, not a change. */
  | { readonly type: 'heldAddresses'; readonly held: ReadonlySet<IpAddress> }
  /** What operators have ordered, and who leaves: all of it, not a change. */
  | { readonly type: 'orders'; readonly book: OrderBook }
  /** The kernel's table was read. */
  | { readonly type: 'table'; readonly table: IpvsTable<IpvsObservedDestination> }
  | { readonly type: 'deadline' };

/** What the health core orders or reports. */
export type HealthAction =
  | {
      readonly type: 'startProbe';
      readonly checkId: number;
      readonly generation: number;
      readonly check: CheckConfig;
    }
  /** Probe of a check that is gone: forget it. */
  | { readonly type: 'cancelProbe'; readonly checkId: number; readonly generation: number }
  /** A check changed its verdict, or one that had started as failed has now failed for the first time. */
  | {
      readonly type: 'checkChanged';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly check: string;
      readonly up: boolean;
      readonly result: ProbeResult;
      readonly attempts: number;
    }
  /** A check failed but retries are left (or `log_all_failures`; then `retriesLeft` may be 0). */
  | {
      readonly type: 'checkFailedOnce';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly check: string;
      readonly result: ProbeResult;
      readonly retriesLeft: number;
    }
  /**
   * A probe could not be made on this host (no socket, source address not here): the verdict stays as
   * it is. Sent for the first of a row and when the reason changes.
   */
  | {
      readonly type: 'probeImpossible';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly check: string;
      readonly result: ProbeResult;
    }
  /** A real server changed between alive and failed, or left the configuration while alive. */
  | {
      readonly type: 'serverChanged';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly up: boolean;
      readonly reason: string;
      /** It left with the configuration: nothing has failed. */
      readonly removed?: true;
    }
  /** The checks of a real server gave it another weight, which counts while it is alive. */
  | {
      readonly type: 'weightChanged';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly weight: number;
      readonly reason: string;
    }
  /** The quorum of a virtual server was gained or lost. */
  | {
      readonly type: 'quorumChanged';
      readonly virtualServer: string;
      readonly up: boolean;
      readonly aliveWeight: number;
      readonly quorum: number;
      /** The virtual server left with the configuration: nothing has failed. */
      readonly removed?: true;
    }
  /** The checks of a virtual server rest because this host does not hold its address, or go on (`ha_suspend`). */
  | {
      readonly type: 'checksSuspended';
      readonly virtualServer: string;
      readonly suspended: boolean;
    }
  /** So many servers failed at once that checks are not believed, or they are believed again. */
  | {
      readonly type: 'panicChanged';
      readonly virtualServer: string;
      readonly inPanic: boolean;
      /** Of the servers that were in service a moment ago, those that pass their checks. */
      readonly passing: number;
      readonly servers: number;
    }
  /** A server that came and went is held out until it is calm, or is not held any more. */
  | {
      readonly type: 'flapDamped';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly isHeld: boolean;
    }
  /** An operator's order for a real server is in force, or is taken back (`none`). */
  | {
      readonly type: 'serverOrdered';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly order: OrderedState | { readonly kind: 'none' };
    }
  /** A server that was to be drained is out of the table now. */
  | {
      readonly type: 'serverDrained';
      readonly virtualServer: string;
      readonly realServer: string;
      /** It is no longer in the configuration. */
      readonly leaves: boolean;
      /** False: its time was over, and `left` is cut. */
      readonly isInTime: boolean;
      readonly left: ConnectionCounts;
      readonly took: Duration;
    }
  /** At the first look of a start there were servers in the table that the configuration does not have: they leave. */
  | { readonly type: 'serversLeft'; readonly left: Left }
  /**
   * The desired IPVS table may differ from what it was: plan again, one virtual server by its key, or all. The only
   * thing that orders a plan; behind the reports of the same batch.
   */
  | { readonly type: 'replan'; readonly virtualServer?: string };

/** Actions that only report something: the facts of the health process. */
export type HealthReport = Exclude<
  HealthAction,
  { readonly type: 'startProbe' | 'cancelProbe' | 'replan' | 'serversLeft' }
>;

/** Snapshot of one check. */
export interface CheckView {
  readonly id: number;
  readonly label: string;
  readonly up: boolean;
  /** False until the first probe has ended. */
  readonly hasRun: boolean;
  readonly running: boolean;
  readonly failuresInRow: number;
  readonly runs: number;
  readonly failures: number;
  readonly lastResult?: ProbeResult;
  readonly lastEndedAt?: Instant;
  readonly changedAt: Instant;
  /** What it says about the weight of the server. */
  readonly share?: WeightShare;
}

/** Snapshot of one real server. */
export interface RealServerView {
  /** `endpointKey` of address and port. */
  readonly key: string;
  readonly alive: boolean;
  readonly since: Instant;
  readonly configuredWeight: number;
  /** Weight that IPVS should have now; undefined when it should not be there. */
  readonly effectiveWeight?: number;
  /** An operator's order for it; absent: none. */
  readonly order?: ServerOrder;
  /** How far a drain is; absent without one, and when it is over. */
  readonly drain?: DrainView;
  /** It is held out because it came and went (`flap_damping`); absent: it is not. */
  readonly isDamped?: true;
  /** The part of its weight that it has while it starts slowly; absent: all of it. */
  readonly startShare?: number;
  readonly checks: readonly CheckView[];
}

/** Snapshot of a server that is no longer in the configuration and keeps its connections for a time. */
export interface LeavingServerView extends DrainView {
  /** `endpointKey` of address and port. */
  readonly key: string;
  readonly since: Instant;
}

/** Snapshot of one virtual server. */
export interface VirtualServerView {
  readonly key: string;
  readonly title: string;
  readonly quorumUp: boolean;
  readonly sorryServerActive: boolean;
  readonly aliveWeight: number;
  /** Whether its checks rest; absent without `ha_suspend`. */
  readonly suspended?: boolean;
  readonly realServers: readonly RealServerView[];
  /** Absent: none. */
  readonly leaving?: readonly LeavingServerView[];
  /** Checks are not believed (`panic_threshold`); absent: they are. */
  readonly inPanic?: true;
}

/** Snapshot of the whole health core. */
export interface HealthView {
  readonly virtualServers: readonly VirtualServerView[];
}
