/**
 * The takeover of one instance, with all that has a say in it. A takeover that is held is asked again whenever what
 * holds it may have changed; no further down interval passes then.
 */
import { ipFamily } from '../base/address.ts';
import { elapsed, type Instant } from '../base/time.ts';
import { type SaidRouter, witnessVerdict } from '../model/takeover.ts';
import { heardWhen } from './as-master.ts';
import type { Takeover } from './heard-masters.ts';
import type { Instance } from './instance.ts';
import { wantMaster } from './instance-states.ts';
import { masterByHeartbeat, takeoverHold, takeoverReason } from './takeover-gate.ts';
import type { HeldTakeover, TakeoverHold } from './takeover-hold.ts';

/** The down timer has run out, or what holds the takeover may have changed: it becomes Master, or goes on waiting. */
export function tryTakeover(one: Instance): void {
  const { config, now, takeover } = one;
  const master = one.masters.last?.address;
  const hold = takeoverHold(config, one.masters.takeover(now), master, takeover);
  if (hold !== undefined) {
    one.wish.end();
    holdTakeover(one, hold, now);
    return;
  }
  releaseTakeover(one, 'takes-over');
  wantMaster(one, () => why(one));
}

function why({ config, masters, now, takeover }: Instance): Takeover {
  return takeoverReason(config, masters.takeover(now), masters.last?.address, takeover);
}

/** What peers or witnesses say has changed, or the configuration. */
export function takeoverChanged(one: Instance): void {
  if (one.state === 'BACKUP' && (one.heldTakeover !== undefined || one.wish.isWaiting)) {
    tryTakeover(one);
  } else if (one.state === 'MASTER') {
    hearMasterByHeartbeat(one);
  }
}

/** A held takeover is over; without one nothing happens. */
export function releaseTakeover(one: Instance, outcome: 'takes-over' | 'master-heard'): void {
  const held = one.heldTakeover;
  if (held === undefined) return;
  one.heldTakeover = undefined;
  const { hold, since } = held;
  one.notice({ id: 'vrrp.takeoverReleased', outcome, hold, held: elapsed(since, one.now) });
}

/** What the heartbeat of this host says of an instance. */
export function saidRouter({ config, facts, fault, standing, takeover }: Instance): SaidRouter {
  const { family, vrid, addresses, takeoverWitness } = config;
  const virtual = addresses.find(({ address }) => ipFamily(address) === family)?.address;
  const witness = takeoverWitness === undefined ? undefined : takeover.witness(takeoverWitness);
  return {
    family,
    vrid,
    state: standing.state,
    priority: facts.effectivePriority,
    since: standing.since,
    isSound: fault === undefined && facts.link?.up === true,
    hasWitnesses:
      takeoverWitness === undefined ||
      (witness !== undefined && witnessVerdict(witness) !== 'too-few'),
    ...(facts.primaryAddress !== undefined && { source: facts.primaryAddress }),
    ...(virtual !== undefined && { virtual }),
  };
}

function holdTakeover(one: Instance, hold: TakeoverHold, now: Instant): void {
  const before = one.heldTakeover;
  const held: HeldTakeover = { since: before?.since ?? now, hold };
  one.heldTakeover = held;
  const isSame =
    before?.hold.kind === hold.kind &&
    (hold.kind === 'heartbeat' ||
      (before.hold.kind === 'witness' && before.hold.isAwaited === hold.isAwaited));
  if (isSame) return;
  const unheard = one.masters.last && elapsed(one.masters.last.at, now);
  one.notice({
    id: 'vrrp.takeoverHeld',
    hold,
    ...(hold.kind === 'heartbeat' && unheard !== undefined && { unheard }),
  });
}

/** A peer says that it is MASTER too: one of the two does not hear the other. */
function hearMasterByHeartbeat(one: Instance): void {
  const found = masterByHeartbeat(one.config, one.masters.last?.address, one.takeover);
  if (found === undefined) return;
  const { peer, router } = found;
  const rival = { address: router.source ?? peer, priority: router.priority };
  one.conflict.said(rival, heardWhen(one, one.now), one.out);
}
