/** How messages of the children that wait for a supervisor that does not read become fewer: the newest state wins, reports are bounded. */
import { type TrackerFact, trackerKey } from '../../core/model/tracker-fact.ts';
import type { FromChild, FromHealth, FromRunner, FromVrrp } from './messages.ts';
import type { Merged, WaitingRules } from './outbox.ts';

/** Facts that wait in one message: a minute of a busy director. */
const FACTS_MAX = 1_000;

/** For the vrrp process. */
export const VRRP_WAITING: WaitingRules<FromVrrp> = {
  merge: mergeFromVrrp,
  mayBeLost,
  dropped: reportsDropped,
};

/** For the health process. */
export const HEALTH_WAITING: WaitingRules<FromHealth> = {
  merge: mergeFromHealth,
  mayBeLost,
  dropped: reportsDropped,
};

/** For the runner process. The end of a program is never left out: somebody waits for it. */
export const RUNNER_WAITING: WaitingRules<FromRunner> = {
  merge: mergeFromRunner,
  mayBeLost,
  dropped: reportsDropped,
};

function mergeFromVrrp(older: FromVrrp, newer: FromVrrp): Merged<FromVrrp> | undefined {
  if (older.type === 'facts' && newer.type === 'facts') {
    const { kept, dropped } = newest([...older.facts, ...newer.facts]);
    return { message: { type: 'facts', facts: kept }, dropped };
  }
  if (newer.type === 'views') return { message: newer, dropped: 0 };
  return mergeState(older, newer);
}

function mergeFromHealth(older: FromHealth, newer: FromHealth): Merged<FromHealth> | undefined {
  if (older.type === 'facts' && newer.type === 'facts') {
    const { kept, dropped } = newest([...older.facts, ...newer.facts]);
    return { message: { type: 'facts', facts: kept }, dropped };
  }
  if (older.type === 'views' && newer.type === 'views') {
    const views = new Map(older.virtualServers.map((view) => [view.key, view]));
    for (const view of newer.virtualServers) views.set(view.key, view);
    return { message: { type: 'views', virtualServers: [...views.values()] }, dropped: 0 };
  }
  if (older.type === 'repaired' && newer.type === 'repaired') {
    const operations = older.operations + newer.operations;
    const { kept, dropped } = newest([...older.repairs, ...newer.repairs]);
    return { message: { type: 'repaired', operations, repairs: kept }, dropped };
  }
  if (newer.type === 'preconditions') return { message: newer, dropped: 0 };
  return mergeTable(older, newer) ?? mergeState(older, newer);
}

/** What is known of the kernel's table. */
function mergeTable(older: FromHealth, newer: FromHealth): Merged<FromHealth> | undefined {
  if (older.type === 'ipvs' && newer.type === 'ipvs') {
    const owned = newer.owned ?? older.owned;
    return { message: { ...newer, ...(owned !== undefined && { owned }) }, dropped: 0 };
  }
  if (older.type === 'traffic' && newer.type === 'traffic') {
    if (newer.isComplete) return { message: newer, dropped: 0 };
    const traffic = newestByKey([...older.traffic, ...newer.traffic]);
    return { message: { ...older, traffic }, dropped: 0 };
  }
  if (older.type === 'programmed' && newer.type === 'programmed') {
    const services = newestByKey([...older.services, ...newer.services]);
    return { message: { type: 'programmed', services }, dropped: 0 };
  }
  return undefined;
}

function newestByKey<One extends { readonly serviceKey: string }>(all: readonly One[]): One[] {
  return [...new Map(all.map((one) => [one.serviceKey, one])).values()];
}

function mergeFromRunner(older: FromRunner, newer: FromRunner): Merged<FromRunner> | undefined {
  if (older.type === 'facts' && newer.type === 'facts') {
    const { kept, dropped } = newest([...older.facts, ...newer.facts]);
    return { message: { type: 'facts', facts: kept }, dropped };
  }
  if (older.type === 'trackers' && newer.type === 'trackers') {
    const facts = newer.isComplete ? newer.facts : newestOfEach([...older.facts, ...newer.facts]);
    const isComplete = older.isComplete || newer.isComplete;
    return { message: { type: 'trackers', facts, isComplete }, dropped: 0 };
  }
  if (older.type === 'running' && newer.type === 'running') return { message: newer, dropped: 0 };
  return mergeState(older, newer);
}

function newestOfEach(facts: readonly TrackerFact[]): readonly TrackerFact[] {
  return [...new Map(facts.map((fact) => [trackerKey(fact), fact])).values()];
}

/** True for a report that nothing waits for. */
function mayBeLost(message: { readonly type: string }): boolean {
  return message.type === 'trouble';
}

/** Says that reports were left out, because the supervisor did not read them. */
function reportsDropped(count: number): FromChild {
  const detail = `${count} reports were left out, because the main process did not read them`;
  return {
    type: 'trouble',
    trouble: { operation: 'report', errno: '', detail },
  };
}

/** Only a heartbeat is state among what all children say. */
function mergeState<Message extends { readonly type: string }>(
  older: Message,
  newer: Message,
): Merged<Message> | undefined {
  const isState = older.type === 'heartbeat' && newer.type === 'heartbeat';
  return isState ? { message: newer, dropped: 0 } : undefined;
}

function newest<Fact>(facts: readonly Fact[]): { kept: readonly Fact[]; dropped: number } {
  const dropped = Math.max(0, facts.length - FACTS_MAX);
  return { kept: facts.slice(dropped), dropped };
}
