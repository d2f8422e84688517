/**
 * What a Master makes of the advertisements of others (RFC 9568 section 6.4.3): it answers one that loses, yields
 * to one that wins, and speaks at once when another resigns.
 */
import { type IpAddress, ipBytes } from '../base/address.ts';
import { compareBytes } from '../base/bytes.ts';
import type { Instant } from '../base/time.ts';
import type { AcceptedAdvertisement } from './accepted-advertisement.ts';
import type { HeardWhen } from './conflict.ts';
import type { Rejection } from './counters.ts';
import type { PacketEvent } from './events-and-actions.ts';
import type { Instance } from './instance.ts';
import { enterBackup } from './instance-states.ts';
import type { InstanceFacts } from './tracking.ts';

/** An advertisement that arrived at `at`. */
export function hearAsMaster(
  one: Instance,
  advertisement: AcceptedAdvertisement,
  at: Instant,
): void {
  const outcome = outcomeAgainst(advertisement, one.facts);
  if (outcome === 'same') {
    one.notice({ id: 'vrrp.sameAddress', source: advertisement.source });
    one.conflict.same(advertisement, heardWhen(one, at), one.out);
  } else if (outcome === 'lower') {
    hearLower(one, advertisement, at);
  } else {
    if (one.config.answerHigherPriority) one.advertise();
    const { source: address, priority } = advertisement;
    const cause = { kind: 'router', address, priority } as const;
    enterBackup(one, { reason: outcome, cause }, { by: advertisement, at });
  }
}

/** A resignation: its sender's Backups hold an election, unless they hear us. */
export function hearResignationAsMaster(one: Instance, source: IpAddress, at: Instant): void {
  one.conflict.resigned(source, one.now, one.out);
  if (one.beat.isAnswered(at)) return;
  const due = one.answers.takeResignation(one.now, one.config.advertInterval);
  if (due <= one.now) one.advertiseNow();
  else one.beat.notLaterThan(due);
}

/** A packet that a check dropped: it tells of another Master all the same. */
export function hearDroppedAsMaster(
  one: Instance,
  packet: PacketEvent,
  rejection: Rejection,
): void {
  const difference = () => one.hearing.difference(packet, rejection, one.facts);
  one.conflict.dropped(packet, rejection, difference, heardWhen(one, packet.receivedAt), one.out);
}

function hearLower(one: Instance, advertisement: AcceptedAdvertisement, at: Instant): void {
  const { config, facts, now, out } = one;
  const { source: address, priority } = advertisement;
  if (one.beat.hasSleptThroughElection(config, facts, at)) {
    const cause = { kind: 'stall', silent: one.beat.silence(at), address, priority } as const;
    enterBackup(one, { reason: 'late-deadline', cause }, { by: advertisement, at });
    return;
  }
  const when = heardWhen(one, at);
  // RFC 9568 section 6.4.3 (745): answer at once. The beat of our own advertisements stays.
  const wantsAnswer = config.answerLowerPriority && !one.beat.isAnswered(at);
  if (wantsAnswer && one.answers.takeLower(now, config.advertInterval)) {
    one.advertise();
    one.beat.restartIfDue(now);
  }
  if (one.announcer.heardLower(address, at, now, out)) out.push({ type: 'lowerPriorityHeard' });
  one.notice({ id: 'vrrp.lowerPriorityHeard', source: address, priority });
  one.conflict.lost(advertisement, when, out);
}

/** Taken before anything is answered: what came after our last advertisement was sent in spite of it. */
export function heardWhen({ now, beat }: Instance, receivedAt: Instant): HeardWhen {
  return { at: Math.min(receivedAt, now) as Instant, now, advertisedAt: beat.advertisedAt };
}

// ---- who of two routers is the better Master (RFC 9568 sections 6.4.2 and 6.4.3)

/** What a router says of itself. */
export interface Claim {
  readonly priority: number;
  /** Primary address in network order. */
  readonly address: Uint8Array;
}

/** How another router's claim stands against ours. */
export type ClaimOutcome = 'higher-priority' | 'equal-priority-higher-address' | 'lower' | 'same';

/**
 * Compares another router's claim with ours, as a Master does: priority first, then the primary addresses
 * as unsigned integers. 'same' means equal in both, which two routers on one segment must never be.
 */
export function compareClaims(other: Claim, own: Claim): ClaimOutcome {
  if (other.priority !== own.priority) {
    return other.priority > own.priority ? 'higher-priority' : 'lower';
  }
  const order = compareBytes(other.address, own.address);
  if (order === 0) return 'same';
  return order > 0 ? 'equal-priority-higher-address' : 'lower';
}

/** How an advertisement compares with what we advertise ourselves. */
function outcomeAgainst(
  { priority, sourceBytes }: { readonly priority: number; readonly sourceBytes: Uint8Array },
  { effectivePriority, primaryAddress }: InstanceFacts,
): ClaimOutcome {
  const own = primaryAddress === undefined ? new Uint8Array(0) : ipBytes(primaryAddress);
  const theirs = { priority, address: sourceBytes };
  return compareClaims(theirs, { priority: effectivePriority, address: own });
}
