/**
 * What a change in place means for the mastership of one instance: who wins the next election, and who still
 * understands whom until the other routers have changed too.
 */

import { equalData } from '../base/equal-data.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { TrackerConfig } from '../model/tracking.ts';
import { clampPriority, OWNER_PRIORITY, PRIORITY_MAX, PRIORITY_MIN } from '../wire/protocol.ts';
import type { Outcome, RunningInstance } from './config-plan.ts';
import { understanding } from './understanding.ts';

/** An instance before and after, and how it runs; unknown where nobody could be asked. */
export interface InPlaceChange {
  readonly before: VrrpInstanceConfig;
  readonly after: VrrpInstanceConfig;
  readonly running: RunningInstance | undefined;
  /** Of this host; absent = unknown. */
  readonly interfaces?: ReadonlySet<string> | undefined;
}

/** The interfaces without which an instance is in FAULT. */
export function neededInterfaces(config: VrrpInstanceConfig): ReadonlySet<string> {
  const { trackInterfaces, addresses, excludedAddresses } = config;
  const needed = new Set([
    config.interface,
    ...trackInterfaces.filter(isNeeded).map(({ name }) => name),
    ...[...addresses, ...excludedAddresses].map((one) => one.interface),
  ]);
  // A unicast instance may have none.
  needed.delete('');
  return needed;
}

/** Without a weight it is a fault while it is down; with `reverse` while it is up. */
function isNeeded({ weight, reverse }: Pick<TrackerConfig, 'weight' | 'reverse'>): boolean {
  return weight === 0 && reverse !== true;
}

/** Those of them that the host lacks; empty where its interfaces are not known. */
export function missingInterfaces(
  config: VrrpInstanceConfig,
  interfaces: ReadonlySet<string> | undefined,
): readonly string[] {
  if (interfaces === undefined) return [];
  return [...neededInterfaces(config)].filter((name) => !interfaces.has(name));
}

/** Why an instance enters FAULT. */
export function missingReason(names: readonly string[]): string {
  const verb = names.length === 1 ? 'does' : 'do';
  return `it enters FAULT: ${names.join(', ')} ${verb} not exist on this host`;
}

/** All that may move the mastership; nothing for an instance that takes no part now. */
export function outcomeInPlace(change: InPlaceChange): Outcome[] {
  switch (change.running?.state) {
    case 'MASTER':
      return [...priorityOfMaster(change), ...understanding(change), ...newFaults(change)];
    case 'BACKUP':
      return [...takeover(change), ...releasedHold(change), ...understanding(change)];
    case undefined:
      return [...priorityUnknown(change), ...understanding(change), ...newFaults(change)];
    case 'FAULT':
      return endedFaults(change);
    default:
      return [];
  }
}

/** The least and the greatest priority that an instance may have after the change. */
interface Span {
  readonly low: number;
  readonly high: number;
}

/**
 * While the same trackers have the same weights they add what they add now; others may add all or nothing.
 * A priority at a limit of its range does not tell what they add.
 */
function nextPriority({ before, after, running }: InPlaceChange): Span {
  if (after.priority === OWNER_PRIORITY) return { low: OWNER_PRIORITY, high: OWNER_PRIORITY };
  const weights = weightsOf(after);
  const isKnown =
    running !== undefined &&
    running.effectivePriority > PRIORITY_MIN &&
    running.effectivePriority < PRIORITY_MAX &&
    equalData(weightsOf(before), weights);
  if (isKnown || weights.length === 0) {
    const added =
      isKnown && running !== undefined ? running.effectivePriority - before.priority : 0;
    return {
      low: clampPriority(after.priority + added),
      high: clampPriority(after.priority + added),
    };
  }
  const sum = (end: 'low' | 'high'): number =>
    clampPriority(weights.reduce((total, weight) => total + weight[end], after.priority));
  return { low: sum('low'), high: sum('high') };
}

/** What a tracker with a weight may take from a priority and add to it. */
interface Weight extends Span {
  readonly tracker: string;
}

/** A file may hold any number, and none adds more than this. */
const FILE_MOST = 253;

function weightsOf({ trackInterfaces, trackers = [] }: VrrpInstanceConfig): readonly Weight[] {
  const all = [...trackInterfaces.map((one) => ({ ...one, kind: 'interface' })), ...trackers];
  return all.flatMap(({ kind, name, weight, reverse }): readonly Weight[] => {
    if (weight === 0) return [];
    const tracker = `${kind} ${name}`;
    if (kind === 'file') return [{ tracker, low: -FILE_MOST, high: FILE_MOST }];
    const most = reverse === true ? -weight : weight;
    return [{ tracker, low: Math.min(0, most), high: Math.max(0, most) }];
  });
}

function priorityOfMaster(change: InPlaceChange): Outcome[] {
  const now = change.running?.effectivePriority ?? change.before.priority;
  const { low } = nextPriority(change);
  return low < now ? [may(`a backup with a priority above ${low} takes over`)] : [];
}

function priorityUnknown({ before, after }: InPlaceChange): Outcome[] {
  if (after.priority < before.priority) {
    return [may(`if it is master: a backup with a priority above ${after.priority} takes over`)];
  }
  const isEager = after.priority > before.priority || (after.preempt && !before.preempt);
  return isEager && mayPreempt(after)
    ? [may(`if it is backup: it takes over from a master with a priority below ${after.priority}`)]
    : [];
}

/** A backup with the higher priority no longer lets the master keep it quiet. */
function takeover(change: InPlaceChange): Outcome[] {
  const { before, after, running } = change;
  const { low, high } = nextPriority(change);
  const now = running?.effectivePriority;
  const isChanged = low !== now || high !== now || before.preempt !== after.preempt;
  if (running === undefined || !isChanged || !mayPreempt(after)) return [];
  const { masterPriority, masterAddress } = running;
  const isOwner = low === OWNER_PRIORITY;
  if (masterPriority === undefined) {
    return high > running.effectivePriority
      ? [may(`it takes over from a master with a priority below ${high}`)]
      : [];
  }
  if (high <= masterPriority && !isOwner) return [];
  const later = after.preemptDelay > 0 && !isOwner ? ' after its preempt_delay' : '';
  const reason = `with priority ${high} it takes over from ${masterAddress ?? 'the master'}, which has ${masterPriority}${later}`;
  return [low > masterPriority || isOwner ? { verdict: 'moves', reason } : may(reason)];
}

/** What holds its takeover has no say any more. */
function releasedHold({ after, running }: InPlaceChange): Outcome[] {
  const heldBy = running?.heldBy;
  if (heldBy === undefined) return [];
  const { kind, name } = heldBy;
  const isHeld =
    kind === 'heartbeat'
      ? after.takeoverHeartbeat?.name === name && after.takeoverHeartbeat.mode === 'veto'
      : after.takeoverWitness === name;
  if (isHeld) return [];
  return [may(`${kind} ${name} holds its takeover now and has no say any more: it becomes master`)];
}

function mayPreempt(config: VrrpInstanceConfig): boolean {
  return config.preempt || config.priority === OWNER_PRIORITY;
}

/** What would put a master into FAULT. */
function newFaults(change: InPlaceChange): Outcome[] {
  const { before, after, running, interfaces } = change;
  const old = neededInterfaces(before);
  const missing = missingInterfaces(after, interfaces).filter((name) => !old.has(name));
  if (missing.length > 0 && running !== undefined) {
    return [{ verdict: 'moves', reason: missingReason(missing) }];
  }
  if (missing.length > 0) return [may(`if it is master: ${missingReason(missing)}`)];
  return [...newDownFaults(before, after), ...newTrackerFaults(before, after)];
}

/** Scripts, processes, files and BFD sessions that are tracked without a weight from now on. */
function newTrackerFaults(before: VrrpInstanceConfig, after: VrrpInstanceConfig): Outcome[] {
  const old = trackedForFault(before);
  return [...trackedForFault(after)]
    .filter((tracker) => !old.has(tracker))
    .map((tracker) => may(`if ${tracker} is not well, it enters FAULT`));
}

/** The same that are not tracked any more: one of them may be the reason for which it takes no part. */
function endedFaults({ before, after }: InPlaceChange): Outcome[] {
  const next = trackedForFault(after);
  const ended = [...trackedForFault(before)].filter((tracker) => !next.has(tracker));
  if (ended.length === 0 || !mayPreempt(after)) return [];
  return ended.map((tracker) =>
    may(
      `if ${tracker} is why it is in FAULT: it takes part again, and takes over from a master with a priority below ${after.priority}`,
    ),
  );
}

/** What an instance tracks without a weight, by kind and name. */
function trackedForFault({ trackers = [] }: VrrpInstanceConfig): ReadonlySet<string> {
  const faults = trackers.filter(({ weight }) => weight === 0);
  return new Set(faults.map(({ kind, name }) => `${kind} ${name}`));
}

function newDownFaults(before: VrrpInstanceConfig, after: VrrpInstanceConfig): Outcome[] {
  const watched = (config: VrrpInstanceConfig): Set<string> =>
    new Set([
      ...config.trackInterfaces.filter(isNeeded).map(({ name }) => name),
      ...[...config.addresses, ...config.excludedAddresses]
        .map((one) => one.interface)
        .filter((name) => name !== config.interface),
      ...(config.ignoreOwnInterface ? [] : [config.interface]),
    ]);
  const old = watched(before);
  return [...watched(after)]
    .filter((name) => !old.has(name))
    .map((name) => may(`if ${name} is down, it enters FAULT`));
}

function may(reason: string): Outcome {
  return { verdict: 'may-move', reason };
}
