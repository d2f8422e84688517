/**
 * What a reload would do, as plain data: the changes object by object, what becomes of each mastership, and
 * the operations the kernel's IPVS table would get. It is printed as JSON, so names and meanings are kept
 * stable; values are texts in the words of keepalived.conf, secrets never shown.
 */
import type { IpAddress } from '../base/address.ts';

/** Version of the document; it grows when a field changes its meaning or goes away. */
export const PLAN_VERSION = 1;

/** Everything a reload would do. */
export interface ConfigPlan {
  readonly planVersion: typeof PLAN_VERSION;
  readonly changes: readonly Change[];
  /** Instances whose mastership moves or may move; the others keep what they have. */
  readonly mastership: readonly InstanceMastership[];
  /** In the order they would be sent. */
  readonly ipvs: readonly IpvsStep[];
  readonly summary: PlanSummary;
}

/** Numbers of the outermost changes, and of operations. */
export interface PlanSummary {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly ipvsOperations: number;
}

/** What an object is: the keyword of its block; all checkers are `check`. */
export type ObjectType =
  | 'global_defs'
  | 'vrrp_instance'
  | 'vrrp_sync_group'
  | 'virtual_server'
  | 'sorry_server'
  | 'real_server'
  | 'check'
  | 'vrrp_script'
  | 'vrrp_track_process'
  | 'track_file'
  | 'bfd_instance'
  | 'heartbeat'
  | 'witness'
  | 'static_ipaddress'
  | 'static_routes'
  | 'static_rules'
  | 'track_group'
  | 'garp_group'
  | 'linkbeat_interfaces'
  | 'linkbeat_use_polling'
  | 'interface_up_down_delays';

/**
 * What the change does to something that runs: it begins, goes on with the new values, ends and begins
 * anew, ends, notices nothing before the next start of Tandem, or is not acted on yet.
 */
export type Effect = 'starts' | 'in-place' | 'restarts' | 'ends' | 'next-start' | 'none-yet';

/** One object that is added, changed or removed. */
export interface Change {
  readonly change: 'add' | 'change' | 'remove';
  readonly type: ObjectType;
  /** As operators call it; empty where there is one of a kind. */
  readonly name: string;
  readonly effect: Effect;
  /** The object in a few words, where it is added or removed. */
  readonly about?: string;
  readonly fields: readonly FieldChange[];
  /** What follows for clients, peers and servers, a sentence each. */
  readonly consequences: readonly string[];
  /** Objects inside: servers of a virtual server, checks of a server. */
  readonly parts: readonly Change[];
}

/** One setting, under its keyword; `null` where it is not set or not in the list. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** What is special about it. */
  readonly note?: string;
}

/** What becomes of the mastership of an instance. */
export interface InstanceMastership {
  readonly instance: string;
  /** Now; UNKNOWN where nobody could be asked. */
  readonly state: 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT' | 'UNKNOWN';
  readonly verdict: 'moves' | 'may-move';
  readonly reasons: readonly string[];
}

/** One thing that happens to a mastership, and whether it is certain. */
export interface Outcome {
  readonly verdict: InstanceMastership['verdict'];
  readonly reason: string;
}

/** One operation on the kernel's table. */
export interface IpvsStep {
  readonly operation:
    | 'add-service'
    | 'update-service'
    | 'remove-service'
    | 'add-destination'
    | 'update-destination'
    | 'remove-destination';
  /** `tcp:192.0.2.1:80`. */
  readonly service: string;
  readonly destination?: string;
  /** Scheduler, or method and weight. */
  readonly detail: string;
}

/** What is known of the running Tandem besides its configuration; absent parts are unknown. */
export interface RunningFacts {
  /** By name of the instance. */
  readonly vrrp?: ReadonlyMap<string, RunningInstance>;
  readonly health?: RunningHealth;
  /** Names of the interfaces of this host. */
  readonly interfaces?: ReadonlySet<string>;
}

/** One running instance. */
export interface RunningInstance {
  readonly state: 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT';
  readonly effectivePriority: number;
  /** The master it hears, while it is backup. */
  readonly masterAddress?: IpAddress;
  readonly masterPriority?: number;
  /** What holds its takeover, the name of a heartbeat or of a witness: its down timer has run out. */
  readonly heldBy?: { readonly kind: 'heartbeat' | 'witness'; readonly name: string };
}

/** Verdicts about real servers; `serverKey`s of the health core. */
export interface RunningHealth {
  readonly down: readonly string[];
  readonly alive: readonly string[];
  /** Keys of virtual servers that have their quorum. */
  readonly quorumUp: readonly string[];
}
