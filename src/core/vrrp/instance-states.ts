/**
 * The states of one instance and the ways between them: Initialize, Backup and Master of RFC 9568 section 6.4 and
 * RFC 3768 section 6.4, and FAULT, keepalived's name for "cannot take part". Mastership of a member of a sync group
 * is decided by the group: here it only says that it wants it.
 */
import type { Instant } from '../base/time.ts';
import { RESIGN_PRIORITY } from '../wire/protocol.ts';
import type { AcceptedAdvertisement } from './accepted-advertisement.ts';
import type { TransitionReason, VrrpState } from './events-and-actions.ts';
import type { Takeover } from './heard-masters.ts';
import type { Instance } from './instance.ts';
import type { SendResult } from './send-watch.ts';

/** RFC 9568 section 6.4.1; also when a fault ends. What was learned is forgotten. */
export function startUp(one: Instance, why: Takeover): void {
  const { startsAsMaster, group } = one.membership;
  const owner: Takeover = { reason: 'owner' };
  if (startsAsMaster && group === undefined) {
    claimMaster(one, owner);
    return;
  }
  enterBackup(one, why);
  if (startsAsMaster) wantMaster(one, () => owner);
}

/** In FAULT only what is wrong changes. */
export function enterFault(one: Instance, { reason, cause }: Takeover): void {
  exit(one, { farewell: true });
  if (one.state === 'FAULT') {
    one.standing.restate(reason, cause);
    return;
  }
  if (one.state !== 'MASTER') one.setAddresses(false);
  transition(one, 'FAULT', { reason, ...(cause && { cause }) });
}

/** Back to Initialize: a Master resigns, and nothing is held or awaited any more. */
export function stop(one: Instance, reason: TransitionReason): void {
  if (one.state === 'INIT') return;
  exit(one, { farewell: true });
  one.timers.clearAll();
  transition(one, 'INIT', { reason });
}

/** Mastership is given away; silently by a member of a group that slept through an election, as the whole process did. */
export function stepDown(one: Instance, why: Takeover): void {
  const isAsleep = why.cause?.kind === 'member' && why.cause.reason === 'late-deadline';
  enterBackup(one, why, isAsleep ? 'silently' : undefined);
}

/**
 * Without `displaced` nothing is known of another Master, and a Master says farewell unless it goes silently; with it,
 * that one displaced us at `at`.
 */
export function enterBackup(
  one: Instance,
  why: Takeover,
  how?: 'silently' | { readonly by: AcceptedAdvertisement; readonly at: Instant },
): void {
  exit(one, { farewell: how === undefined });
  // Also at start-up: a crashed predecessor may have left its addresses behind.
  if (one.state !== 'MASTER') one.setAddresses(false);
  if (how === undefined || how === 'silently') {
    one.watch.start(one.now);
    one.masters.begin();
  } else {
    one.watch.startWith(how.by, how.at);
    one.masters.heard(how.by, how.at, true);
  }
  transition(one, 'BACKUP', why);
}

/** The down timer of a Backup has run out: it claims mastership, or asks its group; `why` is read when it is decided. */
export function wantMaster(one: Instance, why: () => Takeover): void {
  const { group } = one.membership;
  if (group === undefined) {
    claimMaster(one, why());
    return;
  }
  one.wish.begin(why, group, one.now, one.watch.masterDownInterval);
  one.out.push({ type: 'wantsMaster' });
}

/**
 * Order matters: the old Master must hear of us before our addresses appear (reference section 6). So
 * mastership begins when the first advertisement has left. One that was Master a moment ago goes on.
 */
export function claimMaster(one: Instance, why: Takeover): void {
  exit(one, { farewell: false });
  one.claim = why;
  one.advertise();
  if (why.reason === 'adopted') enterMaster(one, why);
}

/** What became of an advertisement: mastership begins with the first that left, and refusals may be a fault. */
export function advertisementSent(one: Instance, result: SendResult): void {
  one.sending.count(result);
  const { claim, config, facts, now } = one;
  const isClaim = claim !== undefined;
  if (!(isClaim || one.state === 'MASTER') || result.priority === RESIGN_PRIORITY) return;
  one.claim = undefined;
  const fault = one.sending.judge(result, { now, isClaim, config, facts });
  if (fault !== undefined) {
    enterFault(one, fault);
    one.out.push({ type: 'faultChanged' });
  } else if (isClaim) {
    enterMaster(one, claim);
  }
}

function enterMaster(one: Instance, why: Takeover): void {
  one.claim = undefined;
  one.beat.restart(one.now);
  one.setAddresses(true);
  one.announcer.becameMaster(why.reason === 'adopted', one.now, one.out);
  one.counters.becomeMaster += 1;
  transition(one, 'MASTER', why);
}

/** The exit actions of the present state; every transition runs them before its entry actions. */
function exit(one: Instance, how: { readonly farewell: boolean }): void {
  const { now, out } = one;
  const resign = (): void => one.beat.advertise(RESIGN_PRIORITY, one.facts, now, out);
  const isClaiming = one.claim !== undefined;
  one.watch.stop();
  one.wish.end();
  one.heldTakeover = undefined;
  one.claim = undefined;
  if (isClaiming && how.farewell) resign();
  if (one.state !== 'MASTER') return;
  one.timers.clear('adver');
  one.announcer.leftMaster();
  one.conflict.leftMaster(now, out);
  if (how.farewell) resign();
  one.setAddresses(false);
  one.counters.releaseMaster += 1;
}

function transition(one: Instance, to: VrrpState, { reason, cause }: Takeover): void {
  one.standing.enter({ instance: one.config.name, to, reason }, cause, one.now, one.out);
}
