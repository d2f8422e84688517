/**
 * What a change in place means for the mastership of one instance: who wins the next election, and who still
 * understands whom until the other routers have changed too.
 */
import { equalData } from '../../vrrp/reload.ts';
import { OWNER_PRIORITY } from '../../wire/protocol.ts';
import type { VrrpInstanceConfig } from '../model.ts';
import type { Outcome, RunningInstance } from './types.ts';

/** An instance before and after, and how it runs; unknown where nobody could be asked. */
export interface InPlaceChange {
  readonly before: VrrpInstanceConfig;
  readonly after: VrrpInstanceConfig;
  readonly running: RunningInstance | undefined;
}

/** All that may move the mastership; nothing for an instance that takes no part now. */
export function outcomeInPlace(change: InPlaceChange): Outcome[] {
  switch (change.running?.state) {
    case 'MASTER':
      return [...priorityOfMaster(change), ...understanding(change), ...newFaults(change)];
    case 'BACKUP':
      return [...takeover(change), ...understanding(change)];
    case undefined:
      return [...priorityUnknown(change), ...understanding(change), ...newFaults(change)];
    default:
      return [];
  }
}

/** The priority after the change, if the trackers stay as they are; exact for an owner. */
function nextPriority({ before, after, running }: InPlaceChange): number {
  if (after.priority === OWNER_PRIORITY) return OWNER_PRIORITY;
  if (running === undefined || before.priority === OWNER_PRIORITY) return after.priority;
  const weights = running.effectivePriority - before.priority;
  return Math.max(1, Math.min(OWNER_PRIORITY - 1, after.priority + weights));
}

function priorityOfMaster(change: InPlaceChange): Outcome[] {
  const now = change.running?.effectivePriority ?? change.before.priority;
  const next = nextPriority(change);
  const isLower = next < now;
  const trackers = equalData(change.before.trackInterfaces, change.after.trackInterfaces)
    ? []
    : [may('what it tracks changes its priority, and with it the next election')];
  return isLower
    ? [may(`a backup with a priority above ${next} takes over`), ...trackers]
    : trackers;
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
  const next = nextPriority(change);
  const isChanged = next !== running?.effectivePriority || before.preempt !== after.preempt;
  if (running === undefined || !isChanged || !mayPreempt(after)) return [];
  const { masterPriority, masterAddress } = running;
  if (masterPriority === undefined) {
    return next > running.effectivePriority
      ? [may(`it takes over from a master with a priority below ${next}`)]
      : [];
  }
  if (next <= masterPriority && next !== OWNER_PRIORITY) return [];
  const from = masterAddress === undefined ? 'the master' : masterAddress;
  const later = after.preemptDelay > 0 && next !== OWNER_PRIORITY ? ' after its preempt_delay' : '';
  return [
    {
      verdict: 'moves',
      reason: `with priority ${next} it takes over from ${from}, which has ${masterPriority}${later}`,
    },
  ];
}

function mayPreempt(config: VrrpInstanceConfig): boolean {
  return config.preempt || config.priority === OWNER_PRIORITY;
}

/** Changes that all routers have to make: until then each side drops what the other sends. */
function understanding({ before, after }: InPlaceChange): Outcome[] {
  const apart =
    'until the other routers have it too, each side drops what the other sends and both are master';
  const outcomes: Outcome[] = [];
  const check = (differs: boolean, what: string): void => {
    if (differs) outcomes.push(may(`${what}: ${apart}`));
  };
  check(
    after.version === 2 && before.advertInterval !== after.advertInterval,
    'advert_int in version 2',
  );
  check(!equalData(before.authentication, after.authentication), 'authentication');
  check(
    after.version === 3 && before.checksumWithoutPseudoHeader !== after.checksumWithoutPseudoHeader,
    'v3_checksum_as_v2',
  );
  return [...outcomes, ...peers(before, after)];
}

function peers(before: VrrpInstanceConfig, after: VrrpInstanceConfig): Outcome[] {
  const left = before.unicastPeers.filter(
    ({ address }) => !after.unicastPeers.some((peer) => peer.address === address),
  );
  const outcomes = left.map(({ address }) =>
    may(
      `peer ${address} no longer hears this router: it becomes master too if it keeps the instance`,
    ),
  );
  const isStricter =
    after.checkUnicastSource &&
    (!before.checkUnicastSource || !equalData(before.unicastPeers, after.unicastPeers));
  if (isStricter)
    outcomes.push(may('check_unicast_src: a master that is not a listed peer is no longer heard'));
  const isMoved = after.unicastPeers.length > 0 && before.sourceAddress !== after.sourceAddress;
  if (isMoved)
    outcomes.push(
      may('peers that check the source no longer hear this router until they list the new address'),
    );
  return outcomes;
}

/** What would put a master into FAULT. */
function newFaults({ before, after }: InPlaceChange): Outcome[] {
  const watched = (config: VrrpInstanceConfig): Set<string> =>
    new Set([
      ...config.trackInterfaces.flatMap(({ name, weight }) => (weight === 0 ? [name] : [])),
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
