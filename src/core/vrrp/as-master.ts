/**
 * What a Master makes of the advertisements of others (RFC 9568 section 6.4.3): it answers one that loses, yields
 * to one that wins, and speaks at once when another resigns.
 */
import type { IpAddress } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import type { HeardWhen } from './conflict.ts';
import type { Rejection } from './counters.ts';
import { outcomeAgainst } from './election.ts';
import type { Instance } from './instance.ts';
import { enterBackup } from './instance-states.ts';
import type { AcceptedAdvertisement, PacketEvent } from './reception.ts';

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
