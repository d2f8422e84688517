/** The snapshot of one instance, for status and metrics. */
import type { VrrpInstanceView } from './events-and-actions.ts';
import type { Instance } from './instance.ts';

/** Copies what may change. */
export function instanceView(one: Instance): VrrpInstanceView {
  const { config, facts, standing, watch } = one;
  const master = one.masters.last;
  const syncGroup = one.membership.group;
  const groupWaitSince = one.wish.longSince;
  const { heldTakeover: takeoverHeld } = one;
  const { primaryAddress, effectivePriority, ifindex } = facts;
  return {
    name: config.name,
    state: standing.state,
    since: standing.since,
    reason: standing.reason,
    ...(standing.cause && { cause: standing.cause }),
    interface: facts.base?.name ?? config.interface,
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
    conflicts: one.conflict.view,
    ...(one.conflict.rivalAt !== undefined && { rivalAt: one.conflict.rivalAt }),
    ...(watch.preemptNotBefore !== undefined && { preemptNotBefore: watch.preemptNotBefore }),
    ...(primaryAddress !== undefined && { primaryAddress }),
    addresses: config.addresses,
    excludedAddresses: config.excludedAddresses,
    ...(syncGroup !== undefined && { syncGroup }),
    ...(groupWaitSince !== undefined && { groupWaitSince }),
    ...(takeoverHeld && { takeoverHeld }),
    trackers: facts.trackers,
    garpDelay: config.announce.delay,
    counters: { ...one.counters },
  };
}
