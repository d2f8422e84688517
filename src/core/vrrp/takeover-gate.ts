/**
 * Whether a Backup whose down timer has run out may become Master: the peer's heartbeat and the witnesses have a say,
 * where the configuration gives them one. They have none
 * - for an owner, whose rules are those of the RFCs alone;
 * - the heartbeat: when the Master has resigned, or is heard and has a lower priority. It is asked only when
 *   advertisements have vanished;
 * - the heartbeat of a peer that is silent, is not MASTER of this very router, or says that its interface is not all
 *   right or its witnesses do not answer. So it never delays the takeover from a peer that is gone: whatever is later,
 *   the down timer or the silence of the heartbeat, counts.
 */
import type { IpAddress } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { type SaidRouter, witnessVerdict } from '../model/takeover.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { Takeover } from './heard-masters.ts';
import type { TakeoverFacts } from './takeover-facts.ts';
import type { TakeoverHold } from './takeover-hold.ts';

/** A peer that says that it is MASTER of the router of an instance. */
export interface MasterByHeartbeat {
  readonly heartbeat: string;
  /** Where its heartbeat comes from. */
  readonly peer: IpAddress;
  readonly router: SaidRouter;
}

/** Reasons that mean: the advertisements of a Master have vanished. */
const VANISHED: readonly Takeover['reason'][] = ['master-timeout', 'no-master-heard'];

/** What holds the takeover of an instance; undefined when it may become Master. */
export function takeoverHold(
  config: VrrpInstanceConfig,
  why: Takeover,
  master: IpAddress | undefined,
  facts: TakeoverFacts,
): TakeoverHold | undefined {
  if (config.priority === OWNER_PRIORITY) return undefined;
  const hold = witnessHold(config, facts);
  if (hold !== undefined) return hold;
  if (config.takeoverHeartbeat?.mode !== 'veto' || !VANISHED.includes(why.reason)) return undefined;
  const found = masterByHeartbeat(config, master, facts);
  if (found === undefined || !found.router.isSound || !found.router.hasWitnesses) return undefined;
  const { heartbeat, peer, router } = found;
  return { kind: 'heartbeat', heartbeat, peer, priority: router.priority };
}

/**
 * Why an instance takes over, when its peer lives: with `allow` it is told apart from a Master that is gone. Else the
 * reason is `why`.
 */
export function takeoverReason(
  config: VrrpInstanceConfig,
  why: Takeover,
  master: IpAddress | undefined,
  facts: TakeoverFacts,
): Takeover {
  if (config.takeoverHeartbeat?.mode !== 'allow' || !VANISHED.includes(why.reason)) return why;
  const found = masterByHeartbeat(config, master, facts);
  if (found === undefined) return why;
  const { peer, router } = found;
  const cause = {
    kind: 'router',
    address: router.source ?? peer,
    priority: router.priority,
  } as const;
  return { reason: 'master-unheard', cause };
}

/**
 * The peer that is MASTER of this very router by its heartbeat. The id alone does not tell: another segment may use it
 * too. It is the router whose advertisements were heard, or the one with a virtual address of ours.
 */
export function masterByHeartbeat(
  { takeoverHeartbeat, family, vrid, addresses }: VrrpInstanceConfig,
  master: IpAddress | undefined,
  facts: TakeoverFacts,
): MasterByHeartbeat | undefined {
  const fact = takeoverHeartbeat && facts.peer(takeoverHeartbeat.name);
  if (fact === undefined || !fact.isAlive) return undefined;
  const router = fact.routers.find(
    (said) =>
      said.state === 'MASTER' &&
      said.family === family &&
      said.vrid === vrid &&
      ((master !== undefined && said.source === master) ||
        addresses.some(({ address }) => address === said.virtual)),
  );
  return router && { heartbeat: fact.heartbeat, peer: fact.address, router };
}

function witnessHold(
  { takeoverWitness: witness }: VrrpInstanceConfig,
  facts: TakeoverFacts,
): TakeoverHold | undefined {
  if (witness === undefined) return undefined;
  const fact = facts.witness(witness) ?? NOTHING_KNOWN;
  const verdict = witnessVerdict(fact);
  if (verdict === 'enough') return undefined;
  const { answering, atLeast, total } = fact;
  const isAwaited = verdict === 'awaited';
  return { kind: 'witness', witness, answering, atLeast, total, isAwaited };
}

/** Before the first fact, which comes with the configuration. */
const NOTHING_KNOWN = { witness: '', answering: 0, awaited: 1, total: 1, atLeast: 1 };
