/** The snapshot of one instance, for status and metrics. */
import type { IpAddress } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../config/model.ts';
import type { MasterWatch } from './master-watch.ts';
import type { InstanceFacts } from './tracking.ts';
import type { TransitionReason, VrrpCounters, VrrpInstanceView, VrrpState } from './types.ts';

/** The sender of the last advertisement that passed all checks, and when it came. */
export interface HeardMaster {
  readonly peer: IpAddress;
  readonly peerPriority: number;
  readonly at: Instant;
}

/** What a snapshot is made of besides the configuration. */
export interface InstanceCondition {
  readonly state: VrrpState;
  readonly since: Instant;
  readonly reason: TransitionReason;
  readonly facts: InstanceFacts;
  readonly watch: MasterWatch;
  readonly master: HeardMaster | undefined;
  readonly syncGroup: string | undefined;
  readonly counters: VrrpCounters;
}

/** Copies what may change. */
export function instanceView(config: VrrpInstanceConfig, now: InstanceCondition): VrrpInstanceView {
  const { facts, master, syncGroup, watch } = now;
  const { primaryAddress, effectivePriority, ifindex } = facts;
  return {
    name: config.name,
    state: now.state,
    since: now.since,
    reason: now.reason,
    interface: config.interface,
    ifindex,
    vrid: config.vrid,
    family: config.family,
    version: config.version,
    basePriority: config.priority,
    effectivePriority,
    advertInterval: config.advertInterval,
    masterAdvertInterval: watch.masterAdvertInterval,
    masterDownInterval: watch.masterDownInterval,
    skewTime: watch.skewTime,
    ...(master && {
      masterAddress: master.peer,
      masterPriority: master.peerPriority,
      lastAdvertisementAt: master.at,
    }),
    ...(primaryAddress !== undefined && { primaryAddress }),
    addresses: config.addresses,
    excludedAddresses: config.excludedAddresses,
    ...(syncGroup !== undefined && { syncGroup }),
    garpDelay: config.announce.delay,
    counters: { ...now.counters },
  };
}
