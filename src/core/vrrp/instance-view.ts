/** The snapshot of one instance, for status and metrics. */
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { Conflicting } from './conflict-watch.ts';
import type { VrrpCounters, VrrpInstanceView } from './events-and-actions.ts';
import type { HeardMaster } from './heard-masters.ts';
import type { MasterWatch } from './master-watch.ts';
import type { Standing } from './standing.ts';
import type { InstanceFacts } from './tracking.ts';

/** What a snapshot is made of besides the configuration. */
export interface InstanceCondition {
  readonly standing: Standing;
  readonly facts: InstanceFacts;
  readonly watch: MasterWatch;
  readonly master: HeardMaster | undefined;
  readonly conflicts: readonly Conflicting[];
  readonly syncGroup: string | undefined;
  readonly groupWaitSince: Instant | undefined;
  readonly counters: VrrpCounters;
}

/** Copies what may change. */
export function instanceView(config: VrrpInstanceConfig, now: InstanceCondition): VrrpInstanceView {
  const { facts, master, standing, syncGroup, watch } = now;
  const { primaryAddress, effectivePriority, ifindex } = facts;
  return {
    name: config.name,
    state: standing.state,
    since: standing.since,
    reason: standing.reason,
    ...(standing.cause && { cause: standing.cause }),
    interface: facts.link?.name ?? config.interface,
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
      masterAddress: master.address,
      masterPriority: master.priority,
      lastAdvertisementAt: master.at,
    }),
    conflicts: now.conflicts,
    ...(watch.preemptNotBefore !== undefined && { preemptNotBefore: watch.preemptNotBefore }),
    ...(primaryAddress !== undefined && { primaryAddress }),
    addresses: config.addresses,
    excludedAddresses: config.excludedAddresses,
    ...(syncGroup !== undefined && { syncGroup }),
    ...(now.groupWaitSince !== undefined && { groupWaitSince: now.groupWaitSince }),
    trackers: facts.trackers,
    garpDelay: config.announce.delay,
    counters: { ...now.counters },
  };
}
