/**
 * What a reload does to masterships. The rules are those of the router (`../../vrrp/router.ts`,
 * `instance-states.ts`, `sync-group.ts`): an instance that is removed or restarts resigns, a group that is no longer
 * united steps down, and a change in place takes part in the next election. What other routers do depends on
 * their configuration, which is not known here: then mastership "may move", with the condition as reason.
 */

import { equalData } from '../base/equal-data.ts';
import { tenthsText } from '../base/span-text.ts';
import type { Config, SyncGroupConfig, VrrpInstanceConfig } from '../model/config.ts';
import { membersWithTrackers } from '../vrrp/group-trackers.ts';
import { matchInstances, reloadVerdict } from '../vrrp/reload.ts';
import { configuredDownInterval } from '../wire/intervals.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { InstanceMastership, Outcome, RunningFacts, RunningInstance } from './config-plan.ts';
import { missingInterfaces, missingReason, outcomeInPlace } from './mastership-in-place.ts';

type State = InstanceMastership['state'];

/** All instances whose mastership moves or may move; removed ones first. */
export function predictMastership(
  runningConfig: Config,
  nextConfig: Config,
  facts: RunningFacts,
): InstanceMastership[] {
  const [running, next] = [withTrackersOfGroups(runningConfig), withTrackersOfGroups(nextConfig)];
  const before = matchInstances(running.vrrpInstances, next.vrrpInstances);
  const after = new Map(next.vrrpInstances.map((one) => [one.name, one]));
  const factsOf = (name: string): RunningInstance | undefined => {
    const old = before.get(name);
    return old && facts.vrrp?.get(old.name);
  };
  const stateOf = (name: string): State =>
    before.has(name) ? (factsOf(name)?.state ?? 'UNKNOWN') : 'INIT';
  const gone: InstanceMastership[] = [];
  const followed = new Set(Array.from(before.values(), ({ name }) => name));
  for (const { name } of running.vrrpInstances) {
    if (followed.has(name)) continue;
    const state = facts.vrrp?.get(name)?.state ?? 'UNKNOWN';
    gone.push(...mastership(name, state, ifMaster(state, 'it is removed and resigns')));
  }
  const found = new Map<string, Outcome[]>();
  const add = (name: string, outcomes: readonly Outcome[]): void => {
    found.set(name, [...(found.get(name) ?? []), ...outcomes]);
  };
  const { interfaces } = facts;
  const missingOf = (config: VrrpInstanceConfig): readonly string[] =>
    missingInterfaces(config, interfaces);
  const failing = new Set(
    next.vrrpInstances.flatMap((one) => (missingOf(one).length > 0 ? [one.name] : [])),
  );
  const groups = next.syncGroups.map(
    (group) => new GroupOutlook(group, { before, after, stateOf, failing }),
  );
  for (const [name, config] of after) {
    const old = before.get(name);
    if (old === undefined) continue;
    const group = groups.find((one) => one.has(name));
    if (reloadVerdict(old, config) === 'restart') {
      const missing = missingOf(config);
      const reason =
        missing.length > 0
          ? `it restarts as another virtual router and resigns; ${missingReason(missing)}`
          : restartReason(config, group);
      add(name, ifMaster(stateOf(name), reason));
    } else if (!equalData(old, config)) {
      add(name, outcomeInPlace({ before: old, after: config, running: factsOf(name), interfaces }));
    }
  }
  const wasGrouped = new Map(running.syncGroups.map((one) => [one.name, one]));
  for (const group of groups) {
    const isSame = equalData(wasGrouped.get(group.config.name), group.config);
    for (const [name, outcomes] of group.stepsDown(isSame)) add(name, outcomes);
  }
  return [
    ...gone,
    ...Array.from(found).flatMap(([name, outcomes]) => mastership(name, stateOf(name), outcomes)),
  ];
}

/** What a group tracks counts for each of its members. */
function withTrackersOfGroups(config: Config): Config {
  const vrrpInstances = membersWithTrackers(config.vrrpInstances, config.syncGroups);
  return { ...config, vrrpInstances };
}

/** Nothing where nothing may move. */
function mastership(
  instance: string,
  state: State,
  outcomes: readonly Outcome[],
): readonly InstanceMastership[] {
  if (outcomes.length === 0) return [];
  const isCertain = outcomes.some(({ verdict }) => verdict === 'moves');
  const reasons = outcomes.map(({ reason }) => reason);
  return [{ instance, state, verdict: isCertain ? 'moves' : 'may-move', reasons }];
}

/** Certain for a master, conditional where the state is not known, nothing for others. */
function ifMaster(state: State, reason: string): Outcome[] {
  if (state === 'MASTER') return [{ verdict: 'moves', reason }];
  return state === 'UNKNOWN' ? [{ verdict: 'may-move', reason: `if it is master: ${reason}` }] : [];
}

function restartReason(config: VrrpInstanceConfig, group: GroupOutlook | undefined): string {
  const resigns = 'it restarts as another virtual router and resigns';
  if (group?.isMasterWithout === true) {
    return `${resigns}; its sync group, which is master, takes it along at once`;
  }
  if (group === undefined && config.priority === OWNER_PRIORITY) {
    return `${resigns}; as address owner it is master again at once`;
  }
  return `${resigns}; then it listens for ${tenthsText(configuredDownInterval(config))} as backup`;
}

/** What the outlook of a group depends on. */
interface GroupFacts {
  readonly before: ReadonlyMap<string, VrrpInstanceConfig>;
  readonly after: ReadonlyMap<string, VrrpInstanceConfig>;
  readonly stateOf: (name: string) => State;
  /** Instances that lack an interface on this host. */
  readonly failing: ReadonlySet<string>;
}

/** What a new configuration makes of one sync group. */
class GroupOutlook {
  readonly config: SyncGroupConfig;
  /** Members that keep their machine, with their states. */
  readonly #kept: readonly (readonly [string, State])[];
  readonly #fresh: readonly string[];
  /** Members that will be in FAULT, and the group with them. */
  readonly #failing: readonly string[];

  constructor(config: SyncGroupConfig, { before, after, stateOf, failing }: GroupFacts) {
    this.config = config;
    const members = config.members.filter((name) => after.has(name));
    const isKept = (name: string): boolean => {
      const [old, next] = [before.get(name), after.get(name)];
      return old !== undefined && next !== undefined && reloadVerdict(old, next) !== 'restart';
    };
    this.#kept = members.filter(isKept).map((name) => [name, stateOf(name)] as const);
    this.#fresh = members.filter((name) => !isKept(name));
    this.#failing = members.filter((name) => failing.has(name));
  }

  has(name: string): boolean {
    return this.config.members.includes(name);
  }

  /** All members that keep their machine are master: fresh ones are taken along. */
  get isMasterWithout(): boolean {
    if (this.#failing.length > 0) return false;
    return this.#kept.length > 0 && this.#kept.every(([, state]) => state === 'MASTER');
  }

  /** Masters of a group that is not united after the reload. */
  stepsDown(isSame: boolean): readonly (readonly [string, Outcome[]])[] {
    if (this.isMasterWithout) return [];
    const masters = this.#kept.filter(([, state]) => state === 'MASTER');
    const [failing] = this.#failing;
    if (failing !== undefined) {
      const reason = `it steps down: ${failing} of sync group ${this.config.name} enters FAULT`;
      return masters.flatMap(([name]) =>
        name === failing ? [] : [[name, [{ verdict: 'moves', reason }]] as const],
      );
    }
    const others = this.#kept.filter(([, state]) => state !== 'MASTER' && state !== 'UNKNOWN');
    const unknown = this.#kept.filter(([, state]) => state === 'UNKNOWN');
    if (masters.length > 0 && others.length + unknown.length > 0) {
      const reason = `it steps down: not all members of sync group ${this.config.name} are master`;
      return masters.map(([name]) => [name, [{ verdict: 'moves', reason }]] as const);
    }
    if (isSame || unknown.length === 0 || this.#kept.length + this.#fresh.length < 2) return [];
    const reason = `if not all old members of sync group ${this.config.name} are master, those that are step down`;
    return unknown.map(([name]) => [name, [{ verdict: 'may-move', reason }]] as const);
  }
}
