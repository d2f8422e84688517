/**
 * The quorum of a virtual server: does the weight of its living servers suffice? Hysteresis keeps it
 * from flapping: it is gained above the quorum and lost below it (keywords `quorum`, `hysteresis`).
 */

/** Weight of the living servers beside what the configuration asks for. */
export interface QuorumInput {
  /** Sum of the weights of the servers that are alive. */
  readonly aliveWeight: number;
  /** Keyword `quorum`. */
  readonly quorum: number;
  /** Keyword `hysteresis`. */
  readonly hysteresis: number;
}

/**
 * Whether the quorum is there now, given whether it was there before. Gained at quorum + hysteresis;
 * lost below quorum - hysteresis, and always when no weight is left.
 */
export function nextQuorum(wasUp: boolean, input: QuorumInput): boolean {
  const { aliveWeight, quorum, hysteresis } = input;
  if (!wasUp) return aliveWeight >= quorum + hysteresis;
  return aliveWeight > 0 && aliveWeight >= quorum - hysteresis;
}
