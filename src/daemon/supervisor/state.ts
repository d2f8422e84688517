/**
 * All that the supervisor knows, in memory: the one source of status, metrics and (later) the status
 * page. Children's views arrive in messages; every part carries the time it was heard, and the part of
 * a child that is dead or silent counts as unknown, never as its last value.
 */

import type { BfdView } from '../../core/bfd/sessions.ts';
import type { ComponentName } from '../../core/facts/entry.ts';
import type { RulePurpose } from '../../core/firewall/rule-writer.ts';
import type { VirtualServerView } from '../../core/health/events-and-actions.ts';
import type { OrderBook } from '../../core/health/server-orders.ts';
import type { TakeoverView } from '../../core/heartbeat/view.ts';
import type { VipView } from '../../core/holdings/address-ledger.ts';
import type { LinkView } from '../../core/holdings/link-ledger.ts';
import type { RoutingView } from '../../core/holdings/routing-ledger.ts';
import type { Config } from '../../core/model/config.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import type { VrrpInstanceView, VrrpView } from '../../core/vrrp/events-and-actions.ts';
import type { IpvsStatus, IpvsTraffic } from '../frame/messages.ts';
import type { PreconditionState } from '../health/precondition-watch.ts';

export type { ComponentName } from '../../core/facts/entry.ts';

/** The processes beside the main one. */
export type ChildName = Exclude<ComponentName, 'main'>;

/** One process as the supervisor sees it. */
export interface ComponentState {
  readonly name: ComponentName;
  /** Running, and its heartbeat is not older than three periods. */
  readonly up: boolean;
  readonly pid: number | undefined;
  /** Monotonic microseconds of the last heartbeat; 0 = none yet. */
  readonly heartbeatAt: number;
  readonly restarts: number;
  /** Whether a second process has loaded everything and waits to take over; undefined where none is kept. */
  readonly isSpareReady?: boolean;
  /** Worst timer lateness reported with the last heartbeat, microseconds. */
  readonly latenessUs: number;
}

/** How the last (re)load of the configuration went. */
export interface ReloadState {
  readonly attempts: number;
  readonly failures: number;
  readonly lastOk: boolean;
  /** Wall-clock seconds since the epoch. */
  readonly lastAt: number;
  readonly lastSuccessAt: number;
  readonly durationSeconds: number;
  /** Numbers of the last attempt's diagnostics by severity. */
  readonly errors: number;
  readonly warnings: number;
  /** Wall-clock seconds of the next one that a file plans; absent: none. */
  readonly nextAt?: number;
  /** Why the last attempt was refused; empty when it was not. */
  readonly reasons: readonly string[];
}

/** Firewall rules of one purpose. */
export interface RuleView {
  /** What they are for: addresses, `fe80::1%eth0` where the interface belongs to it, or keys of services. */
  readonly wanted: readonly string[];
  /** What holds of it, as read in the kernel last. */
  readonly held: readonly string[];
  /** Where the rules stand, in words; undefined: nowhere. */
  readonly place: string | undefined;
  /** Monotonic microseconds of the last look; undefined before the first. */
  readonly lookedAt: number | undefined;
  /** How often rules were restored that somebody had changed. */
  readonly repairs: number;
  /** Why the rules do not stand. */
  readonly problem: string | undefined;
}

/** What is known of the rules of each purpose; absent: none are wanted. */
export type RuleViews = Readonly<Partial<Record<RulePurpose, RuleView>>>;

/** A snapshot of everything, cheap to take: the maps are the live ones and must not be changed. */
export interface DaemonState {
  /** Monotonic microseconds at which the snapshot was taken. */
  readonly now: number;
  /** Wall-clock milliseconds at the same moment. */
  readonly wallMs: number;
  readonly version: string;
  readonly startedWallMs: number;
  readonly configFile: string;
  readonly config: Config;
  readonly components: readonly ComponentState[];
  readonly reload: ReloadState;
  /** By instance name; empty while the vrrp process is unknown. */
  readonly vrrp: ReadonlyMap<string, VrrpInstanceView>;
  readonly groups: VrrpView['groups'];
  readonly vrrpRouter: VrrpView['router'];
  /** Virtual addresses, wanted and observed; empty while the vrrp process is unknown. */
  readonly vips: readonly VipView[];
  /** Scripts, processes and files that are tracked, as last known; empty while the runner process is unknown. */
  readonly trackers: readonly TrackerFact[];
  /** Keys of the programs that run; absent while the runner process is not heard of. */
  readonly programs?: readonly string[];
  /** Rules of the firewall by what they are for. */
  readonly rules: RuleViews;
  /** Routes and rules, wanted and observed; empty while the vrrp process is unknown. */
  readonly routing: readonly RoutingView[];
  /** Interfaces that instances make for themselves. */
  readonly links: readonly LinkView[];
  /** BFD sessions; undefined while the vrrp process is unknown. */
  readonly bfd: BfdView | undefined;
  /** Heartbeats and witnesses; undefined without them, and while the vrrp process is unknown. */
  readonly takeover: TakeoverView | undefined;
  /** By virtual server key; empty while the health process is unknown. */
  readonly virtualServers: ReadonlyMap<string, VirtualServerView>;
  readonly ipvs: IpvsStatus;
  /** Settings of the kernel that the configuration needs; empty while the health process is unknown. */
  readonly preconditions: readonly PreconditionState[];
  /** What operators have ordered for real servers, and who leaves the configuration. */
  readonly orders: OrderBook;
  /** By service key. */
  readonly traffic: ReadonlyMap<string, IpvsTraffic>;
}
