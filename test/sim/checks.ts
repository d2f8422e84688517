/** What must hold at every step of a run, and what must have come true some time after healing. */

import { allAddresses } from '../../src/core/vrrp/address-keeper.ts';
import type { TransitionReason, VrrpState } from '../../src/core/vrrp/events-and-actions.ts';
import { AH_LENGTH } from '../../src/core/wire/vrrp-ah.ts';
import { describeAction, toText } from '../support/vrrp-bench.ts';
import type { Cluster } from './cluster.ts';
import type { Batch, Director } from './director.ts';

/** A broken promise. */
export class Violation extends Error {
  override readonly name: string = 'Violation';
}

/** A Master that was displaced leaves without a word: the better one is there already. */
const DISPLACED: ReadonlySet<TransitionReason> = new Set<TransitionReason>([
  'higher-priority',
  'equal-priority-higher-address',
  'late-deadline',
]);

/** Advertisements leave in MASTER only, but for one farewell on the way out. */
export function checkBatch({ director, at, before, actions }: Batch): void {
  const states = new Map<string, VrrpState>(before);
  for (const [i, action] of actions.entries()) {
    if (action.type === 'transition') {
      const state = states.get(action.instance) ?? 'INIT';
      if (action.from !== state) {
        throw new Violation(`${director.name} ${describeAction(action)} but was ${state}`);
      }
      states.set(action.instance, action.to);
    }
    if (action.type !== 'sendAdvertisement') continue;
    const next = actions
      .slice(i)
      .find((other) => other.type === 'transition' && other.instance === action.instance);
    const state = states.get(action.instance);
    const becomes = next?.type === 'transition' ? next.to : state;
    const isFarewell = action.message[action.protocol === 51 ? AH_LENGTH + 2 : 2] === 0;
    const isDisplaced = next?.type === 'transition' && DISPLACED.has(next.reason);
    const isRight = isFarewell
      ? state === 'MASTER' && becomes !== 'MASTER' && !isDisplaced
      : state === 'MASTER' || becomes === 'MASTER';
    if (isRight) continue;
    const what = `${director.name} ${describeAction(action)} in ${state}`;
    throw new Violation(`${toText(at)} ${what} (then ${becomes})`);
  }
  checkSync(director);
  checkAddresses(director);
}

/** Members of a sync group agree. */
function checkSync(director: Director): void {
  const states = director.states();
  for (const { name, members } of director.config.syncGroups) {
    const distinct = new Set(members.map((member) => states.get(member)));
    if (distinct.size > 1) {
      throw new Violation(`${director.name}: members of ${name} are ${[...distinct].join(', ')}`);
    }
  }
}

/** A host holds no address of an instance that is not Master there. */
function checkAddresses(director: Director): void {
  const states = director.states();
  const wanted = new Set<string>();
  for (const config of director.config.instances) {
    if (states.get(config.name) !== 'MASTER') continue;
    for (const one of allAddresses(config)) wanted.add(`${one.interface} ${one.address}`);
  }
  for (const key of director.held) {
    if (!wanted.has(key)) throw new Violation(`${director.name} holds ${key} without being Master`);
  }
}

/** Never two Masters, for longer than it takes to hear each other, among routers that do. */
export function checkMasters(cluster: Cluster): void {
  const settle = settleTime(cluster);
  const awake = cluster.directors.filter(({ isAwake }) => isAwake);
  const views = new Map(awake.map((one) => [one, one.router?.view().instances ?? []]));
  for (const [i, a] of awake.entries()) {
    for (const b of awake.slice(i + 1)) {
      for (const mine of views.get(a) ?? []) {
        const theirs = views.get(b)?.find(({ name }) => name === mine.name);
        if (mine.state !== 'MASTER' || theirs?.state !== 'MASTER') continue;
        const segment = a.interfaces.find(({ name }) => name === mine.interface)?.segment;
        const hearing = segment?.hearingSince(a.name, b.name);
        if (hearing === undefined) continue;
        const since = Math.max(a.inClusterTime(mine.since), b.inClusterTime(theirs.since), hearing);
        if (cluster.queue.now - since <= settle) continue;
        throw new Violation(`${mine.name}: ${a.name} and ${b.name} are Master since ${since}`);
      }
    }
  }
}

/** The time within which two Masters that hear each other must have become one. */
function settleTime(cluster: Cluster): number {
  // The next advertisement of either decides; the AH's numbers may cost one more exchange.
  return 2 * cluster.interval + 50_000;
}

/** The time after healing within which the right Master must be there. */
export function livenessBound(cluster: Cluster): number {
  // A full down interval, one late timer doubted, one conflict, a preemption delay, some latency.
  return 9 * cluster.interval + cluster.plan.preemptDelayS * 1e6 + 500_000;
}

/** Exactly one Master of each instance, the right one, which alone holds the addresses. */
export function checkHealed(cluster: Cluster): void {
  for (const name of ['VI_1', 'VI_2', 'VI_3']) {
    const masters = cluster.masters(name);
    if (masters.length !== 1) throw new Violation(`${name}: Masters after healing: "${masters}"`);
    for (const director of cluster.directors) {
      checkRole(cluster, director, name, masters === director.name);
    }
  }
}

function checkRole(cluster: Cluster, director: Director, name: string, isMaster: boolean): void {
  const view = director.router?.view().instances.find((one) => one.name === name);
  if (view === undefined) throw new Violation(`${director.name} does not run ${name}`);
  if (!isMaster && view.state !== 'BACKUP') {
    throw new Violation(`${director.name} ${name} is ${view.state} after healing`);
  }
  for (const { address, interface: device } of view.addresses) {
    if (director.held.has(`${device} ${address}`) !== isMaster) {
      throw new Violation(`${director.name} ${name}: ${address} held: ${!isMaster}`);
    }
  }
  const best = Math.max(
    ...cluster.directors.map((other) => {
      const found = other.router?.view().instances.find((one) => one.name === name);
      return found?.effectivePriority ?? 0;
    }),
  );
  if (isMaster && cluster.plan.preempt && view.effectivePriority !== best) {
    throw new Violation(`${name}: Master is ${director.name} with ${view.effectivePriority}`);
  }
}
