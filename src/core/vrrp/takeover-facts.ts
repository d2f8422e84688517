/** What is known of the peers and witnesses that have a say in takeovers: the newest fact of each. */
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { PeerFact, WitnessFact } from '../model/takeover.ts';

/** What is new. */
export interface TakeoverNews {
  readonly peers: readonly PeerFact[];
  readonly witnesses: readonly WitnessFact[];
}

/** The facts of one process, shared by its instances. */
export class TakeoverFacts {
  readonly #peers = new Map<string, PeerFact>();
  readonly #witnesses = new Map<string, WitnessFact>();

  /** The peer of a heartbeat; undefined when nothing was said of it yet. */
  peer(heartbeat: string): PeerFact | undefined {
    return this.#peers.get(heartbeat);
  }

  /** A witness; undefined when nothing was said of it yet. */
  witness(name: string): WitnessFact | undefined {
    return this.#witnesses.get(name);
  }

  /** Takes news in. */
  take({ peers, witnesses }: TakeoverNews): void {
    for (const fact of peers) this.#peers.set(fact.heartbeat, fact);
    for (const fact of witnesses) this.#witnesses.set(fact.witness, fact);
  }
}

/** Whether news are about a peer or a witness of this instance. */
export function concernsTakeover(
  { takeoverHeartbeat, takeoverWitness }: VrrpInstanceConfig,
  { peers, witnesses }: TakeoverNews,
): boolean {
  return (
    (takeoverHeartbeat !== undefined &&
      peers.some(({ heartbeat }) => heartbeat === takeoverHeartbeat.name)) ||
    (takeoverWitness !== undefined && witnesses.some(({ witness }) => witness === takeoverWitness))
  );
}
