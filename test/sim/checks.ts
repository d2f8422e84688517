/** What must hold at every step of a run, and what must have come true some time after healing. */

import { equalData } from '../../src/core/base/equal-data.ts';
import { entryText } from '../../src/core/holdings/routing-entry.ts';
import { entriesOf } from '../../src/core/holdings/routing-wishes.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import { allAddresses } from '../../src/core/vrrp/address-keeper.ts';
import type { TransitionReason, VrrpState } from '../../src/core/vrrp/events-and-actions.ts';
import { OWNER_PRIORITY } from '../../src/core/wire/protocol.ts';
import { AH_LENGTH } from '../../src/core/wire/vrrp-ah.ts';
import { describeAction, toText } from '../support/vrrp-bench.ts';
import { type Cluster, scriptInterval } from './cluster.ts';
import type { Batch, Director } from './director.ts';
import type { Fault, FaultKind } from './faults.ts';
import { accepts } from './keys.ts';
import { Violation } from './violation.ts';

/** A Master that was displaced leaves without a word: the better one is there already. */
const DISPLACED: ReadonlySet<TransitionReason> = new Set<TransitionReason>([
  'higher-priority',
  'equal-priority-higher-address',
  'late-deadline',
]);

/** Longest pause between two attempts to give an instance its addresses, with what else takes time, microseconds. */
const ADDRESS_PATIENCE = 45e6;

/** Faults behind which something waits before it is tried again. */
const PAUSED: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'refuseAddresses',
  'refuseSending',
  'refuseAnnouncements',
  'steal',
  'interfaceAway',
  'refuseRoutes',
  'stealRoute',
]);

/** From a clock that was set back until what is signed by it is newer than all before, seconds. */
const CLOCK_CATCHES_UP_US = 22e6;

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
    // One whose first advertisement was refused has claimed mastership, and takes that back.
    const hasClaimed = director.kernel.refuses.advertisement !== undefined;
    const isRight = isFarewell
      ? (state === 'MASTER' && becomes !== 'MASTER' && !isDisplaced) || hasClaimed
      : state === 'MASTER' || becomes === 'MASTER' || hasClaimed;
    if (isRight) continue;
    const what = `${director.name} ${describeAction(action)} in ${state}`;
    throw new Violation(`${toText(at)} ${what} (then ${becomes})`);
  }
  checkSync(director);
  checkAddresses(director);
  checkWitness(director, actions);
}

/** Nobody is promoted while too few of its witnesses answer, but for an owner and one that goes on. */
function checkWitness(director: Director, actions: Batch['actions']): void {
  if (director.isWitnessed) return;
  for (const action of actions) {
    if (action.type !== 'transition' || action.to !== 'MASTER' || action.reason === 'adopted')
      continue;
    const config = director.config.instances.find(({ name }) => name === action.instance);
    if (config?.takeoverWitness === undefined || config.priority === OWNER_PRIORITY) continue;
    throw new Violation(`${director.name} ${describeAction(action)} without witnesses`);
  }
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

/** A host holds no address of an instance that is not Master there, or is not configured. */
function checkAddresses(director: Director): void {
  const { held } = director;
  const { texts } = director.kernel.routes;
  if (held.size + texts.length === 0) return;
  const states = director.states();
  const wanted = new Set<string>();
  for (const config of director.config.instances) {
    if (states.get(config.name) !== 'MASTER') continue;
    for (const one of allAddresses(config)) wanted.add(`${one.interface} ${one.address}`);
    for (const entry of entriesOf(config)) wanted.add(entryText(entry));
  }
  for (const key of [...held, ...texts]) {
    if (!wanted.has(key)) throw new Violation(`${director.name} holds ${key} without being Master`);
  }
}

/** A Master holds its addresses, unless something has kept it from doing so a short time ago. */
export function checkHeld(cluster: Cluster): void {
  for (const director of cluster.directors) {
    if (!director.isAwake || cluster.queue.now - director.troubledAt < ADDRESS_PATIENCE) continue;
    for (const config of director.config.instances) {
      if (director.states().get(config.name) !== 'MASTER') continue;
      for (const { interface: device, address } of allAddresses(config)) {
        if (director.held.has(`${device} ${address}`)) continue;
        throw new Violation(`${director.name} ${config.name} is Master without ${address}`);
      }
      for (const entry of entriesOf(config)) {
        if (director.kernel.routes.texts.includes(entryText(entry))) continue;
        throw new Violation(
          `${director.name} ${config.name} is Master without ${entryText(entry)}`,
        );
      }
    }
  }
}

/** Never two Masters, for longer than it takes to hear each other, among routers that do. */
export function checkMasters(cluster: Cluster): void {
  const awake = cluster.directors.filter(({ isAwake }) => isAwake);
  for (const [i, a] of awake.entries()) {
    for (const mine of a.config.instances) {
      if (a.states().get(mine.name) !== 'MASTER') continue;
      for (const b of awake.slice(i + 1)) {
        const theirs = b.config.instances.find((one) => isSameRouter(one, mine));
        if (theirs === undefined || b.states().get(theirs.name) !== 'MASTER') continue;
        checkPair(cluster, [a, mine], [b, theirs]);
      }
    }
  }
}

type Side = readonly [Director, VrrpInstanceConfig];

function checkPair(cluster: Cluster, [a, mine]: Side, [b, theirs]: Side): void {
  if (!understand(mine, theirs) || !believe([a, mine], [b, theirs])) return;
  const segment = a.interfaces.find(({ name }) => name === mine.interface)?.segment;
  const hearing = segment?.hearingSince(a.name, b.name);
  if (hearing === undefined) return;
  const since = Math.max(
    a.since(mine.name),
    b.since(theirs.name),
    a.configuredAt,
    b.configuredAt,
    hearing,
    ...(mine.hmac === undefined ? [] : [a.wall.freshAt, b.wall.freshAt]),
  );
  if (cluster.queue.now - since <= settleTime(mine, theirs)) return;
  throw new Violation(
    `${mine.name}: ${a.name} and ${b.name} are Master since ${toText(since as Batch['at'])}`,
  );
}

/** The same virtual router on two hosts, whatever it is called. */
function isSameRouter(a: VrrpInstanceConfig, b: VrrpInstanceConfig): boolean {
  return a.vrid === b.vrid && a.family === b.family && a.interface === b.interface;
}

/** Whether the advertisements of one are accepted by the other (RFC 3768 section 7.1, RFC 9568 section 7.1). */
function understand(a: VrrpInstanceConfig, b: VrrpInstanceConfig): boolean {
  if (a.version !== b.version || !equalData(a.authentication, b.authentication)) return false;
  if (a.version === 3) return true;
  const isSameList = equalData(addressesOf(a), addressesOf(b));
  return a.advertInterval === b.advertInterval && (isSameList || !(a.strict || b.strict));
}

/** Whether each takes in what the other signs. */
function believe([a, mine]: Side, [b, theirs]: Side): boolean {
  const off = (a.wall.error - b.wall.error) / 1e6;
  return accepts(mine, theirs, off) && accepts(theirs, mine, off);
}

function addressesOf({ addresses }: VrrpInstanceConfig): readonly string[] {
  return addresses.map(({ address }) => address);
}

/** The time within which two Masters that hear each other must have become one. */
function settleTime(a: VrrpInstanceConfig, b: VrrpInstanceConfig): number {
  // The next advertisement of either decides; the AH's numbers may cost one more exchange.
  return 2 * Math.max(a.advertInterval, b.advertInterval) + 50_000;
}

/** The time after healing within which the right Master must be there. */
export function livenessBound(cluster: Cluster, faults: readonly Fault[] = []): number {
  const { plan, interval } = cluster;
  const { downTimerAdverts = 3, startupDelayS = 0, preemptDelayS, trackers = [] } = plan;
  // A full down interval, one late timer doubted, one conflict, a preemption delay, some latency. What was learned from a
  // Master with a longer interval counts until it is heard again.
  const elections =
    (3 * (downTimerAdverts + 2) + 2) * interval + (preemptDelayS + startupDelayS) * 1e6;
  const results = trackers.length > 0 ? 5 * scriptInterval(interval) + 5e6 : 0;
  // What the kernel has refused is tried again after a pause that grows to half a minute.
  const pause = faults.some(({ kind }) => PAUSED.has(kind)) ? 32e6 : 0;
  const clocks = faults.some(({ kind }) => kind === 'setClock') ? CLOCK_CATCHES_UP_US : 0;
  return elections + results + pause + clocks + 1e6;
}

/** Exactly one Master of each instance, the right one, which alone holds the addresses. */
export function checkHealed(cluster: Cluster): void {
  for (const name of cluster.instances) {
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
  for (const { address, interface: device } of [...view.addresses, ...view.excludedAddresses]) {
    if (director.held.has(`${device} ${address}`) !== isMaster) {
      throw new Violation(`${director.name} ${name}: ${address} held: ${!isMaster}`);
    }
    const { segment } = director.interfaces.find((one) => one.name === device) ?? {};
    const router = `${view.family} ${view.vrid}`;
    // A packet whose number is used up says nothing of its sender.
    const isTold = isMaster && cluster.plan.authentication?.type !== 'AH';
    const misled = isTold ? segment?.misled(address, director.name, router) : undefined;
    if (misled !== undefined) {
      throw new Violation(`${name}: clients send to ${misled}, Master is ${director.name}`);
    }
  }
  const config = director.config.instances.find((one) => one.name === name);
  for (const entry of entriesOf(config ?? {})) {
    if (director.kernel.routes.texts.includes(entryText(entry)) !== isMaster) {
      throw new Violation(`${director.name} ${name}: ${entryText(entry)} held: ${!isMaster}`);
    }
  }
  for (const { tracker } of view.trackers) {
    const isWrong = 'fact' in tracker && tracker.fact !== undefined && !isWell(tracker.fact);
    if (isWrong) throw new Violation(`${director.name} ${name}: ${tracker.name} is not well`);
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

function isWell(fact: {
  readonly kind: string;
  readonly isUp?: boolean;
  readonly value?: number;
}): boolean {
  return fact.kind === 'file' ? fact.value === 0 : fact.isUp === true;
}
